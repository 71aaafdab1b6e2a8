"""The message editor in Chromium: typed into, clicked, driven by keys; read from data-*."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from genmodels.datasets import spam
from pages.nb.spam_filter import Settings, read

from .conftest import ready

PATH = "/naive-bayes"


def editor(page: Page) -> Locator:
    root = ready(page, "message-editor")
    expect(root).to_have_attribute("data-connection", "open")
    expect(root).to_have_attribute("data-current", "true")
    return root


def settled(root: Locator, text: str, settings: Settings | None = None, times=None) -> None:
    """Wait until the editor shows the reading of `text`, to the last digit."""
    trace = read(text, settings or Settings(), times).trace
    expect(root).to_have_attribute("data-tokens", str(len(trace.features)))
    expect(root).to_have_attribute("data-probability", re.compile(number(trace.probability)))
    expect(root).to_have_attribute("data-current", "true")


def number(value: float) -> str:
    """Both languages write the shortest digits; JavaScript writes 1 where Python writes 1.0."""
    text = repr(value)
    if "e" in text:
        mantissa, exponent = text.split("e")
        return rf"^{re.escape(mantissa.removesuffix('.0'))}e{int(exponent)}$"
    return rf"^{re.escape(text.removesuffix('.0'))}$"


def typed(root: Locator) -> Locator:
    return root.locator("textarea")


def painted_words(root: Locator) -> list[list[str]]:
    return root.evaluate(
        "r => [...r.querySelectorAll('.mirror .word')].map(w => [w.textContent, w.dataset.label])"
    )


def test_it_shows_its_reading_before_any_socket(open_page: Callable[..., Page]):
    page = open_page("/")
    page.route_web_socket("**/live/**", lambda ws: None)  # the live channel never answers
    page.goto(page.url.rstrip("/") + PATH)
    root = ready(page, "message-editor")
    settled(root, spam.MESSAGES[4].text)
    assert ["credit", "+2.6"] in painted_words(root)


def test_typing_is_classified_as_it_goes(open_page: Callable[..., Page]):
    page = open_page(PATH)
    root = editor(page)
    before = int(root.get_attribute("data-seq") or 0)
    typed(root).fill("")
    typed(root).press_sequentially("Free money, click now!", delay=50)
    settled(root, "Free money, click now!")
    assert int(root.get_attribute("data-seq") or 0) > before
    assert [word for word, _ in painted_words(root)] == ["Free", "money", "click", "now", "!"]
    expect(root.locator(".verdict")).to_have_text("called spam")
    # the link hears of it after a pause
    page.wait_for_url(lambda url: "nb_text=Free" in url)
    measures = page.evaluate(
        "performance.getEntriesByName('genmodels:message-editor:key').map(m => m.duration)"
    )
    assert len(measures) >= 5
    assert all(0 < m < 5000 for m in measures)


def test_the_mirror_breaks_lines_where_the_text_does(open_page: Callable[..., Page]):
    for width in (1440, 390):
        page = open_page(PATH, width=width)
        root = editor(page)
        heights = root.evaluate(
            "r => { const a = r.querySelector('textarea'), m = r.querySelector('.mirror');"
            " return [a.scrollHeight, a.clientHeight, m.scrollHeight, a.clientWidth,"
            " m.clientWidth]; }"
        )
        assert heights[0] <= heights[1]  # no letter is out of sight
        assert heights[2] <= heights[1]
        assert heights[3] == heights[4]


def test_a_clicked_word_opens_and_is_struck_repeated_and_put_back(open_page: Callable[..., Page]):
    page = open_page(PATH)
    root = editor(page)
    text = spam.MESSAGES[4].text
    at = text.index("credit")
    # the word under the mouse, at its place on the screen
    word = root.locator(".mirror .word", has_text="credit")
    box = word.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_text("“credit”").first).to_be_visible()
    expect(page.locator(".st-key-inspector")).to_contain_text("Word")
    root.get_by_role("button", name="Strike out").click()
    settled(root, text, times={at: 0})
    expect(root).to_have_attribute("data-times", f"{at}x0")
    expect(page.locator(".st-key-inspector")).to_contain_text("Struck out")
    root.get_by_role("button", name="Put back").click()
    settled(root, text)
    for n in (2, 3):
        root.get_by_role("button", name="Repeat").click()
        settled(root, text, times={at: n})
    page.wait_for_url(lambda url: f"nb_times={at}x3" in url)
    expect(root.locator(".verdict")).to_have_text("called spam")
    root.get_by_role("button", name="All back").click()
    settled(root, text)


def test_the_waterfall_by_keyboard(open_page: Callable[..., Page]):
    page = open_page(f"{PATH}?nb_text=free+money+cheers")
    root = editor(page)
    root.locator("canvas.waterfall").focus()
    page.keyboard.press("Home")
    expect(root).to_have_attribute("data-selected", "prior")
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-selected", "0")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-selected", "1")
    expect(page.locator(".st-key-inspector")).to_contain_text("“money”")
    page.keyboard.press("x")
    settled(root, "free money cheers", times={5: 0})
    page.keyboard.press("u")
    page.keyboard.press("+")
    settled(root, "free money cheers", times={5: 2})
    page.keyboard.press("Delete")
    settled(root, "free money cheers", times={5: 0})
    page.keyboard.press("End")
    expect(root).to_have_attribute("data-selected", "total")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-inspector")).to_contain_text("Total log-odds")


def test_the_waterfall_by_mouse(open_page: Callable[..., Page]):
    page = open_page(f"{PATH}?nb_text=free+money+cheers")
    root = editor(page)
    # prior, free, money, cheers, total: at most 44 px a column after 46 px of axis
    root.locator("canvas.waterfall").click(position={"x": 46 + 44 * 1.5, "y": 60})
    expect(root).to_have_attribute("data-selected", "0")
    expect(page.locator(".st-key-inspector")).to_contain_text("“free”")
    root.get_by_role("button", name="P(spam)").click()
    expect(page.locator(".st-key-inspector")).to_contain_text("P(spam | message)")


def test_counts_follow_their_word_through_an_edit(open_page: Callable[..., Page]):
    page = open_page(f"{PATH}?nb_text=free+money+cheers&nb_times=5x4")
    root = editor(page)
    settled(root, "free money cheers", times={5: 4})
    typed(root).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Hello ")
    settled(root, "Hello free money cheers", times={11: 4})
    expect(root).to_have_attribute("data-times", "11x4")


def test_a_slider_reads_the_text_again(open_page: Callable[..., Page]):
    page = open_page(PATH)
    root = editor(page)
    typed(root).fill("kernel mortgage")
    settled(root, "kernel mortgage")
    page.get_by_test_id("stRadioGroup").get_by_text("Bernoulli", exact=True).click()
    settled(root, "kernel mortgage", Settings("bernoulli"))
    slider = page.get_by_role("slider", name="Prior P(spam)")
    slider.focus()
    page.keyboard.press("ArrowRight")
    settled(root, "kernel mortgage", Settings("bernoulli", prior=0.32))
    assert typed(root).input_value() == "kernel mortgage"


def test_a_slider_in_the_hand_is_followed_before_the_page_knows(open_page: Callable[..., Page]):
    page = open_page(f"{PATH}?nb_text=kernel+mortgage")
    root = editor(page)
    page.evaluate("performance.clearMeasures()")
    for name, keys, settings in [
        ("Prior P(spam)", 5, Settings(prior=0.36)),
        ("Smoothing α", 2, Settings(alpha=5.0, prior=0.36)),
    ]:
        page.get_by_role("slider", name=name).focus()
        for _ in range(keys):
            page.keyboard.press("ArrowRight")
        settled(root, "kernel mortgage", settings)
    # Painted from the live channel's replies: a rerun's payload carries no event's time.
    painted = "performance.getEntriesByName('genmodels:message-editor:key').length"
    assert page.evaluate(painted) >= 2
    page.wait_for_url("**nb_alpha=5**")
    settled(root, "kernel mortgage", Settings(alpha=5.0, prior=0.36))
    page.get_by_role("button", name="Prior 0.99").click()
    settled(root, spam.MESSAGES[1].text, Settings(prior=0.99))


def test_no_smoothing_shows_infinity_and_what_has_no_answer(open_page: Callable[..., Page]):
    page = open_page(f"{PATH}?nb_alpha=0&nb_text=kernel+offers")
    root = editor(page)
    assert ["kernel", "−∞"] in painted_words(root)
    expect(root).to_have_attribute("data-probability", "0")
    page.goto(page.url.split("?")[0] + "?nb_alpha=0&nb_training=10")
    root = editor(page)
    expect(root).to_have_attribute("data-undefined", "true")
    expect(root.locator(".verdict")).to_contain_text("no answer")


def test_a_paste_too_long_is_refused_and_nothing_is_lost(open_page: Callable[..., Page]):
    page = open_page(PATH)
    root = editor(page)
    typed(root).fill("free money")
    settled(root, "free money")
    typed(root).focus()
    typed(root).evaluate(
        """area => {
          const data = new DataTransfer();
          data.setData("text", "x".repeat(1_000_000));
          area.dispatchEvent(new ClipboardEvent("paste",
            { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(root.locator(".problem")).to_contain_text("1,000,010 characters")
    assert typed(root).input_value() == "free money"
    # by whatever way so long a text comes
    typed(root).evaluate(
        """area => { area.dispatchEvent(new InputEvent("beforeinput"));
          area.value = "y".repeat(1_000_000); area.dispatchEvent(new InputEvent("input")); }"""
    )
    assert typed(root).input_value() == "free money"
    page.keyboard.press("End")
    page.keyboard.type(" now")
    settled(root, "free money now")
    expect(root.locator(".problem")).to_be_hidden()


def test_any_script_and_markup_is_shown_as_text(open_page: Callable[..., Page]):
    page = open_page(PATH)
    root = editor(page)
    text = "<img src=x onerror=alert(1)> <b>free</b> 你好 😀 مرحبا &amp; money"
    typed(root).fill(text)
    settled(root, text)
    assert root.locator(".mirror img, .mirror b").count() == 0
    mirror = root.locator(".mirror").evaluate("m => m.textContent")
    assert mirror.rstrip(" ") == text
    assert ["money", painted_words(root)[-1][1]] == painted_words(root)[-1]


def test_a_long_text_stays_readable(open_page: Callable[..., Page]):
    page = open_page(PATH)
    root = editor(page)
    text = "free the money of a kernel " * 60
    typed(root).fill(text)
    settled(root, text)
    scroller = root.locator(".scroller")
    assert scroller.evaluate("s => s.scrollWidth > 3 * s.clientWidth")
    root.locator("canvas.waterfall").focus()
    page.keyboard.press("End")
    expect(root).to_have_attribute("data-selected", "total")
    assert scroller.evaluate("s => s.scrollLeft > s.clientWidth")


def test_a_lost_connection_is_said_and_mended(open_page: Callable[..., Page]):
    page = open_page("/")
    sockets = []

    def relay(ws) -> None:
        sockets.append(ws)
        if len(sockets) == 1:
            ws.close(code=1012, reason="restart")
        else:
            ws.connect_to_server()

    page.route_web_socket("**/live/**", relay)
    page.goto(page.url.rstrip("/") + PATH)
    root = ready(page, "message-editor")
    expect(root).to_have_attribute("data-connection", "open")
    typed(root).fill("free")
    settled(root, "free")
    assert len(sockets) >= 2


def test_an_error_frame_is_shown_and_typing_goes_on(open_page: Callable[..., Page]):
    page = open_page("/")
    spoilt = []

    def relay(ws) -> None:
        server = ws.connect_to_server()

        def pass_on(frame) -> None:
            body = json.loads(frame[4:])
            if body["text"] == "spoil":
                spoilt.append(1)
                server.send(frame[:4] + b"\xff\xfe")
            else:
                server.send(frame)

        ws.on_message(pass_on)

    page.route_web_socket("**/live/**", relay)
    page.goto(page.url.rstrip("/") + PATH)
    root = editor(page)
    typed(root).fill("spoil")
    expect(root.locator(".problem")).to_contain_text("must be UTF-8")
    typed(root).fill("free money")
    settled(root, "free money")
    assert spoilt


def test_composed_letters_are_left_alone(open_page: Callable[..., Page]):
    page = open_page(PATH)
    root = editor(page)
    typed(root).fill("free ")
    typed(root).focus()
    session = page.context.new_cdp_session(page)
    session.send(
        "Input.imeSetComposition", {"text": "にほ", "selectionStart": 2, "selectionEnd": 2}
    )
    session.send("Input.insertText", {"text": "日本"})
    page.keyboard.type(" money")
    settled(root, "free 日本 money")
    assert typed(root).input_value() == "free 日本 money"


@pytest.mark.parametrize("width, dark", [(1440, False), (1440, True), (390, False), (390, True)])
def test_nothing_overflows(open_page: Callable[..., Page], width: int, dark: bool):
    page = open_page(PATH, width=width, dark=dark)
    root = editor(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = root.bounding_box()
    assert box
    assert box["x"] + box["width"] <= width
    if width == 1440:
        assert box["y"] + box["height"] <= 900  # the whole stage above the fold
