"""The state graph under the trellis, blanked symbols and drawn chains, in Chromium."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ready
from tests.browser.test_trellis import TOP, node


def opened(open_page, query: str, **options) -> tuple[Page, Locator, Locator]:
    page = open_page(f"/hmm?{query}", **options)
    root = ready(page, "trellis")
    return page, root, root.locator('[data-widget="state-graph"]')


def test_the_graph_follows_every_frame_of_playing(open_page) -> None:
    page, root, graph = opened(open_page, "hmm_preset=fever&hmm_step=0&hmm_mode=Viterbi")
    expect(graph).to_have_attribute("data-ready", "true")
    # What the graph showed at each step that was drawn while playing: not only the last.
    root.evaluate(
        """(root) => {
             window.seen = [];
             const graph = root.querySelector('[data-widget="state-graph"]');
             new MutationObserver(() => window.seen.push(
               [Number(root.dataset.step), graph.dataset.states, graph.dataset.won]
             )).observe(graph, { attributes: true, attributeFilter: ["data-won"] });
           }"""
    )
    root.get_by_label("Speed").select_option("4")
    root.get_by_label("Play", exact=True).click()
    expect(root).to_have_attribute("data-step", "9")
    seen = {step: (states, won) for step, states, won in page.evaluate("window.seen")}
    assert set(seen) >= set(range(1, 10))
    assert seen[1] == ("0", "")  # pi into Healthy: no contest
    assert seen[4] == ("1", "0.1")  # Fever at column 2 comes from Healthy
    assert seen[7] == ("1", "")  # the trace begins in Fever
    assert seen[8] == ("0", "0.1")
    assert seen[9] == ("0", "0.0")


def test_keys_and_typing_set_an_arrow_and_its_row(open_page) -> None:
    page, root, graph = opened(open_page, "hmm_preset=fever")
    graph.locator("svg").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    # Entries and arrows in turn; the first chosen is Healthy to Healthy.
    expect(graph).to_have_attribute("data-arrow", "1.1")
    page.keyboard.press("ArrowLeft")
    expect(graph).to_have_attribute("data-arrow", "1.0")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowUp")
    page.wait_for_url(re.compile(r"hmm_a=0\.7%2C0\.3%3B0\.51%2C0\.49"))
    expect(root.locator("table.transition td").nth(2)).to_have_text("0.510")
    graph.locator("svg").focus()
    expect(graph).to_have_attribute("data-arrow", "1.0")
    page.keyboard.press("Enter")
    field = graph.get_by_label("A Fever → Healthy")
    expect(field).to_be_focused()
    field.fill("0.25")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"0\.25%2C0\.75"))
    expect(root.locator("table.transition td").nth(3)).to_have_text("0.750")
    field.fill("7")  # no probability: 1 at most
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"%3B1%2C0(&|$)"))


def test_a_dragged_dot_sets_an_entry(open_page) -> None:
    page, root, graph = opened(open_page, "hmm_preset=fever")
    dot = graph.locator("circle.dot").nth(0)
    dot.scroll_into_view_if_needed()
    box = dot.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    state = graph.locator("circle.state").nth(0).bounding_box()
    to = (state["x"] + state["width"] / 2, state["y"] + state["height"] / 2)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to[0]) / 2, (y + to[1]) / 2, steps=4)
    page.mouse.move(*to, steps=4)  # the arrow's head: all of it
    expect(graph).to_have_attribute("data-arrow", "pi.0")
    expect(graph).to_have_attribute("data-value", "1")
    page.mouse.up()
    page.wait_for_url(re.compile(r"hmm_pi=1%2C0"))
    expect(root.locator("table.initial td").nth(0)).to_have_text("1.00")


def test_a_symbol_is_blanked_by_mouse_and_by_keyboard(open_page) -> None:
    page, root, _ = opened(open_page, "hmm_preset=fever&hmm_mode=posterior")
    place = node(root, 1, 0)
    symbols = TOP + 2 * 108 + 12
    root.locator("canvas.stage").click(position={"x": place["x"], "y": symbols})
    expect(root).to_have_attribute("data-blank", "1")
    page.wait_for_url(re.compile("hmm_blank=2"))
    expect(page.get_by_text("2 of 3 seen")).to_be_visible()
    root.locator("canvas.stage").focus()
    for key in ("ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    expect(root).to_have_attribute("data-cursor", re.compile(r"^\d,2$"))
    expect(root.locator(".status")).to_contain_text("Enter")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(root).to_have_attribute("data-cursor", "0,2")
    page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-blank", "0,1")
    page.keyboard.press("?")
    expect(root).to_have_attribute("data-blank", "1")
    page.get_by_role("button", name="Show all again").click()
    expect(root).to_have_attribute("data-blank", "")


def test_a_chain_is_drawn_step_by_step_and_decoded(open_page) -> None:
    page, root, graph = opened(
        open_page, "hmm_section=Generate&hmm_preset=casino&hmm_gen_length=5&hmm_gen_seed=3"
    )
    expect(root).to_have_attribute("data-steps", "13")
    root.get_by_label("One step forward").click()
    expect(root).to_have_attribute("data-t", "0")
    expect(root.locator(".status")).to_contain_text("falls into Fair's share")
    expect(graph).to_have_attribute("data-won", "pi.0")
    expect(root).to_have_attribute("data-lit", "i:0.0;t:;e:")
    root.get_by_label("One step forward").click()
    expect(root).to_have_attribute("data-lit", "i:0.0;t:;e:0.2")
    root.get_by_label("Last").click()
    expect(root.locator(".status")).to_contain_text("recovered")
    expect(page.locator(".st-key-inspector")).to_contain_text("Expected before looking")
    page.wait_for_url(re.compile("hmm_gen_step=12"))
    page.get_by_text("Show the drawn states").click()
    expect(page.locator(".st-key-inspector")).to_contain_text("are hidden")
    expect(root).to_have_attribute("data-step", "12")


def test_a_narrow_screen_holds_graph_and_sections(open_page) -> None:
    page, _, graph = opened(open_page, "hmm_preset=robot", width=390, height=844, dark=True)
    expect(graph).to_have_attribute("data-ready", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = graph.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
