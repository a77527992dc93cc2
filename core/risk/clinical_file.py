"""Clinical findings from a JSON file."""

from collections import Counter
from pathlib import Path

from core.domain import ClinicalFindings
from core.errors import ClinicalDataError, UsageError
from core.given import content_of, load_json
from core.risk.clinical_input import read_clinical


def read_clinical_file(path: Path) -> ClinicalFindings:
    """Findings of a JSON object with the names of ``core.risk.variables``.

    Raises
    ------
    UsageError
        There is no such file.
    ClinicalDataError
        The file is not a JSON object, or a name or value in it is not possible or given twice.
    """
    try:
        text = content_of(path).decode("utf-8-sig")  # Windows editors write a mark
        values = load_json(text, _each_name_once)
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


def _each_name_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            raise ClinicalDataError(
                f"{name} is given {times} times, expected once.", "Leave the value that holds."
            )
    return dict(pairs)


def _not_an_object(path: Path) -> ClinicalDataError:
    return ClinicalDataError(
        f"{path.name} is not JSON text of one object, expected names and values.",
        'Write it like {"age_years": 65, "gcs": 10, "fibrinogen_mg_dl": 325}.',
    )
