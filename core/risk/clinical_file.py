"""Clinical findings from a JSON file."""

import json
from pathlib import Path

from core.domain import ClinicalFindings
from core.errors import ClinicalDataError, UsageError
from core.risk.clinical_input import read_clinical


def read_clinical_file(path: Path) -> ClinicalFindings:
    """Findings of a JSON object with the names of ``core.risk.variables``.

    Raises
    ------
    UsageError
        There is no such file.
    ClinicalDataError
        The file is not a JSON object, or a name or value in it is not possible.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8-sig"))  # Windows editors write a mark
    except OSError as error:
        raise UsageError(
            f"The clinical file {path.name} cannot be read: {error.strerror}.",
            "Check its path and that you may read it.",
        ) from error
    except ValueError as error:
        raise _not_an_object(path) from error
    if not isinstance(values, dict):
        raise _not_an_object(path)
    return read_clinical(values)


def _not_an_object(path: Path) -> ClinicalDataError:
    return ClinicalDataError(
        f"{path.name} is not JSON text of one object, expected names and values.",
        'Write it like {"age_years": 65, "gcs": 10, "fibrinogen_mg_dl": 325}.',
    )
