"""Text in the cell of a table that others open in a spreadsheet."""

_FORMULA = ("=", "+", "-", "@")


def text_cell(text: str) -> str:
    r"""The text on one line, behind an apostrophe where a spreadsheet would calculate it.

    >>> text_cell("=1+1"), text_cell("no\\r\\nhematoma")
    ("'=1+1", 'no hematoma')
    """
    line = " ".join(text.split())
    return f"'{line}" if line.startswith(_FORMULA) else line
