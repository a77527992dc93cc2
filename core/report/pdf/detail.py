"""From page two on: what was entered, slice by slice, and where every number comes from."""

from typing import Any

from reportlab.platypus import Flowable, Table, TableStyle

from core.domain import ClinicalFindings, SliceResult
from core.report.nifti import nifti_findings
from core.report.pdf.content import Report
from core.report.pdf.frame import BOLD, HEADING, INK, REGULAR, RULE, SMALL, TEXT, WIDTH, paragraph
from core.report.provenance import CITATION, VERSION
from core.report.wording import percent
from core.risk.variables import VARIABLES

_SLICES_ABREAST = 3


def detail(report: Report) -> list[Flowable]:
    """Contents of the pages after the first."""
    assessment, card = report.assessment, report.card
    findings = (*assessment.findings, *nifti_findings(assessment.volume.geometry))
    return [
        paragraph("Clinical findings as entered", HEADING),
        _facts(_clinical_rows(assessment.clinical)),
        paragraph("Quality findings", HEADING),
        *[paragraph(f"{f.severity.capitalize()}: {f.message} {f.remedy}") for f in findings],
        *([] if findings else [paragraph("None.")]),
        paragraph("Provenance", HEADING),
        _facts(_provenance_rows(report)),
        paragraph("Sources of the coefficients", HEADING),
        *[paragraph(f"{e.kind.capitalize()}-to-HE: {e.source}") for e in assessment.risk.estimates],
        paragraph(f"Image score: {card.expansion_labels}."),
        paragraph(f"Method: {CITATION}"),
        paragraph("The model's own limits", HEADING),
        paragraph(f"Intended use: {card.intended_use}", SMALL),
        paragraph(f"Not intended for: {card.not_intended_for}", SMALL),
        *[paragraph(f"\N{BULLET} {limit}", SMALL) for limit in card.limits],
        paragraph("Slice by slice", HEADING),
        _slice_table(assessment.slices),
    ]


def _clinical_rows(clinical: ClinicalFindings) -> list[tuple[str, str]]:
    return [
        (variable.label, _entered(getattr(clinical, variable.name), variable.unit))
        for variable in VARIABLES.values()
    ]


def _entered(value: float | bool | str | None, unit: str) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:g} {unit}".rstrip()


def _provenance_rows(report: Report) -> list[tuple[str, str]]:
    assessment, card = report.assessment, report.card
    edited = assessment.segmentation.edited_by_reader
    seconds = sum(assessment.timings_s.values())
    return [
        ("Model", f"{assessment.model.name} {assessment.model.version}"),
        ("SHA-256 of its card", assessment.model.sha256),
        ("SHA-256 of the input", assessment.input_sha256),
        ("HEscope", VERSION),
        ("Report made", f"{report.made_at:%Y-%m-%d %H:%M}"),
        ("Segmentation", "edited by reader" if edited else "by the networks, not edited"),
        (
            "Thresholds",
            f"slice {card.thresholds.slice:.3f}, pixel {card.thresholds.mask:g}",
        ),
        ("Base rate", percent(assessment.risk.base_rate)),
        ("Assessed in", f"{seconds:.1f} s"),
    ]


def _facts(rows: list[tuple[str, str]]) -> Table:
    """Names and values, two pairs abreast where both are short."""
    long = any(len(value) > 40 for _, value in rows)
    if long:
        cells = [[paragraph(name, SMALL), paragraph(value)] for name, value in rows]
        return _plain(cells, [0.22 * WIDTH, 0.78 * WIDTH])
    half = (len(rows) + 1) // 2
    cells = [
        [paragraph(text, SMALL if place % 2 == 0 else TEXT) for place, text in enumerate(line)]
        for line in (
            [*rows[i], *(rows[i + half] if i + half < len(rows) else ("", ""))] for i in range(half)
        )
    ]
    return _plain(cells, [0.22 * WIDTH, 0.28 * WIDTH] * 2)


def _plain(cells: list[list[Any]], widths: list[float]) -> Table:
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ]
    return Table(cells, widths, style=TableStyle(style), hAlign="LEFT")


def _slice_table(slices: tuple[SliceResult, ...]) -> Table:
    """Slices caudal first, in blocks abreast."""
    header = ["Slice", "z, mm", "P(hematoma)", "Area, mm²", "DL score", ""]
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
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, RULE),
        ("TOPPADDING", (0, 0), (-1, -1), 0.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0.5),
    ]
    widths = [w * WIDTH / 330 for w in (14, 17, 29, 24, 22, 4)] * _SLICES_ABREAST
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
