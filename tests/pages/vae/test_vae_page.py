"""The VAE's page through AppTest: its default state and the states that a link can say."""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from genmodels import ink, vae
from genmodels.datasets import mnist
from genmodels.vae import first_paint
from pages.vae.latent.latent_pad import Place, from_link, payload, place_from, to_link
from tests.pages.script import open_page
from tests.pages.script import text_of as words

PAGE = Path(__file__).resolve().parents[3] / "pages" / "vae/latent/page.py"


run = partial(open_page, "vae/latent/page.py")


def test_the_default_state() -> None:
    at = run()
    text = words(at)
    assert "Variational autoencoder" in text
    assert "Click a number to open it" in text
    assert "believed CC BY-SA 3.0" in text
    assert "All 10,000 test pictures" in text
    assert not at.warning


def test_the_default_state_needs_no_torch() -> None:
    code = (
        "import sys; from streamlit.testing.v1 import AppTest; "
        f"at = AppTest.from_file({str(PAGE)!r}, default_timeout=60).run(); "
        "sys.exit(bool(at.exception) or 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]


def test_a_chosen_digit_with_an_opened_number() -> None:
    at = run(vae_digit="700", vae_epsilon="1,-0.5", vae_open="kl1")
    text = words(at)
    assert "KL of dimension 1" in text
    assert r"\tfrac12" in text


def test_a_free_z_opens_its_prior() -> None:
    at = run(vae_z="3,-3", vae_open="prior")
    assert "−10.83787707" in words(at)


def test_a_drawing_in_the_link_is_on_the_pad() -> None:
    drawn = ink.to_text((mnist.shown().pictures[3] // 17 * 17).astype("uint8"))
    at = run(vae_section="Draw", vaed_ink=drawn)
    assert "encoded while you draw" in words(at)
    assert not at.warning
    at = run(vae_section="Draw", vaed_ink="nonsense")
    assert any("must be a drawn digit" in warning.value for warning in at.warning)


def test_the_record_can_be_taken_away() -> None:
    at = run(vae_section="Take away")
    text = words(at)
    assert "opened once" in text
    assert "genmodels.vae.train" in at.code[0].value


def test_choosing_by_label() -> None:
    at = run()
    at.pills(key="vae_pick").set_value("7").run()
    assert not at.exception
    assert at.session_state.vae_start.selected >= 0


def tried(number: int) -> Place:
    at = run()
    at.button(key=f"vae_try_{number}").click().run()
    assert not at.exception
    place: Place = at.session_state.vae_start
    return place


def test_the_tries_show_what_they_say() -> None:
    """Each button's state has the property that its question speaks of, with these weights."""
    mu, labels = first_paint.load().mu.astype(float), mnist.shown().labels
    hole, ambiguous, worst, far = (tried(number) for number in range(4))
    for place, gap in ((hole, 0.2), (far, 1.5)):
        assert np.linalg.norm(mu - place.z, axis=1).min() > gap
    near = labels[np.argsort(np.linalg.norm(mu - hole.z, axis=1))[:12]]
    assert {2, 4, 9} <= set(near.tolist())

    assert labels[ambiguous.selected] == 4
    around = labels[np.argsort(np.linalg.norm(mu - mu[ambiguous.selected], axis=1))[1:12]]
    assert np.mean(around == 9) > 0.5

    passed = vae.passage(vae.load("mnist-2d"), mnist.shown().x, np.zeros((2000, 2)))
    assert labels[worst.selected] == 2
    assert int(passed.reconstruction.argmax()) == worst.selected


BAD_LINKS = [
    ({"vae_digit": "2000"}, "whole number from 0 to 1999"),
    ({"vae_digit": "-1"}, "whole number from 0 to 1999"),
    ({"vae_digit": "<script>"}, "whole number from 0 to 1999"),
    ({"vae_digit": "9" * 5000}, "whole number from 0 to 1999"),
    ({"vae_z": "nan,0"}, "two numbers within"),
    ({"vae_z": "1"}, "two numbers within"),
    ({"vae_z": "1,2,3"}, "two numbers within"),
    ({"vae_z": "1e9,0"}, "two numbers within"),
    ({"vae_epsilon": "a,b", "vae_digit": "3"}, "two numbers within"),
    ({"vae_open": "__class__"}, "name of a number"),
    ({"vae_open": "pixel:784", "vae_digit": "3"}, "name of a number"),
]


@pytest.mark.parametrize(("link", "expected"), BAD_LINKS)
def test_bad_links_get_a_message(link: dict[str, str], expected: str) -> None:
    place, problems = from_link(link)
    (message,) = problems.values()
    assert expected in message
    assert len(message) < 220
    assert place.z == first_paint.START


def test_a_bad_link_is_told_on_the_page() -> None:
    at = run(vae_z="nan,<b>")
    assert any("two numbers within" in warning.value for warning in at.warning)


@pytest.mark.parametrize(
    "place",
    [
        Place(),
        Place(z=(1.25, -3.5)),
        Place(selected=12, given="epsilon", epsilon=(0.5, -1.0), opened="kl"),
        Place(selected=12, given="z", z=(0.5, -1.0), opened="pixel:400"),
    ],
)
def test_links_say_the_whole_place(place: Place) -> None:
    again, problems = from_link(to_link(place))
    assert not problems
    assert (again.selected, again.given, again.opened) == (
        place.selected,
        place.given,
        place.opened,
    )
    assert again.latent == place.latent


def test_the_payload_is_plain_and_bounded() -> None:
    text = json.dumps(payload(Place(), "1"), allow_nan=False)
    assert len(text) < 900_000


@pytest.mark.parametrize(
    "state",
    [
        None,
        {},
        {"z": "x"},
        {"z": [1], "selected": 0, "epsilon": [0, 0], "given": "z"},
        {"z": [float("nan"), 0], "selected": -1, "epsilon": [0, 0], "given": "z"},
        {"z": [0, 0], "selected": 99999, "epsilon": [0, 0], "given": "z"},
        {"z": [0, 0], "selected": -1, "epsilon": [0, 0], "given": "w"},
    ],
)
def test_unsound_states_are_left_aside(state) -> None:
    assert place_from(state, Place(z=(1.0, 1.0))) == Place(z=(1.0, 1.0))
