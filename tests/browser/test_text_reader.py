"""A typed text is read in the browser, by the model's own counts, and Python then says the same."""

import random
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from genmodels.datasets.review_pairs import FEATURES
from pages.nb.spam_filter import Settings, read

from .conftest import ready

EDITORS = {
    "/naive-bayes": "message-editor",
    "/naive-bayes?nb_model=Bernoulli&nb_training=200&nb_prior=0.8": "message-editor",
    "/naive-bayes?nb_alpha=0&nb_training=20": "message-editor",
    "/nb-genres": "text-judge",
    "/nb-genres?nbr_ways=4+groups&nbr_alpha=0.1": "text-judge",
    "/nb-sentiment?nbv_model=Bernoulli": "text-judge",
    "/nb-sentiment?nbv_section=Not+good": "text-judge",
    "/nb-sentiment?nbv_section=Not+good&nbv_features=words+and+pairs": "text-judge",
    "/nb-teach?nbe_taught=c0-49&nbe_text=": "teach-table",
    "/nb-teach?nbe_taught=m0.m1.m2.m3.m4.m5&nbe_text=&nbe_model=Bernoulli&nbe_prior=From+labels"
    "&nbe_rows=Most+counted&nbe_alpha=10": "teach-table",
    "/nb-teach?nbe_text=": "teach-table",
}
MARKED = "/nb-sentiment?nbv_section=Not+good&nbv_features=" + quote(FEATURES[2])
TEXTS = (
    "FREE!!! $5,000.00 at www.Cash.example/x?y=1&z me.you@x.org, £ 3.50 or 007 _x_ 'quoted'",
    "I can't say it isn’t good. Not bad, never bland; no, DON'T. cannot n't shouldn'tn't not",
    "Mr. Smith's U.S. o' rock-'n'-roll a.b/c the Rev. Dr.' said etc. . ' -- said.",
    "日本語 FREE😀money ж free\u00a0money\u2003good@day.example\u3000x@y "
    "İstanbul ſoft K \x0b\x0c good",
    "<b>not</b> <script>alert('good')</script> &amp; a@b@c@@ @ $ ! $! $12$ £5€6 http://",
    " \n\n\t good",
)  # fmt: skip
PIECES = [
    "free", "Not ", "n't", "’", "'", ".", "@", "$", "£", "1,2", "!", " ", "\n", "\u2028", "\u00a0",
    "😀", "ſ", "A", "z_", "http://", "www.", "/", "-", "good", "the", ",", "never", "mr.", "\t",
]  # fmt: skip


def made(seed: int) -> str:
    rng = random.Random(seed)
    return "".join(rng.choice(PIECES) for _ in range(rng.randrange(5, 120)))


def with_lexicon(page: Page, widget: str) -> Locator:
    root = ready(page, widget)
    expect(root).to_have_attribute("data-connection", "open")
    root.locator("textarea").focus()
    expect(root).to_have_attribute("data-lexicon", "held")
    return root


@pytest.mark.parametrize("path", [*EDITORS, MARKED])
def test_python_reads_the_same(open_page: Callable[..., Page], path: str):
    page = open_page(path)
    root = with_lexicon(page, EDITORS.get(path, "text-judge"))
    for text in ("\n".join(TEXTS), made(0), made(1)):
        root.locator("textarea").fill(text)
        expect(root).to_have_attribute("data-apart", re.compile(r"^\d"))
        assert float(root.get_attribute("data-apart") or "nan") <= 1e-8, text
        expect(root).to_have_attribute("data-current", "true")


def test_a_key_is_read_without_an_answer(open_page: Callable[..., Page]):
    """Once the lexicon is there, the live channel may be silent."""
    page = open_page("/")
    silent = False

    def answers(ws) -> None:
        server = ws.connect_to_server()
        server.on_message(lambda message: None if silent else ws.send(message))

    page.route_web_socket("**/live/classify/**", answers)
    page.goto(page.url.rstrip("/") + "/naive-bayes")
    root = with_lexicon(page, "message-editor")
    silent = True
    root.locator("textarea").fill("")
    root.locator("textarea").press_sequentially("Free money! Free offer", delay=60)
    wanted = read("Free money! Free offer", Settings()).trace
    expect(root).to_have_attribute("data-tokens", "5")
    shown = [
        float(root.get_attribute(f"data-{name}") or "nan") for name in ("total", "probability")
    ]
    assert shown == pytest.approx([wanted.total, wanted.probability], abs=1e-9)
    words = root.evaluate(
        "r => [...r.querySelectorAll('.mirror .word')].map(w => [w.textContent, w.dataset.label])"
    )
    told = [f"{value:+.1f}".replace("-", "−") for value in wanted.log_odds]
    assert words == [
        [w, t] for w, t in zip(["Free", "money", "!", "Free", "offer"], told, strict=True)
    ]
    # a word is struck out as it is read: at once
    root.locator(".waterfall").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    struck = read("Free money! Free offer", Settings(), {0: 0}).trace
    expect(root).to_have_attribute("data-times", "0x0")
    assert float(root.get_attribute("data-total") or "nan") == pytest.approx(struck.total, abs=1e-9)


def test_another_smoothing_has_another_lexicon(open_page: Callable[..., Page]):
    page = open_page("/naive-bayes")
    root = with_lexicon(page, "message-editor")
    slider = page.get_by_role("slider", name="Smoothing")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**nb_alpha=0.5**")
    root.locator("textarea").fill("free offer, meeting")
    expect(root).to_have_attribute("data-current", "true")
    expect(root).to_have_attribute("data-lexicon", "held")
    root.locator("textarea").press_sequentially("s")
    wanted = read("free offer, meetings", Settings(alpha=0.5)).trace
    expect(root).to_have_attribute("data-apart", re.compile(r"^\d"))
    assert float(root.get_attribute("data-apart") or "nan") <= 1e-8
    assert float(root.get_attribute("data-total") or "nan") == pytest.approx(wanted.total)
