"""The conditional page: what the encoder is told, what opens, and what it says of bad links."""

import pytest
from streamlit.testing.v1 import AppTest

from genmodels import ink
from genmodels.datasets import mnist
from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/conditional/page.py").run()


def words(at: AppTest) -> list[str]:
    return [m.value for m in at.markdown] + [c.value for c in at.caption]


def test_every_number_opens() -> None:
    at = page()
    assert not at.exception, at.exception
    assert "**What the label saves**" in words(at)
    for tab, title in [
        ("style's KL", "**What its style costs, told it is a 4**"),
        ("which digit", "**Is it a 4? −ELBO under each label**"),
        ("log p(z)", "**How likely was this z?**"),
    ]:
        at.session_state["vcd_open"] = tab
        at.run()
        assert not at.exception, at.exception
        assert title in words(at)


def test_a_lie_holds_for_one_digit_only() -> None:
    at = page(vcd_said="7", vcd_open="style's KL")
    assert "**What its style costs, told it is a 7**" in words(at)
    at.number_input(key="vcd_digit").set_value(30).run()
    assert not at.exception, at.exception
    label = mnist.shown().labels[30]
    assert f"**What its style costs, told it is a {label}**" in words(at)


def test_a_drawing_is_read_as_the_digit_that_costs_least() -> None:
    text = ink.to_text(mnist.shown().pictures[2] // 17 * 17)
    at = page(vcd_from="Draw", vcd_ink=text)
    assert not at.exception, at.exception
    assert any("under which the drawing costs least" in text for text in words(at))


@pytest.mark.parametrize("attempt", range(4))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page()
    at.number_input(key="vcd_digit").set_value(30).run()
    at.button(key=f"vcd_try_{attempt}").click().run()
    assert not at.exception, at.exception
    assert at.number_input(key="vcd_digit").value != 30
    told = {1: "**Is it a 4? −ELBO under each label**", 3: "**How likely was this z?**"}
    assert told.get(attempt, "**What the label saves**") in words(at)


@pytest.mark.parametrize(
    "link, expected",
    [
        ({"vcd_z": "1"}, "2 numbers within ±3.5"),
        ({"vcd_z": "nan,0"}, "2 numbers within ±3.5"),
        ({"vcd_z": "0,40"}, "2 numbers within ±3.5"),
        ({"vcd_y": "10"}, "from 0 to 9"),
        ({"vcd_said": "ten"}, "one of 0, 1"),
        ({"vcd_open": "<b>"}, "one of label saves"),
        ({"vcd_digit": "-3"}, "from 0 to 1999"),
        ({"vcd_ink": "!!"}, "drawn digit"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], expected: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    assert any(expected in warning.value for warning in at.warning)
