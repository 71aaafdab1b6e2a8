"""What all widgets share, in Chromium: one instance an element, whoever calls and leaves when."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import ready

SHARED = "/_stcore/bidi-components/genmodels.message-editor/core/widget.js"


def test_a_call_that_a_newer_payload_overtook_does_not_take_the_widget_away(
    open_page: Callable[..., Page],
):
    page = open_page("/naive-bayes")
    ready(page, "message-editor")
    told = page.evaluate(
        """async (path) => {
          const { defineWidget } = await import(path);
          const told = [];
          const mount = defineWidget("probe", () => ({
            update: (data) => told.push(data), destroy: () => told.push("destroyed"),
          }));
          const parent = document.body.appendChild(document.createElement("div"));
          // Streamlit leaves a call as soon as it returns, when newer data came meanwhile.
          mount({ parentElement: parent, data: "older" })();
          const leave = mount({ parentElement: parent, data: "newer" });
          told.push(parent.childElementCount);
          parent.remove();
          leave();
          return [...told, parent.childElementCount];
        }""",
        SHARED,
    )
    assert told == ["older", "newer", 1, "destroyed", 0]


def test_a_widget_that_left_the_page_closes_its_socket(open_page: Callable[..., Page]):
    page = open_page("/")
    with page.expect_websocket(lambda socket: "/live/classify" in socket.url) as opened:
        page.goto(page.url.rstrip("/") + "/naive-bayes")
    ready(page, "message-editor")
    with opened.value.expect_event("close"):
        page.get_by_text("Check", exact=True).click()


@pytest.mark.parametrize(
    ("path", "widget", "loaded", "canvas"),
    [
        ("/vae-conditional", "style-row", "[data-planes=true]", "canvas.pad"),
        ("/vae", "latent-pad", "[data-pictures=true]", "canvas.pad"),
        ("/vae-elbo", "elbo-bars", "", "canvas.map"),
        ("/naive-bayes", "message-editor", "", "canvas"),
    ],
)
def test_a_canvas_follows_the_screen_from_light_to_dark(
    open_page: Callable[..., Page], path: str, widget: str, loaded: str, canvas: str
):
    page = open_page(path)
    shown = ready(page, widget).locator(canvas).first
    shown.wait_for()
    page.locator(f'[data-widget="{widget}"]{loaded}').wait_for()
    expect(page.locator(".st-key-inspector")).not_to_be_empty()
    picture = "(canvas) => canvas.toDataURL()"
    light = shown.evaluate(picture)
    other = f"([canvas, before]) => ({picture})(canvas) !== before"
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(other, arg=[shown.element_handle(), light])
    dark = shown.evaluate(picture)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(other, arg=[shown.element_handle(), dark])
    page.wait_for_function(
        f"([canvas, before]) => ({picture})(canvas) === before",
        arg=[shown.element_handle(), light],
    )
