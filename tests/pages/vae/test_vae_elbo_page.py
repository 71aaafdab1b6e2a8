"""The ELBO's page through AppTest: its default state and what a link can say."""

from functools import partial

import pytest

from genmodels import ink
from genmodels.datasets import mnist
from tests.pages.script import open_page
from tests.pages.script import text_of as words

run = partial(open_page, "vae/elbo/page.py")


def test_the_default_state() -> None:
    at = run()
    assert "Drag the ellipse" in words(at)
    assert not at.warning


def test_an_open_estimate() -> None:
    at = run(vel_open="estimate", vel_n="50")
    assert "from 50 draws of run 1" in words(at)


def test_a_dragged_q_and_another_digit() -> None:
    at = run(vel_q="0,0,1,1", vel_open="kl", vel_digit="1167")
    assert "what q costs" in words(at)
    assert not at.warning


def test_a_drawing() -> None:
    text = ink.to_text((mnist.shown().pictures[3] // 17 * 17).astype("uint8"))
    assert "Shown: your drawing" in words(run(vel_from="Draw", vel_ink=text))


def test_every_try() -> None:
    for i in range(4):
        at = run()
        at.button(key=f"vel_try_{i}").click().run()
        assert not at.exception


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("vel_q", "nan,0,1,1", "with σ from 0.001 to 10"),
        ("vel_q", "0,0,0,1", "with σ from 0.001 to 10"),
        ("vel_q", "1,2", "with σ from 0.001 to 10"),
        ("vel_seed", "0", "from 1 to 9999"),
        ("vel_draws", "7", "one of 1, 4, 16, 64"),
        ("vel_n", "5001", "from 1 to 5000"),
        ("vel_open", "secrets", "the name of a number"),
        ("vel_digit", "-1", "a whole number from 0 to 1999"),
        ("vel_ink", "????", "must be a drawn digit"),
    ],
)
def test_a_bad_link_is_told_and_the_page_stands(name: str, value: str, says: str) -> None:
    at = run(**{name: value})
    assert any(says in warning.value.replace("\\", "") for warning in at.warning)
