"""The stream in Chromium: play, step, scrub, mistakes and messages, read from data-*."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from pages.nb.mail import stream as nb_stream
from pages.nb.mail.stream import Setting

from .conftest import ready

RUN = nb_stream.stream(Setting(online=True))
WRONG = np.flatnonzero(RUN.flagged != (RUN.is_spam == 1))


def test_it_plays_to_the_end_at_500_a_second(open_page: Callable[..., Page]):
    page = open_page("/nb-stream")
    root = ready(page, "message-stream")
    expect(root).to_have_attribute("data-step", "200")
    expect(root.locator('[data-open="online.precision"]')).not_to_have_text("–")
    river = root.locator("canvas.river")
    river.press("ArrowLeft")
    expect(root).to_have_attribute("data-step", "199")
    river.press("Home")
    expect(root).to_have_attribute("data-step", "0")
    page.wait_for_url("**nbs_step=0**")
    root.get_by_label("Speed").select_option("500")
    root.get_by_label("Play", exact=True).click()
    expect(root).to_have_attribute("data-playing", "true")
    expect(root).to_have_attribute("data-step", str(len(RUN.row)))
    expect(root).to_have_attribute("data-playing", "false")
    page.wait_for_url(f"**nbs_step={len(RUN.row)}**")
    tp = int((RUN.flagged & (RUN.is_spam == 1)).sum())
    missed = root.locator('[data-read="online.missed"]')
    expect(missed).to_have_text(str(int(RUN.is_spam.sum()) - tp))
    assert page.evaluate("performance.getEntriesByName('genmodels:message-stream:play').length") > 5


def test_keys_step_find_mistakes_and_open_a_message(open_page: Callable[..., Page]):
    page = open_page("/nb-stream?nbs_step=0")
    root = ready(page, "message-stream")
    river = root.locator("canvas.river")
    river.press("ArrowRight")
    expect(root).to_have_attribute("data-step", "1")
    river.press("m")
    first = int(WRONG[WRONG >= 1][0])
    expect(root).to_have_attribute("data-step", str(first + 1))
    expect(root).to_have_attribute("data-selected", str(first))
    inspector = page.locator(".st-key-inspector")
    expect(inspector).to_contain_text(f"Message {first + 1} (")
    expect(inspector).to_contain_text("after learning from it")
    page.wait_for_url(f"**nbs_message={first + 1}**")
    river.press("Escape")
    expect(root).to_have_attribute("data-selected", "")
    root.locator('[data-open="frozen.recall"]').click()
    expect(inspector).to_contain_text("Recall, not learning")


def test_the_curves_are_scrubbed_and_a_dot_is_clicked(open_page: Callable[..., Page]):
    page = open_page("/nb-stream")
    root = ready(page, "message-stream")
    box = root.locator("canvas.curve").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 80, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile(r"nbs_step=[67]\d\d"))
    step = int(root.get_attribute("data-step") or 0)
    # The newest message, one place right of the gate, in the lane of its verdict.
    river = root.locator("canvas.river").bounding_box()
    assert river is not None
    for share in np.linspace(0.2, 0.8, 13):
        page.mouse.click(river["x"] + 64 + 7 * 3, river["y"] + share * river["height"])
        if root.get_attribute("data-selected"):
            break
    chosen = int(root.get_attribute("data-selected") or -1)
    assert abs(chosen - (step - 3)) <= 2
    expect(page.locator(".st-key-inspector")).to_contain_text(f"Message {chosen + 1} (")


@pytest.mark.parametrize("width, height", [(1440, 900), (390, 844)])
def test_it_fits_its_screen(open_page: Callable[..., Page], width: int, height: int):
    page = open_page("/nb-stream", width=width, height=height)
    root = ready(page, "message-stream")
    box = root.locator(".status").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    if width > 900:
        assert box["y"] + box["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= width
