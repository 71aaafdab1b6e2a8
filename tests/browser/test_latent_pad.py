"""The latent pad in Chromium: by mouse, by touch, by keyboard, with and without a server."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.vae import first_paint
from tests.browser.conftest import ready


def pad(open_page, path: str = "/vae", **options) -> tuple[Page, Locator]:
    page = open_page(path, **options)
    root = ready(page, "latent-pad")
    expect(root).to_have_attribute("data-pictures", "true")
    expect(root).to_have_attribute("data-live", "open")
    expect(root).not_to_have_attribute("data-drawn", "0")
    return page, root


def pair(root: Locator, name: str) -> list[float]:
    return [float(part) for part in root.get_attribute(f"data-{name}").split(",")]


def spot(page: Page, z1: float, z2: float) -> tuple[float, float]:
    """Where z is on the screen in the whole view."""
    box = page.locator("canvas.pad").bounding_box()
    size = min(box["width"] - 56, box["height"] - 50)
    view = first_paint.VIEW
    z1, z2 = float(z1), float(z2)
    return (
        box["x"] + 46 + (z1 + view) / (2 * view) * size,
        box["y"] + 8 + (view - z2) / (2 * view) * size,
    )


def picture(page: Page) -> np.ndarray:
    """The decoded picture's ink, 0 to 1, read off the canvas (light theme: ink is dark)."""
    data = page.evaluate(
        """() => {
          const canvas = document.querySelector('[data-widget="latent-pad"]')
            ?? [...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector(
              '[data-widget="latent-pad"]')).find(Boolean);
          const out = canvas.querySelector('canvas.out');
          return [...out.getContext('2d').getImageData(0, 0, 28, 28).data];
        }"""
    )
    red = np.array(data).reshape(784, 4)[:, 0].astype(float)
    return (red.max() - red) / (red.max() - red.min())


def expected(z: list[float]) -> np.ndarray:
    y = vae.decode_pixels(vae.load("mnist-2d"), np.array([z])).astype(float)[0]
    return (y - y.min()) / (y.max() - y.min())


def lone_digit() -> int:
    """A shown digit with no other near it, inside the view: one that a click surely hits."""
    mu = first_paint.load().mu.astype(float)
    far = np.linalg.norm(mu[:, None] - mu[None], axis=2)
    np.fill_diagonal(far, np.inf)
    inside = np.abs(mu).max(axis=1) < first_paint.VIEW - 0.5
    return int(np.argmax(np.where(inside, far.min(axis=1), 0)))


def test_dragging_decodes_live(open_page) -> None:
    page, root = pad(open_page)
    page.mouse.move(*spot(page, 0, 0))
    page.mouse.down()
    page.mouse.move(*spot(page, 0.5, -0.5))
    page.mouse.move(*spot(page, 1.5, -1.5), steps=8)
    before = int(root.get_attribute("data-drawn"))
    expect(root).to_have_attribute("data-z", re.compile(r"1\.[45].*,-1\.[45]"))
    page.wait_for_function(
        "(n) => performance.getEntriesByName('genmodels:latent-pad:drag').length > 0", arg=before
    )
    assert "vae_z" not in page.url  # nothing reruns while the pointer is down
    page.mouse.up()
    page.wait_for_url(re.compile(r"vae_z=1\.[45]"))
    z = pair(root, "z")
    expect(root.locator(".status")).to_contain_text("z = (1.")
    np.testing.assert_allclose(picture(page), expected(z), atol=0.03)


def test_a_digit_opens_with_its_losses(open_page) -> None:
    index = lone_digit()
    page, root = pad(open_page)
    mu = first_paint.load().mu[index]
    page.mouse.click(*spot(page, *mu))
    expect(root).to_have_attribute("data-selected", str(index))
    expect(root).not_to_have_attribute("data-elbo", "")
    model = vae.load("mnist-2d")
    one = vae.passage(model, mnist.shown().x[[index]], [[0.0, 0.0]]).row(0)
    assert float(root.get_attribute("data-elbo")) == pytest.approx(float(one.total), abs=0.02)
    assert float(root.get_attribute("data-reconstruction")) == pytest.approx(
        float(one.reconstruction), abs=0.02
    )
    root.locator('[data-number="elbo"]').click()
    expect(page.locator(".st-key-inspector")).to_contain_text("what training minimises")
    expect(page.locator(".st-key-inspector")).to_contain_text(f"{float(one.total):.4f}"[:-1])
    page.wait_for_url(re.compile(rf"vae_digit={index}.*vae_open=elbo|vae_open=elbo.*vae_digit"))


def test_epsilon_moves_z_within_the_ellipse(open_page) -> None:
    page, root = pad(open_page, "/vae?vae_digit=700")
    expect(root).not_to_have_attribute("data-elbo", "")
    box = page.locator("canvas.epsilon").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    loss = root.get_attribute("data-reconstruction")
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + box["width"] / 4, middle[1] - box["height"] / 3, steps=6)
    expect(root).to_have_attribute("data-epsilon", re.compile(r"1\.[56].*,2\.[12]"))
    expect(root).not_to_have_attribute("data-reconstruction", loss)
    page.mouse.up()
    page.wait_for_url(re.compile("vae_epsilon="))
    first = first_paint.load()
    z = first.mu[700] + np.exp(first.log_var[700] / 2) * pair(root, "epsilon")
    np.testing.assert_allclose(pair(root, "z"), z, atol=2e-3)


