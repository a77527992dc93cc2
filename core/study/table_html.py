"""A table of a study as HTML, for its page and for the app."""

from html import escape

from core.study.result import Cell, StudyTable


def table_html(table: StudyTable) -> str:
    """Title, table and note; the classes are those of the app's style."""
    head = "".join(f"<th>{escape(title)}</th>" for title in table.columns.values())
    rows = "".join(
        f"<tr><th>{escape(row.label)}</th>"
        + "".join(f"<td>{_cell(row.cells.get(name), table.digits)}</td>" for name in table.columns)
        + "</tr>"
        for row in table.rows
    )
    return (
        f'<h2 class="he-h2">{escape(table.title)}</h2><table class="he-table he-study-table">'
        f'<tr><th></th>{head}</tr>{rows}</table><p class="he-note">{escape(table.note)}</p>'
    )


def _cell(cell: Cell | None, digits: int) -> str:
    """A number, its interval and p; below, smaller, what the paper printed and what to expect."""
    if cell is None:
        return ""
    return f"{escape(cell.found(digits))}<small>{escape(cell.beside(digits))}</small>"
