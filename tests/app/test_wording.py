from app.wording import as_html, as_markdown


def test_foreign_text_becomes_neither_link_nor_element() -> None:
    assert as_markdown("![x](http://a.b)") == r"\!\[x\]\(http\://a\.b\)"
    assert as_html("<img src=x>") == "&lt;img src=x&gt;"
