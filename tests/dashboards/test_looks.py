"""Every page on a desk and on a phone, in light and in dark: it fits, everybody can use it, and a picture is kept."""

from pathlib import Path
from typing import Any

import pytest
from accessibility import barriers
from dashboard_server import drawn
from playwright.sync_api import expect

_PICTURES = Path(__file__).parents[2] / "test-output"

_PAGES = {
    "": "table.leaders",
    "leaderboards": ".card",
    "leaderboards?benchmark=foo": "table.board",
    "speedups": "table.factors",
    "compare?item=quokka&item=wombat": "table.matrix",
    "claims": "table.claims",
    "conflicts": "main p",
    "runs": "main table",
    "sql": "textarea",
    "add": "main h1",
}
"""The pages, and what is there once a page is drawn."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_fits_the_screen_and_has_no_barrier(browser: Any, address: str, width: int, scheme: Any) -> None:
    _PICTURES.mkdir(exist_ok=True)
    page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    page.set_default_timeout(30_000)
    for path, content in _PAGES.items():
        page.goto(f"{address}/{path}")
        expect(drawn(page).locator(content).first).to_be_visible()
        name = path.partition("?")[0] or "overview"
        page.screenshot(path=_PICTURES / f"{name}{'-one' if '?' in path else ''}-{width}-{scheme}.png")
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width, path
        assert (path, barriers(page)) == (path, [])
        text, ground = page.evaluate(
            "[document.querySelector('main h1'), document.querySelector('.stApp')]"
            ".map((element, index) => getComputedStyle(element)[index ? 'backgroundColor' : 'color'])"
            ".map((colour) => colour.match(/[0-9]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0))"
        )
        assert (text < ground) == (scheme == "light"), path
    page.close()
