"""A guided tour of the study page: one sentence a step, with its place marked."""

import streamlit as st

from app import session

# Place on the page (key of its container) and what a presenter would say of it.
STEPS = (
    (
        "viewer",
        "The baseline CT. Scroll with the wheel; the hematoma is outlined by the network. Grad-CAM "
        "shows where the network looked, not why.",
    ),
    (
        "measures",
        "Volume by counting voxels, the ABC/2 rule beside it, L5, which says how dense and compact "
        "the hematoma is, and the image score nDL.",
    ),
    (
        "panel",
        "Probabilities that the hematoma expands, each with its 95 % interval: first one that "
        "rests on the outcomes of 871 patients, then the paper's, from the image, from bedside "
        "findings, and from both.",
    ),
    (
        "rates",
        "Say how common expansion is at your hospital, and the risk at which you would act: the "
        "accuracy beside each probability follows.",
    ),
    ("part", "Findings from the bedside. Change one and the probabilities follow at once."),
    (
        "parts",
        "One click away: what if a finding were another, why these numbers, other scores and CT "
        "markers, the slices, the surface, and the report.",
    ),
)


def tour() -> None:
    """The current step at the foot of the page, while a tour is on."""
    step = session.tour_step()
    if step is None or session.study() is None:
        return
    place, words = STEPS[step]
    st.html(f"<style>.st-key-{place} {{outline: 3px solid #e69f00; outline-offset: 4px}}</style>")
    with st.container(key="tour"):
        text, back, forth, end = st.columns([10, 1.3, 1.3, 1.3], vertical_alignment="center")
        text.markdown(f"**{step + 1} of {len(STEPS)}** {words}")
        back.button("Back", disabled=step == 0, on_click=session.set_tour_step, args=(step - 1,))
        if step + 1 < len(STEPS):
            forth.button("Next", type="primary", on_click=session.set_tour_step, args=(step + 1,))
        end.button("End tour", on_click=session.set_tour_step, args=(None,))
