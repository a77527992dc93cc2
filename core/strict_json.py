"""JSON of a model folder, read strictly: every field known, present and of its type."""

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from core.errors import ModelInvalidError

Record = TypeVar("Record")


def read_strictly(content: bytes, record: TypeAdapter[Record], name: str) -> Record:
    """Record of a JSON text; ``name`` is what the text is called.

    Raises
    ------
    ModelInvalidError
        It is no JSON, or a field is missing, unknown or wrong; the first such field is named.
    """
    try:
        return record.validate_json(content)
    except ValidationError as error:
        raise unusable(name, error) from error


def unusable(name: str, error: ValidationError) -> ModelInvalidError:
    """What pydantic found wrong first, in our words."""
    first = error.errors()[0]
    field = "".join(f"[{at}]" if isinstance(at, int) else f".{at}" for at in first["loc"])
    return ModelInvalidError(
        f"{name}{field} cannot be used: {first['msg']}.",
        "Copy the model folder again from its release, or export it anew.",
    )
