"""``study.html``: tables and figures in one file that opens without a network."""

from base64 import b64encode
from collections import Counter
from html import escape
from typing import get_args

from plotly.offline import get_plotlyjs

from core.report.provenance import CITATION, RESEARCH_USE, SIMULATED_COHORT, VERSION
from core.study.result import (
    AnswerStatus,
    ChecklistItem,
    Panel,
    StudyFigure,
    StudyPanels,
    StudyResult,
)
from core.study.table_html import table_html

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; color: #1a2026;
  padding: 0 1rem; }
.use { display: inline-block; padding: .1em .8em; border-radius: 1em; background: #b35900;
  color: #fff; font-weight: 600; }
.simulated { padding: .6rem 1rem; border: 3px solid #b35900; font-weight: 600; }
table { border-collapse: collapse; margin: .5rem 0 1rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .8rem .25rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid #d7dde2; }
td small { display: block; color: #4a545d; }
.he-note, figcaption { color: #4a545d; max-width: 50rem; }
figure { margin: 1rem 0; }
img { width: 31%; margin: 0 1% .5rem 0; }
"""


def study_html(result: StudyResult) -> str:
    """The study as one self-contained HTML text."""
    simulated = f'<p class="simulated">{SIMULATED_COHORT}</p>' if result.simulated else ""
    facts = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>"
        for name, value in result.facts.items()
    )
    warnings = "".join(f"<li>{escape(text)}</li>" for text in result.warnings)
    figures = "".join(_figure(figure) for figure in result.figures)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>HEscope study</title>'
        f"<style>{_STYLE}</style><script>{get_plotlyjs()}</script>"
        f'<h1>Hematoma expansion: the study</h1><p class="use">{RESEARCH_USE}</p>{simulated}'
        f"<p>After {escape(CITATION)}, by HEscope {VERSION}. Beside each number stands what the "
        "paper printed and, where it differs, what a large cohort with the paper's distributions "
        f"would show.</p><table>{facts}</table>"
        f"{'<h2>Please note</h2><ul>' + warnings + '</ul>' if warnings else ''}"
        f"{''.join(table_html(table) for table in result.tables)}{figures}"
        f"{_panels(result.panels)}{_checklist(result.checklist)}</html>"
    )


def _figure(shown: StudyFigure) -> str:
    drawn = shown.figure.to_html(full_html=False, include_plotlyjs=False, div_id=shown.name)
    return (
        f"<figure><h2>{escape(shown.title)}</h2>{drawn}"
        f"<figcaption>{escape(shown.in_words)}</figcaption></figure>"
    )


def _panels(shown: StudyPanels) -> str:
    panels = "".join(_panel(panel) for panel in shown.panels)
    return (
        f"<figure><h2>{escape(shown.title)}</h2>{panels}"
        f"<figcaption>{escape(shown.in_words)}</figcaption></figure>"
    )


def _panel(panel: Panel) -> str:
    alternatives = ("as scanned", "hematoma outlined", "activation")
    pictures = "".join(
        f'<img alt="{escape(panel.title)}, {alternative}" '
        f'src="data:image/png;base64,{b64encode(content).decode()}">'
        for alternative, content in zip(alternatives, panel.pictures, strict=True)
    )
    return f"<p>{escape(panel.title)}</p>{pictures}"


def _checklist(items: tuple[ChecklistItem, ...]) -> str:
    rows = "".join(
        f"<tr><th>{item.number}</th><td>{escape(item.section)}</td><td>{escape(item.asks)}</td>"
        f"<td>{item.status}</td><td>{escape(item.answer)}</td></tr>"
        for item in items
    )
    counts = Counter(item.status for item in items)
    told = ", ".join(f"{counts[status]} {status}" for status in get_args(AnswerStatus))
    return (
        f"<h2>TRIPOD+AI checklist</h2><p>Of {len(items)} parts: {told}.</p>"
        "<table><tr><th>Item</th><th>Section</th><th>Asks for</th>"
        f"<th>Status</th><th>Answer</th></tr>{rows}</table>"
        '<p class="he-note">Items of TRIPOD+AI (Collins 2024, doi 10.1136/bmj-2023-078378) in our '
        "words. Answered from what the software did: no answer replaces the authors' judgment.</p>"
    )