def test_dragging_z_with_a_digit_moves_epsilon(open_page) -> None:
    page, root = pad(open_page, "/vae?vae_digit=700")
    page.locator("canvas.pad").focus()
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-given", "z")
    first = first_paint.load()
    z = pair(root, "z")
    shift = (np.array(z) - first.mu[700]) / np.exp(first.log_var[700] / 2)
    expect(root).not_to_have_attribute("data-epsilon", re.compile(r"^-?0\.0000"))
    np.testing.assert_allclose(pair(root, "epsilon"), shift, atol=2e-3)
    assert root.get_attribute("data-selected") == "700"


def test_by_keyboard_alone(open_page) -> None:
    page, root = pad(open_page)
    page.locator("canvas.pad").focus()
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-z", "0.0500,0.0000")
    page.keyboard.press("Shift+ArrowDown")
    expect(root).to_have_attribute("data-z", "0.0500,-0.2500")
    page.wait_for_url(re.compile(r"vae_z=0\.05(%2C|,)-0\.25"))
    page.keyboard.press("n")
    expect(root).to_have_attribute("data-selected", "0")
    page.keyboard.press("n")
    expect(root).to_have_attribute("data-selected", "1")
    page.keyboard.press("p")
    expect(root).to_have_attribute("data-selected", "0")
    page.keyboard.press("+")
    expect(root).to_have_attribute("data-zoom", "true")
    page.keyboard.press("-")
    page.locator("canvas.epsilon").focus()
    page.keyboard.press("Shift+ArrowUp")
    expect(root).to_have_attribute("data-epsilon", "0.0000,0.5000")
    page.keyboard.press("Home")
    expect(root).to_have_attribute("data-epsilon", "0.0000,0.0000")
    page.keyboard.press("Escape")
    expect(root).to_have_attribute("data-selected", "-1")


def test_the_legend_hides_and_shows(open_page) -> None:
    page, root = pad(open_page)
    root.locator('[data-digit="4"]').click()
    expect(root).to_have_attribute("data-hidden", "4")
    expect(root.locator('[data-digit="4"]')).to_have_attribute("aria-pressed", "false")
    labels = mnist.shown().labels
    page.locator("canvas.pad").focus()
    for _ in range(6):
        page.keyboard.press("n")
    visible = np.flatnonzero(labels != 4)
    expect(root).to_have_attribute("data-selected", str(visible[5]))
    root.locator('[data-digit="4"]').click()
    expect(root).to_have_attribute("data-hidden", "")


def test_a_pixel_opens(open_page) -> None:
    page, root = pad(open_page, "/vae?vae_digit=700")
    expect(root).not_to_have_attribute("data-elbo", "")
    page.locator("canvas.out").click(position={"x": 60, "y": 60})
    expect(page.locator(".st-key-inspector")).to_contain_text("Pixel in row")


def test_touch_drags(open_page) -> None:
    page, root = pad(open_page, width=390, height=844, has_touch=True, is_mobile=True)
    page.locator("canvas.pad").scroll_into_view_if_needed()
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *z: float) -> None:
        points = [dict(zip("xy", spot(page, *z), strict=True))] if z else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.0, 0.0)
    for i in range(1, 6):
        touch("touchMove", -0.6 * i, 0.6 * i)
    touch("touchEnd")
    expect(root).to_have_attribute("data-z", re.compile(r"^-(2\.9|3\.0).*,(2\.9|3\.0)"))
    page.wait_for_url(re.compile("vae_z=-"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_a_server_it_keeps_what_it_shows(open_page) -> None:
    page = open_page("/_stcore/health")
    page.route_web_socket(re.compile("/live/"), lambda socket: socket.close())
    page.goto(page.url.replace("/_stcore/health", "/vae"))
    root = ready(page, "latent-pad")
    expect(root).to_have_attribute("data-live", "waiting")
    expect(root).to_have_attribute("data-drawn", "0")
    expect(root.locator(".connection")).to_contain_text("What you see is kept")
    # The saved first paint is there all the same: the picture at the default z.
    np.testing.assert_allclose(picture(page), expected([0.0, 0.0]), atol=0.03)
    page.locator("canvas.pad").focus()
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-z", "0.0500,0.0000")
    np.testing.assert_allclose(picture(page), expected([0.0, 0.0]), atol=0.03)


def test_a_try_moves_the_pad(open_page) -> None:
    page, root = pad(open_page)
    page.get_by_role("button", name="Far out").click()
    expect(root).not_to_have_attribute("data-z", "0.0000,0.0000")
    expect(root).to_have_attribute("data-opened", "prior")
    expect(page.locator(".st-key-inspector")).to_contain_text("How likely is this z")


def test_the_stage_is_above_the_fold(open_page) -> None:
    _, root = pad(open_page, "/vae?vae_digit=700&vae_open=elbo")
    expect(root).not_to_have_attribute("data-elbo", "")
    box = root.bounding_box()
    assert box["y"] + box["height"] <= 900
