"""Pages of documentation say what is so: whoever follows one, from its top, sees what it shows."""

from pathlib import Path

import pytest
from documents import Document, follow

PAGES = [Document("docs/comparing.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_whoever_follows_a_page_sees_what_it_shows(page: Document, tmp_path: Path) -> None:
    follow(page, tmp_path)
    assert any(step.shown for step in page.steps)
