"""Foreign text, and values, as the reader sees them."""

import html
import re

from core.report.digits import percent, value_of
from core.risk.whatif import BASE_RATE

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:])")


def as_markdown(text: str) -> str:
    """Text that Markdown shows as it stands: a header of a study must not become a link."""
    return _MARKDOWN.sub(r"\\\1", text)


def as_html(text: str) -> str:
    """Text that HTML shows as it stands."""
    return html.escape(text)


def named(variable: str, value: float) -> str:
    """Value of a variable or of the base rate."""
    return percent(value) if variable == BASE_RATE else value_of(variable, value)
