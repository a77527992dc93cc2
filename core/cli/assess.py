"""``assess PATH --out DIR``: from a study to the files of its assessment."""

import argparse
import os
from datetime import datetime

from core.ahead import FILES, GRAD_CAM, import_ahead
from core.cli.arguments import (
    Verbs,
    add_asked,
    add_irregular,
    add_model,
    add_study,
    asked,
    irregular,
)
from core.cli.output import finding_lines, print_lines, risk_lines, shown_progress
from core.domain import Assessment, ClinicalFindings
from core.errors import UsageError
from core.given import load_json, path_of
from core.report.digits import image_score, milliliters
from core.report.provenance import RESEARCH_USE
from core.risk.clinical_file import read_clinical_file
from core.risk.outcome import LIMITS, basis

_UNNAMED = ("Info: No name could be read from the study's files; report.pdf holds none.",)


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("assess", help="assess a study and write its results")
    add_study(parser)
    parser.add_argument(
        "--clinical", type=path_of, metavar="FILE.json", help="clinical findings; default unknown"
    )
    add_asked(parser)
    add_irregular(parser)
    add_model(parser)
    parser.add_argument(
        "--out", type=path_of, metavar="DIR", required=True, help="folder of results"
    )
    parser.add_argument(
        "--identify",
        action="store_true",
        help="put the patient's name and identifier on report.pdf; no other file holds them",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 once the files are written; a summary is printed."""
    path = arguments.clinical
    clinical = ClinicalFindings() if path is None else read_clinical_file(path)

    from core.cli.chosen_model import chosen_model
    from core.dicom.identity import patient_label
    from core.pipeline import assess

    _refuse_other_study(arguments)
    import_ahead(GRAD_CAM, *FILES)
    model = chosen_model(arguments)
    with shown_progress() as progress:
        assessment = assess(
            arguments.study,
            clinical,
            model,
            irregular=irregular(arguments),
            asked=asked(arguments),
            progress=progress,
        )

    from core.node.exported import note_export
    from core.report.dicom_objects import dicom_findings
    from core.report.files import write_assessment
    from core.report.nifti import nifti_findings
    from core.report.pdf import Report

    label = patient_label(assessment.volume.series) if arguments.identify else None
    report = Report(assessment, model.card, model.risk, datetime.now(), label)
    note_export(arguments.study, "files of assess" + (", patient named" if label else ""))
    written = write_assessment(report, arguments.out)
    print_lines(
        [
            *_summary(assessment),
            *finding_lines(assessment.findings),
            *finding_lines(nifti_findings(assessment.volume.geometry)),
            *finding_lines(dicom_findings(assessment)),
            *(_UNNAMED if arguments.identify and label is None else ()),
            f"Outcome-based: {LIMITS}",
            f"Image score: {model.card.expansion_labels}",
            f"Written to {arguments.out}: {', '.join(path.name for path in written)}",
            RESEARCH_USE,
        ]
    )
    return 0


def _refuse_other_study(arguments: argparse.Namespace) -> None:
    """Results of another study, or of an unknown one, are not replaced; those of this one are."""
    if not arguments.out.is_dir():
        return
    from core.pipeline import input_of
    from core.report.files import ASSESSMENT

    if not os.path.lexists(arguments.out / ASSESSMENT):
        return
    try:
        earlier = load_json((arguments.out / ASSESSMENT).read_bytes())["input_sha256"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise UsageError(
            f"{ASSESSMENT} in {arguments.out.name} cannot be read; none, or one of this study "
            "expected.",
            "Name another folder for --out, or delete the file if its results are not wanted.",
        ) from error
    if earlier != input_of(arguments.study, asked(arguments)):
        raise UsageError(
            f"Results of another study found in {arguments.out.name}, an empty folder or results "
            "of this study expected.",
            "Name another folder for --out.",
        )


def _summary(assessment: Assessment) -> list[str]:
    l5, ndl = assessment.l5_hu, assessment.ndl
    return [
        f"Hematoma {milliliters(assessment.volume_ml)} (ABC/2 {milliliters(assessment.abc2_ml)}), "
        f"diffuseness (L5) {'not given' if l5 is None else f'{l5:.1f} HU (mean -18)'}, "
        f"image score (nDL) {'not given' if ndl is None else f'{image_score(ndl)} (mean 20)'}",
        *risk_lines(assessment.risk),
        f"Outcome-based: {basis(assessment.clinical, assessment.image)}",
    ]
