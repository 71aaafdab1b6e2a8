"""The regimes page as a script: default, links, tries, own series, what was wrong with a link."""

from functools import partial

import pytest

from pages.hmm.regimes import stage as regimes_stage
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "hmm/regimes/page.py")
OWN = ",".join(f"{(i * 7919 % 200 - 100) / (20 if i < 60 else 80):.2f}" for i in range(120))


def test_the_default_state():
    at = open_page()
    text = text_of(at)
    assert "no true regime" in text
    assert "no advice" in text
    assert "Mean stay in state 1" in text
    assert not at.warning


def test_a_link_opens_a_day():
    day = regimes_stage.day_of("1987-10-19") + 1
    at = open_page(hmmr_day=str(day), hmmr_open="forward step", hmmr_view="9400-9600")
    text = text_of(at)
    assert "1987-10-19: −22.9 %" in text.replace("**", "")
    assert "Forward step into 1987-10-19" in text
    assert at.query_params["hmmr_day"] == str(day)
    assert at.query_params["hmmr_view"] == "9400-9600"


def test_a_link_opens_an_iteration():
    at = open_page(hmmr_it="0")
    assert "Iteration 0 of" in text_of(at)
    assert at.query_params["hmmr_it"] == "0"


def test_held_out_days_stand_beside_the_mixture():
    at = open_page(hmmr_data="Your own", hmmr_own=OWN, hmmr_section="Held-out days")
    assert not at.warning
    table = at.table[-1].value
    assert list(table["K"]) == ["1", "2", "3", "4"]
    assert table["HMM"][0] == table["no memory"][0]


def test_a_held_out_number_opens_by_link():
    at = open_page(
        hmmr_data="Your own", hmmr_own=OWN, hmmr_section="Held-out days", hmmr_held="K = 2"
    )
    assert "Held out, 2 states" in text_of(at)
    assert "nats a day" in text_of(at)


def test_one_state_is_never_left():
    at = open_page(hmmr_data="Your own", hmmr_own=OWN, hmmr_k="1", hmmr_day="1", hmmr_open="stays")
    assert not at.warning
    assert "**∞** days" in text_of(at)


def test_own_days_pasted():
    at = open_page(hmmr_data="Your own")
    assert "No series of yours yet" in text_of(at)
    at.text_area(key="hmmr_pasted").set_value(OWN.replace(",", "\n"))
    at.button[0].click().run()
    assert not at.exception, at.exception
    assert "120 days, 0 of them missing" in text_of(at)
    assert at.query_params["hmmr_own"].startswith("-5,")
    at.text_area(key="hmmr_pasted").set_value("hello")
    at.button[0].click().run()
    assert not at.exception, at.exception
    assert "One column of numbers is needed" in text_of(at)
    assert "120 days, 0 of them missing" in text_of(at)  # what was there stays


def test_more_states_keep_the_day():
    at = open_page(hmmr_day="500", hmmr_data="Your own", hmmr_own=",".join([OWN] * 5))
    at.number_input(key="hmmr_k").set_value(3).run()
    assert not at.exception, at.exception
    assert at.query_params["hmmr_day"] == "500"


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which: int):
    at = open_page(hmmr_data="Your own", hmmr_own=OWN)
    at.button(key=f"hmmr_try_{which}").click().run()
    assert not at.exception, at.exception
    if which == 0:
        assert "Filtered" in text_of(at) or "1987-10-19" in text_of(at)


@pytest.mark.parametrize(
    "bad",
    [
        {"hmmr_data": "gold", "hmmr_k": "0", "hmmr_part": "<script>", "hmmr_start": "\u202e",
         "hmmr_seed": "-1", "hmmr_band": "none", "hmmr_section": "Buy", "hmmr_it": "301",
         "hmmr_day": "0", "hmmr_view": "9-3", "hmmr_own": "1,2"},
        {"hmmr_k": "1e999", "hmmr_day": "٣", "hmmr_view": "1-99999", "hmmr_it": "x"},
        {"hmmr_day": "1e9", "hmmr_own": "inf," * 40},
    ],
)  # fmt: skip
def test_a_bad_link_is_told(bad: dict[str, str]):
    at = open_page(**bad)
    for name in bad:
        assert [w for w in at.warning if name.replace("_", r"\_") in w.value], name


def test_a_bad_number_to_open_is_told():
    at = open_page(hmmr_day="9", hmmr_open="safe", hmmr_data="Your own", hmmr_own=OWN)
    assert [w for w in at.warning if r"hmmr\_open" in w.value]


def test_a_day_past_the_end_is_left_out():
    at = open_page(hmmr_data="Your own", hmmr_own=OWN, hmmr_day="121", hmmr_view="1-121")
    assert "hmmr_day" not in at.query_params
    assert "hmmr_view" not in at.query_params
