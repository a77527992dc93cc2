"""The paper's Fig. 4: a true and a false positive test patient, as the networks saw them."""

import io

from PIL import Image

from core.cohort.table import CohortRow, CohortTable
from core.domain import Assessment
from core.errors import StudyUnusableError
from core.imaging.head import head_box
from core.models.folder import Model
from core.pipeline import assess
from core.progress import Progress, silent
from core.report.digits import percent
from core.report.pictures import activation_picture, key_slices, outlined_picture, plain_picture
from core.study.analysis import Analysis
from core.study.result import Panel, StudyPanels

_NAME, _TITLE = "figure_4", "Figure 4: true and false positive"
_OUTCOMES = {
    "True positive": (1.0, "the hematoma expanded"),
    "False positive": (0.0, "the hematoma did not expand"),
}
_IN_WORDS = (
    "Of the test patients over the threshold of Integrated-to-HE, the one with the highest risk of "
    "either outcome. Left to right: the slice in which the hematoma is largest, in the brain "
    "window; the hematoma as segmented; what the DL score rests on (Grad-CAM)."
)


def no_panels() -> StudyPanels:
    """The figure of a study without images: why it is missing."""
    reason = "Not shown: no study was read. Give studies, and call `reproduce --assess`."
    return StudyPanels(_NAME, _TITLE, (), reason)


def panels(
    analysis: Analysis, table: CohortTable, model: Model, progress: Progress = silent
) -> StudyPanels:
    """The flagged test patient with the highest integrated risk of either outcome."""
    shown, words = [], [_IN_WORDS]
    for name, (expanded, meaning) in _OUTCOMES.items():
        for row, risk in _flagged(analysis, table, expanded):
            title = f"{name}: {meaning}, integrated risk {percent(risk)}"
            if (panel := _panel(row, title, model, progress)) is not None:
                shown.append(panel)
                break
        else:
            words.append(f"{name}: no such test patient has a study that can be assessed.")
    return StudyPanels(_NAME, _TITLE, tuple(shown), " ".join(words))


def _flagged(
    analysis: Analysis, table: CohortTable, expanded: float
) -> list[tuple[CohortRow, float]]:
    """Flagged test patients with a study and one outcome, and their risk, the highest first."""
    tested = analysis.tested["integrated"]
    rows = {row.patient: row for row in table.rows if row.study is not None}
    chosen = tested.flagged & (tested.outcome == expanded)
    found = [
        (rows[patient], float(risk))
        for patient, risk in zip(tested.patients[chosen], tested.risk[chosen], strict=True)
        if patient in rows
    ]
    return sorted(found, key=lambda pair: pair[1], reverse=True)


def _panel(row: CohortRow, title: str, model: Model, progress: Progress) -> Panel | None:
    """Pictures of a patient, None where the study cannot be assessed."""
    if row.study is None:
        return None
    try:
        assessment = assess(row.study, row.clinical, model, progress=progress)
    except StudyUnusableError:
        return None
    return Panel(title, _pictures(assessment))


def _pictures(assessment: Assessment) -> tuple[bytes, bytes, bytes]:
    head = head_box(assessment.volume.hu)
    (index,) = key_slices(assessment.slices, 1)
    return (
        _png(plain_picture(assessment, index, head)),
        _png(outlined_picture(assessment, index, head)),
        _png(activation_picture(assessment, index, head)),
    )


def _png(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()
