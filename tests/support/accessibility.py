"""What axe-core finds wrong with a page for people who cannot see, hear or point at it."""

from importlib.resources import files

from playwright.sync_api import Page

_SERIOUS = ("serious", "critical")


def barriers(page: Page) -> list[str]:
    """Return the serious violations on a page as `rule: element`, one for each element."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found["violations"]
        if violation["impact"] in _SERIOUS
        for node in violation["nodes"]
    ]
