"""The DNA page as a script: both sections, opened bases, bad links, tries."""

from functools import partial

import pytest

from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "hmm/dna/page.py")


def test_the_phage_by_default() -> None:
    at = open_page()
    assert "in 7 segments" in text_of(at)
    assert "−67191.4" in text_of(at)
    assert not at.warning


def test_one_state_and_an_opened_base() -> None:
    at = open_page(hmmd_k="1", hmmd_base="22500", hmmd_view="22000-23000")
    assert "in 1 segments" in text_of(at)
    assert "Posterior of base 22,500" in text_of(at)
    assert at.query_params["hmmd_view"] == "22000-23000"


def test_an_iteration_and_the_bic() -> None:
    at = open_page(hmmd_it="2", hmmd_bic="true")
    assert at.query_params["hmmd_it"] == "2"
    assert "BIC of 2 states" in text_of(at)


def test_islands() -> None:
    at = open_page(hmmd_section="CpG islands", hmmd_base="19800", hmmd_open="forward step")
    assert "Forward step into base 19,800" in text_of(at)
    assert not at.warning
    at.pills(key="hmmd_metric").set_value("Precision").run()
    assert "called and by the rule" in text_of(at)


def test_calls_by_posterior() -> None:
    at = open_page(hmmd_section="CpG islands", hmmd_call="posterior", hmmd_cut="0.9")
    assert at.session_state["hmmd_cut"] == "0.9"
    assert not at.warning


@pytest.mark.parametrize(
    "name, value, kept",
    [
        ("hmmd_k", "9", ("hmmd_seed", "4")),
        ("hmmd_seed", "1e999", ("hmmd_k", "3")),
        ("hmmd_section", "<b>", ("hmmd_k", "3")),
        ("hmmd_base", "48503", ("hmmd_k", "3")),
        ("hmmd_base", "1; --", ("hmmd_k", "3")),
        ("hmmd_view", "9-3", ("hmmd_k", "3")),
        ("hmmd_view", "9" * 4000, ("hmmd_k", "3")),
        ("hmmd_it", "NaN", ("hmmd_k", "3")),
        ("hmmd_open", "\u202e", ("hmmd_k", "3")),
        ("hmmd_bic", "maybe", ("hmmd_k", "3")),
    ],
)
def test_a_bad_link_is_told_and_the_rest_holds(name: str, value: str, kept) -> None:
    at = open_page(**{name: value, kept[0]: kept[1], "hmmd_base": "100"} | {name: value})
    if name != "hmmd_bic":  # a toggle's bad value is dropped: there is nothing to mend
        assert at.warning
    assert str(at.session_state[kept[0]]) == kept[1]


@pytest.mark.parametrize(
    "field", ["hmmd_tables", "hmmd_island", "hmmd_gap", "hmmd_call", "hmmd_cut"]
)
def test_bad_island_links(field: str) -> None:
    at = open_page(**{"hmmd_section": "CpG islands", "hmmd_call": "posterior"} | {field: "7,5"})
    assert [w for w in at.warning if field.replace("_", r"\_") in w.value], at.warning


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which: int) -> None:
    at = open_page()
    at.button(key=f"hmmd_try_{which}").click().run()
    assert not at.exception, at.exception
    assert not at.error
