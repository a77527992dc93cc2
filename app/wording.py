"""Foreign text as the reader sees it."""

import html
import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:])")


def as_markdown(text: str) -> str:
    """Text that Markdown shows as it stands: a header of a study must not become a link."""
    return _MARKDOWN.sub(r"\\\1", text)


def as_html(text: str) -> str:
    """Text that HTML shows as it stands."""
    return html.escape(text)
