"""The report and the other files of an assessment, as the page shows it."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from app import session
from app.audit import is_received, noted
from app.deidentified import can_leave, deidentified_zip
from app.widgets.study.send_edited import send_edited
from core.deidentify.study import FACES
from core.dicom.identity import patient_label
from core.domain import Assessment
from core.models.folder import Model
from core.report.assessment_json import assessment_json
from core.report.dicom_objects import SEG, SR, dicom_objects, has_dicom_objects
from core.report.nifti import hematoma_nifti
from core.report.pdf import Report, report_pdf
from core.report.slices_csv import slices_csv

_DICOM = "application/dicom"


def report(shown: Assessment, model: Model) -> None:
    """One button a file of the assessment as shown; each is made when it is asked for."""
    edited = "-edited-by-reader" if shown.segmentation.edited_by_reader else ""
    if edited:
        st.caption("The outline was edited; every file or its name says so.")
    label = _label(shown)

    def made(label: str | None = None) -> Report:
        return Report(shown, model.card, model.risk, datetime.now(), label)

    def pdf() -> bytes:
        return report_pdf(made(label))

    def document() -> str:
        return assessment_json(shown, card=model.card, risk_models=model.risk)

    def objects() -> dict[str, bytes]:
        return dicom_objects(made())

    columns = st.columns(3)
    with columns[0]:
        named = ", patient named" if label else ""
        _download(
            shown, "Report (PDF)", pdf, f"hescope-report{edited}.pdf", "application/pdf", named
        )
        mask = shown.segmentation
        name = f"hematoma{edited}.nii.gz"
        _download(shown, "Mask (NIfTI)", lambda: hematoma_nifti(mask), name, "application/gzip")
    with columns[1]:
        _download(shown, "Numbers (JSON)", document, f"assessment{edited}.json", "application/json")
        _download(
            shown,
            "Slices (CSV)",
            lambda: slices_csv(shown.slices),
            f"slices{edited}.csv",
            "text/csv",
        )
    if has_dicom_objects(shown):
        with columns[2]:
            name = f"hematoma_seg{edited}.dcm"
            _download(shown, "Mask (DICOM SEG)", lambda: objects()[SEG], name, _DICOM)
            name = f"measurements_sr{edited}.dcm"
            _download(shown, "Numbers (DICOM SR)", lambda: objects()[SR], name, _DICOM)
    _to_others(shown, made, edited)
    st.caption(
        "Files go to your browser's download folder. None of them names the patient, unless "
        "you tick the box: then the PDF alone does."
    )


def _label(assessment: Assessment) -> str | None:
    """What the user wants the PDF to call the patient, None for nothing."""
    wanted = st.checkbox("Name the patient on the PDF", key=session.study_key("identify"))
    if not wanted:
        return None
    key = session.study_key("label")
    session.prefill(key, patient_label(assessment.volume.series) or "")
    typed: str = st.text_input("Name and identifier on the PDF", key=key)
    return typed.strip() or None


def _to_others(shown: Assessment, unnamed: Callable[[], Report], edited: str) -> None:
    """What may leave, and what goes back to the archive; ``edited`` is in the names of files."""
    if edited and is_received(shown):
        send_edited(unnamed)
    if can_leave(shown):
        _download(
            shown,
            "Save de-identified",
            lambda: deidentified_zip(unnamed()),
            f"deidentified{edited}.zip",
            "application/zip",
        )
        st.caption(
            "Images, SEG and SR by the basic profile of DICOM PS3.15; dates are shifted, age and "
            f"sex stay. {FACES}"
        )


def _download(  # noqa: PLR0913  what a button says and gives
    shown: Assessment,
    label: str,
    make: Callable[[], bytes | str],
    file: str,
    mime: str,
    also: str = "",
) -> None:
    """A button of a file; the trail of a received study says who took it, and ``also``."""
    st.download_button(
        label,
        noted(f"{file}{also}", make, shown),
        file_name=file,
        mime=mime,
        on_click="ignore",
        type="primary" if mime == "application/pdf" else "secondary",
        width="stretch",
    )
