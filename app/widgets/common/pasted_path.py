"""A path that somebody pasted into a field."""

from pathlib import Path


def pasted_path(entered: str) -> Path | None:
    """Path without the quotation marks of Explorer's "Copy as path"; None for an empty field."""
    return Path(entered.strip().strip('"')) if entered.strip() else None
