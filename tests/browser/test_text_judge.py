"""The text judge in Chromium: typed into, clicked, driven by keys; read from data-*."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from genmodels.datasets.written_texts import PASSAGES
from pages.nb.text import MAX_CHARS, Settings, judge

from .conftest import ready


def judged(page: Page) -> Locator:
    root = ready(page, "text-judge")
    expect(root).to_have_attribute("data-connection", "open")
    expect(root).to_have_attribute("data-current", "true")
    return root


def settled(root: Locator, text: str, settings: Settings, against: int | None = None) -> None:
    """Wait until the judge shows the verdict on `text`."""
    verdict = judge(text, settings, against)
    expect(root).to_have_attribute("data-tokens", str(len(verdict.tokens)))
    expect(root).to_have_attribute("data-top", verdict.classes[verdict.top])
    expect(root).to_have_attribute("data-pair", "{},{}".format(*verdict.pair))
    expect(root).to_have_attribute("data-current", "true")
    assert float(root.get_attribute("data-margin") or "nan") == pytest.approx(verdict.margin)


def test_typing_is_judged_as_it_goes_and_what_is_typed_stays_text(open_page: Callable[..., Page]):
    page = open_page("/nb-genres")
    root = judged(page)
    settled(root, PASSAGES[0].text, Settings())
    area = root.locator("textarea")
    area.fill("")
    settled(root, "", Settings())
    expect(root.locator(".status")).to_contain_text("the prior alone says Learned")
    text = "<img src=x onerror=alert(1)> The horses rode into the canyon, ей 😀"
    area.press_sequentially(text, delay=30)
    settled(root, text, Settings())
    assert root.locator("img").count() == 0
    words = root.evaluate("r => [...r.querySelectorAll('.mirror .word')].map(w => w.textContent)")
    assert words[-5:] == ["horses", "rode", "into", "the", "canyon"]
    page.wait_for_url(lambda url: "nbr_text=" in url)
    measures = page.evaluate(
        "performance.getEntriesByName('genmodels:text-judge:key').map(m => m.duration)"
    )
    assert len(measures) >= 5  # keys faster than frames share one


def test_too_long_a_paste_is_refused_and_nothing_is_lost(open_page: Callable[..., Page]):
    page = open_page("/nb-sentiment?nbv_text=good")
    root = judged(page)
    area = root.locator("textarea")
    area.evaluate(
        """(a, n) => { const data = new DataTransfer(); data.setData("text", "x ".repeat(n / 2));
        a.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, cancelable: true})); }""",
        1_000_000,
    )
    expect(root.locator(".problem")).to_contain_text(f"at most {MAX_CHARS:,}. Nothing was changed")
    area.fill("z" * (MAX_CHARS + 1))
    assert area.input_value() == "good"
    area.fill("bad " * (MAX_CHARS // 4))
    settled(root, "bad " * (MAX_CHARS // 4), Settings("sentiment"))
    expect(root.locator(".problem")).to_be_hidden()
    # of so long a text only the words about the part in sight are dressed, wherever that is
    assert 0 < root.locator(".mirror .word").count() < MAX_CHARS // 8
    root.locator(".sheet").evaluate("s => { s.scrollTop = s.scrollHeight; }")
    expect(root.locator(".mirror .word").last).to_be_in_viewport()
    root.locator(".sheet").evaluate("s => { s.scrollTop = 0; }")
    expect(root.locator(".mirror .word").first).to_be_in_viewport()


def test_a_class_is_compared_with_and_words_open_by_mouse_and_keys(open_page: Callable[..., Page]):
    page = open_page("/nb-genres")
    root, text = judged(page), PASSAGES[0].text
    root.get_by_role("button", name=re.compile("^Romance")).click()
    settled(root, text, Settings(), 13)
    expect(page.locator(".st-key-inspector")).to_contain_text("P(Romance | text)")
    page.wait_for_url(re.compile("nbr_against=13"))
    word = root.locator(".mirror .word", has_text="Tuesday")
    box = word.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".st-key-inspector")).to_contain_text("“tuesday”")
    page.wait_for_url(re.compile(f"nbr_open=w{text.index('Tuesday')}"))
    back = root.get_by_role("button", name="against the runner-up")
    back.focus()
    page.keyboard.press("Enter")
    settled(root, text, Settings())
    chip = root.locator(".chip").first
    chip.focus()
    page.keyboard.press("Space")
    expect(chip).to_have_attribute("aria-pressed", "true")
    # four groups: another model, the same text
    page.get_by_role("radio", name="4 groups").click()
    settled(root, text, Settings("genres-4"))


@pytest.mark.parametrize(
    "path, width, dark",
    [
        ("/nb-genres", 1440, True),
        ("/nb-genres", 390, False),
        ("/nb-sentiment?nbv_section=Not+good&nbv_features=words+and+pairs", 390, True),
    ],
)
def test_nothing_overflows_and_the_lines_break_alike(
    open_page: Callable[..., Page], path: str, width: int, dark: bool
):
    page = open_page(path, width=width, dark=dark)
    root = judged(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    heights = root.evaluate(
        "r => { const a = r.querySelector('textarea'), m = r.querySelector('.mirror');"
        " return [a.scrollHeight, a.clientHeight, m.scrollHeight]; }"
    )
    assert heights[0] <= heights[1]
    assert heights[2] <= heights[1]
    box = root.bounding_box()
    assert box
    assert box["x"] + box["width"] <= width
    if width == 1440:
        assert box["y"] + box["height"] <= 900


def test_sliders_in_the_hand_are_followed_before_the_page_knows(open_page: Callable[..., Page]):
    page = open_page("/nb-sentiment?nbv_text=not+a+good+snack")
    root = judged(page)
    page.evaluate("performance.clearMeasures()")
    painted = "performance.getEntriesByName('genmodels:text-judge:key').length"
    alpha = page.get_by_role("slider", name="Smoothing")
    for key, value in (("ArrowRight", 3.0), ("ArrowLeft", 1.0), ("ArrowLeft", 0.3)):
        alpha.press(key)
        settled(root, "not a good snack", Settings("sentiment", alpha=value))
    # Painted from the live channel's replies: a rerun's payload carries no event's time.
    page.wait_for_function(f"() => {painted} >= 3")
    page.wait_for_url("**nbv_alpha=0.3**")
    settled(root, "not a good snack", Settings("sentiment", alpha=0.3))
    threshold = page.get_by_role("slider", name="Called 5 stars")
    threshold.press("ArrowRight")
    expect(root.locator(".status")).to_contain_text("the threshold 0.510")
    page.wait_for_function(f"() => {painted} >= 4")
    page.wait_for_url("**nbv_threshold=0.51**")
    expect(root.locator(".status")).to_contain_text("the threshold 0.510")


def test_of_a_long_text_the_words_in_sight_are_dressed(open_page: Callable[..., Page]):
    page = open_page("/nb-genres?nbr_text=")
    root = judged(page)
    lines = [f"The horses rode into the canyon by number {i}.\n" for i in range(60)]
    text = "".join(lines) + "The minister said that the government would. " * 60
    root.locator("textarea").fill(text)
    settled(root, text, Settings())
    shown = """r => { const sheet = r.querySelector('.sheet').getBoundingClientRect();
      const at = [...r.querySelectorAll('.mirror .word')].map(w => w.getBoundingClientRect());
      return [at.length, Math.min(...at.map(w => w.top)) - sheet.top,
        sheet.bottom - Math.max(...at.map(w => w.bottom))]; }"""
    for share in (0.0, 0.5, 1.0):
        root.locator(".sheet").evaluate(
            """(sheet, share) => new Promise(resolve => {
              sheet.scrollTop = share * (sheet.scrollHeight - sheet.clientHeight);
              requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
            })""",
            share,
        )
        many, above, below = root.evaluate(shown)
        assert 20 < many < len(judge(text, Settings()).tokens) / 2
        assert above <= 20  # the first word dressed isn't below the first line in sight
        assert below <= 50 or share == 1.0  # at the end the last line stands higher
