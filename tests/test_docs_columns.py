"""docs/columns.md says of each view and column what they say of themselves."""

from columns_page import PAGE, page


def test_the_page_has_every_view_and_column_as_they_are() -> None:
    assert PAGE.read_text("utf-8") == page(), "python tests/support/columns_page.py writes the page anew"
