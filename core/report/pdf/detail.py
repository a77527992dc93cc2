"""From page two on: what was entered, slice by slice, and where every number comes from."""

from reportlab.platypus import Flowable, Table, TableStyle

from core.domain import RiskEstimate, SliceResult
from core.models.card import Thresholds
from core.report.digits import model_name, percent
from core.report.distances import length, place
from core.report.pdf.content import Report
from core.report.pdf.notes import notes
from core.report.pdf.style import (
    BODY,
    BOLD,
    FIGURE,
    HEADING,
    INK,
    REGULAR,
    RULE,
    SMALL,
    TEXT,
    paragraph,
)
from core.report.provenance import CITATION, VERSION
from core.risk.operating import expected_auc
from core.risk.published import LEE_2024_AUC
from core.risk.variables import VARIABLES, Value, Variable

_SLICES_ABREAST = 3


def detail(report: Report) -> list[Flowable]:
    """Contents of the pages after the first."""
    assessment, card = report.assessment, report.card
    return [
        paragraph("Clinical findings as entered", HEADING),
        _facts(_clinical_rows(report), abreast=3, name_share=0.62),
        *_distances(report),
        paragraph("Findings and notes, in full", HEADING),
        *[
            paragraph(note.text, TEXT if note.alarming else FIGURE, lead=note.lead)
            for note in notes(report)
        ],
        paragraph("Provenance", HEADING),
        _facts(_origin_rows(report), abreast=1, name_share=0.22),
        _facts(_setting_rows(report), abreast=2, name_share=0.44),
        paragraph("Time per stage", HEADING),
        _facts(_time_rows(report), abreast=3, name_share=0.62),
        paragraph("Sources of the coefficients", HEADING),
        *[
            paragraph(_source(report, estimate), FIGURE, lead=model_name(estimate.kind))
            for estimate in assessment.risk.all_estimates
        ],
        paragraph(CITATION, FIGURE, lead="Method"),
        paragraph("The model's own limits", HEADING),
        paragraph(f"Intended use: {card.intended_use}", SMALL),
        paragraph(f"Not intended for: {card.not_intended_for}", SMALL),
        *[paragraph(f"\N{BULLET} {limit}", SMALL) for limit in card.limits],
        paragraph("Slice by slice", HEADING),
        _slice_table(assessment.slices),
    ]


def _source(report: Report, estimate: RiskEstimate) -> str:
    """Where coefficients come from; the AUC as published beside the expected, of Lee 2024's."""
    auc = expected_auc(report.models_used[estimate.kind])
    if auc is None or estimate.kind == "outcome":
        return estimate.source
    published = LEE_2024_AUC[estimate.kind].auc
    return f"{estimate.source}. AUC {auc:.2f} expected, {published:.2f} published"


def _distances(report: Report) -> list[Flowable]:
    """What the reader measured, nothing where that is nothing."""
    assessment = report.assessment
    rows = [(place(d, assessment.volume.geometry), length(d)) for d in assessment.distances]
    if not rows:
        return []
    return [
        paragraph("Distances measured by the reader", HEADING),
        _facts(rows, abreast=3, name_share=0.62),
    ]


def _clinical_rows(report: Report) -> list[tuple[str, str]]:
    clinical = report.assessment.clinical
    return [
        (variable.label, _entered(variable, getattr(clinical, variable.name)))
        for variable in VARIABLES.values()
    ]


def _entered(variable: Variable, value: Value | None) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else variable.quantity(value)


def _origin_rows(report: Report) -> list[tuple[str, str]]:
    assessment = report.assessment
    return [
        ("Model", assessment.model.in_words),
        ("SHA-256 of its card", assessment.model.sha256),
        ("SHA-256 of the input", assessment.input_sha256),
    ]


def _thresholds(used: Thresholds) -> str:
    alone = "" if used.alone_ml is None else f", part without such a slice {used.alone_ml:g} mL"
    return f"slice {used.slice:.3f}, pixel {used.mask:g}{alone}"


def _setting_rows(report: Report) -> list[tuple[str, str]]:
    assessment, card = report.assessment, report.card
    edited = assessment.segmentation.edited_by_reader
    return [
        ("HEscope", VERSION),
        ("Report made", f"{report.made_at:%Y-%m-%d %H:%M}"),
        ("Segmentation", "edited by reader" if edited else "by the networks, not edited"),
        ("Thresholds", _thresholds(card.thresholds)),
        ("Base rate", percent(assessment.risk.base_rate)),
    ]


def _time_rows(report: Report) -> list[tuple[str, str]]:
    stages = report.assessment.timings_s
    seconds = {**stages, "All stages": sum(stages.values())}
    return [(stage, f"{taken:.2f} s") for stage, taken in seconds.items()]


def _facts(rows: list[tuple[str, str]], abreast: int, name_share: float) -> Table:
    """Names and values, downwards in columns of pairs; a name takes its share of the pair."""
    pairs = [[paragraph(name, SMALL), paragraph(value)] for name, value in rows]
    lines = -(-len(pairs) // abreast)
    pairs += [["", ""]] * (lines * abreast - len(pairs))
    cells = [[cell for pair in pairs[line::lines] for cell in pair] for line in range(lines)]
    pair_width = BODY.width / abreast
    widths = [pair_width * name_share, pair_width * (1 - name_share)] * abreast
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ]
    return Table(cells, widths, style=TableStyle(style), hAlign="LEFT")


def _slice_table(slices: tuple[SliceResult, ...]) -> Table:
    """Slices caudal first, in blocks abreast."""
    header = ["Slice", "z\n(mm)", "P\n(hematoma)", "Area\n(mm²)", "DL\nscore", ""]
    lines = -(-len(slices) // _SLICES_ABREAST)
    blank = [""] * len(header)
    rows = [header * _SLICES_ABREAST]
    for line in range(lines):
        places = range(line, lines * _SLICES_ABREAST, lines)
        cells = [_cells(slices[i]) if i < len(slices) else blank for i in places]
        rows.append([cell for block in cells for cell in block])
    style = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 7),
        ("FONT", (0, 0), (-1, 0), BOLD, 6.8),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("ALIGN", (0, 0), (-1, -1), "RIGHT"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 1),
        ("RIGHTPADDING", (0, 0), (-1, -1), 1),
        ("TOPPADDING", (0, 0), (-1, -1), 0.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0.5),
    ]
    widths = [w * BODY.width / 330 for w in (14, 19, 34, 22, 18, 3)] * _SLICES_ABREAST
    return Table(rows, widths, style=TableStyle(style), repeatRows=1)


def _cells(found: SliceResult) -> list[str]:
    score = "\N{EN DASH}" if found.dl_score is None else f"{found.dl_score:.3f}"
    return [
        f"{found.index + 1}",
        f"{found.z_mm:.1f}",
        f"{found.p_hematoma:.3f}",
        f"{found.area_mm2:.0f}",
        score,
        "",
    ]
