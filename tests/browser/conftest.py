"""Chromium for the browser tests: one process a run, a fresh context a test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.conftest import BROWSER, BROWSER_FLAGS

expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if BROWSER is None:
        pytest.fail("browser tests are required, and no Chromium was found")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> dict[str, BrowserContext]:
    """Contexts by their options, kept for the run: each has a cache, and Streamlit's own script is
    large."""
    return {}


@pytest.fixture
def open_page(
    browser: Browser, app_url: str, contexts: dict[str, BrowserContext]
) -> Iterator[Callable[..., Page]]:
    """`open_page("/gmm?gmm_k=3", width=390, dark=True)`; fails the test on a script error."""
    pages: list[Page] = []
    errors: list[str] = []

    def open_(
        path: str, *, width: int = 1440, height: int = 900, dark: bool = False, **options: Any
    ) -> Page:
        wanted = {"color_scheme": "dark" if dark else "light", **options}
        key = repr(sorted(wanted.items()))
        if key not in contexts:
            contexts[key] = browser.new_context(**wanted)
        page = contexts[key].new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(app_url + path)
        return page

    yield open_
    for page in pages:
        page.close()
    for context in contexts.values():
        context.clear_cookies()
    assert not errors, errors


def ready(page: Page, widget: str) -> Locator:
    """The root of a widget once it shows its data."""
    root = page.locator(f'[data-widget="{widget}"][data-ready="true"]')
    root.wait_for()
    return root
