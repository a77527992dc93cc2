"""Puts SVG on the page.

``st.html`` removes SVG; in a component it takes the theme's colors and keeps its tips.
"""

import streamlit as st

_mount = st.components.v2.component(
    "chart",
    html='<div class="chart"></div>',
    css="""
.chart { display: flex; gap: 0.6rem; color: var(--st-text-color); font-family: var(--st-font); }
.chart svg { flex: 1 1 0; width: 100%; min-width: 0; }
""",
    js="""
export default function ({ data, parentElement }) {
  parentElement.querySelector(".chart").innerHTML = data;
}
""",
)


def show_charts(key: str, *charts: str) -> None:
    """Charts side by side; their texts must have been escaped."""
    _mount(key=key, data="".join(charts))
