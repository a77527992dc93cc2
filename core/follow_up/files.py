"""The files of a comparison: both in their place, or none begun."""

import json
from dataclasses import asdict
from pathlib import Path

from core.domain import Assessment
from core.follow_up.compare import DEFINITION, FollowUp
from core.follow_up.in_words import sentence
from core.follow_up.pdf import FollowUpReport, follow_up_pdf
from core.report.distances import as_record
from core.report.provenance import RESEARCH_USE, VERSION
from core.writing import write_together, writing_to

SCHEMA = "hescope-follow-up/1"
PDF, JSON = "follow_up.pdf", "follow_up.json"


def follow_up_values(found: FollowUp) -> dict[str, object]:
    """A comparison as JSON values; what is unknown is None.  No word identifies the patient."""
    return {
        "schema": SCHEMA,
        "research_use": RESEARCH_USE,
        "hescope_version": VERSION,
        "model": asdict(found.follow_up.model),
        "definition": DEFINITION.name,
        "expanded": found.expanded,
        "growth_ml": found.growth_ml,
        "growth_share": found.growth_share,
        "hours": found.hours,
        "in_words": sentence(found),
        "baseline": _study(found.baseline),
        "follow_up": _study(found.follow_up),
        "findings": [asdict(finding) for finding in found.findings],
    }


def follow_up_json(found: FollowUp) -> str:
    """JSON text of ``follow_up_values``."""
    return json.dumps(follow_up_values(found), indent=2, allow_nan=False) + "\n"


def write_follow_up(report: FollowUpReport, folder: Path) -> tuple[Path, ...]:
    """Paths of the files written to a folder, which is made if need be.

    Raises
    ------
    UsageError
        The folder cannot be written to.
    """
    contents = {PDF: follow_up_pdf(report), JSON: follow_up_json(report.found).encode()}
    folder = folder.resolve()
    with writing_to(folder):
        return write_together(contents, folder)


def _study(made: Assessment) -> dict[str, object]:
    return {
        "input_sha256": made.input_sha256,
        "volume_ml": made.volume_ml,
        "abc2_ml": made.abc2_ml,
        "edited_by_reader": made.segmentation.edited_by_reader,
        "out_of_scope": made.out_of_scope,
        "distances": [as_record(distance) for distance in made.distances],
        "findings": [asdict(finding) for finding in made.findings],
    }
