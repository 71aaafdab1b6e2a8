"""The vowel pad in Chromium: drags, keys, the link, and the sound's own spectrum."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from .conftest import ready

URL = "/gmm-vowels"
RATE = 16_000
VOICE = {"f0": 100, "upper": [3500, 4500], "bandwidths": [50, 70, 110, 250, 200]}


def place_of(page: Page, across: float, down: float) -> tuple[float, float]:
    box = page.locator("canvas.pad").bounding_box()
    assert box
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def samples(page: Page, tone: dict[str, float]) -> np.ndarray:
    """0.3 s of the vowel, rendered by the widget's own code without a loudspeaker."""
    heard: list[float] = page.evaluate(
        """async ({ voice, tone, rate }) => {
          const { name } = performance.getEntriesByType("resource")
            .find((entry) => entry.name.includes("vowel-sound.js"));
          const { render } = await import(name);
          return [...await render(voice, tone, 0.3, rate)];
        }""",
        {"voice": VOICE, "tone": tone, "rate": RATE},
    )
    return np.array(heard)


@pytest.mark.parametrize(
    "formants",
    [(270, 2290, 3010), (730, 1090, 2440), (300, 870, 2240), (490, 1350, 1690), (660, 1720, 2410)],
    ids=["heed", "hod", "who’d", "heard", "had"],
)
def test_the_sound_s_spectrum_peaks_at_the_formants(
    open_page: Callable[..., Page], formants: tuple[int, int, int]
):
    page = open_page(URL)
    ready(page, "vowel-pad")
    heard = samples(page, dict(zip(("f1", "f2", "f3"), formants, strict=True)))
    assert np.isfinite(heard).all()
    assert 0.01 < np.abs(heard).max() < 1
    steady = heard[int(0.06 * RATE) : int(0.16 * RATE)]  # ten whole periods: no leakage
    power = np.abs(np.fft.rfft(steady)) ** 2
    harmonics = power[10::10]  # at 100, 200 ... Hz
    # The source falls by 6 dB an octave; without it, what is left is the resonators' own.
    n = np.arange(1, len(harmonics) + 1)
    response = 10 * np.log10(harmonics * n**2)
    peaks = [
        100 * (i + 1)
        for i in range(1, len(response) - 1)
        if response[i] > response[i - 1] and response[i] > response[i + 1]
    ]
    for formant in formants:
        assert min(abs(peak - formant) for peak in peaks) <= 60, (formant, peaks)
    pitch = np.argmax(
        [np.dot(steady[:1200], heard[960 + t : 960 + t + 1200]) for t in range(80, 240)]
    )
    assert abs(80 + pitch - RATE // 100) <= 1  # a period of 100 Hz, to a sample


def test_the_loudest_vowels_don_t_clip(open_page: Callable[..., Page]):
    page = open_page(URL)
    ready(page, "vowel-pad")
    for f1, f2, f3 in ((700, 800, 2300), (1000, 1150, 2600), (250, 560, 2200), (500, 3600, 3700)):
        assert np.abs(samples(page, {"f1": f1, "f2": f2, "f3": f3})).max() < 1


def test_a_drag_moves_formants_and_sounds_until_it_ends(open_page: Callable[..., Page]):
    page = open_page(URL)
    root = ready(page, "vowel-pad")
    expect(root).to_have_attribute("data-playing", "false")
    page.mouse.move(*place_of(page, 0.25, 0.2))
    page.mouse.down()
    expect(root).to_have_attribute("data-vowel", "heed")
    expect(root).to_have_attribute("data-playing", "true")
    first = int(root.get_attribute("data-f1") or 0)
    page.mouse.move(*place_of(page, 0.6, 0.7), steps=12)
    expect(root).to_have_attribute("data-vowel", "hod")
    expect(root).to_have_attribute("data-playing", "true")
    assert int(root.get_attribute("data-f1") or 0) > 2 * first
    page.mouse.up()
    expect(root).to_have_attribute("data-playing", "false")
    page.wait_for_url("**gmmv_at=**")
    expect(page.locator(".st-key-inspector")).to_contain_text(f"F1 {root.get_attribute('data-f1')}")
    measures: list[Any] = page.evaluate(
        "performance.getEntriesByName('genmodels:vowel-pad:drag').map((m) => m.duration)"
    )
    assert measures


def test_what_bars_say_is_what_the_inspector_says(open_page: Callable[..., Page]):
    page = open_page(URL + "?gmmv_at=530-1840")
    root = ready(page, "vowel-pad")
    bar = root.locator('.share[data-winner="true"]')
    expect(bar).to_contain_text("head")
    expect(bar).to_contain_text("48 %")
    expect(page.locator(".st-key-inspector")).to_contain_text("48.4 %")


def test_keys_move_the_voice_and_walk_the_recorded_vowels(open_page: Callable[..., Page]):
    page = open_page(URL + "?gmmv_group=women&gmmv_speaker=50")
    root = ready(page, "vowel-pad")
    pad = root.locator("canvas.pad")
    pad.press("ArrowDown")
    expect(root).not_to_have_attribute("data-f1", "530")
    page.wait_for_url("**gmmv_at=**")
    pad.press("Enter")
    expect(root).to_have_attribute("data-playing", "true")
    expect(root).to_have_attribute("data-playing", "false")
    pad.press("n")
    expect(root).to_have_attribute("data-recorded", "980")
    expect(root.locator(".status")).to_contain_text("said by woman 17")
    page.wait_for_url("**gmmv_vowel=980**")
    expect(page.locator(".st-key-inspector")).to_contain_text("Held out with its speaker")
    pad.press("p")
    expect(root).to_have_attribute("data-recorded", "999")


def test_a_formant_stays_itself_when_the_axes_change(open_page: Callable[..., Page]):
    page = open_page(URL + "?gmmv_at=400-1900&gmmv_space=lobanov")
    root = ready(page, "vowel-pad")
    expect(root).to_have_attribute("data-f1", "400")
    expect(root).to_have_attribute("data-f2", "1900")


def test_the_sound_is_saved_as_a_wav(open_page: Callable[..., Page]):
    page = open_page(URL)
    root = ready(page, "vowel-pad")
    with page.expect_download() as saved:
        root.get_by_role("button", name="WAV").click()
    assert saved.value.suggested_filename == "head.wav"
    data = saved.value.path().read_bytes()
    assert data[:4] == b"RIFF"
    assert data[8:12] == b"WAVE"
    assert len(data) == 44 + 2 * 22_050
    assert np.abs(np.frombuffer(data[44:], "<i2")).max() > 1000


def test_nothing_overflows_on_a_phone(open_page: Callable[..., Page]):
    page = open_page(URL, width=390, height=844)
    ready(page, "vowel-pad")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
