"""The films page as a script: links, methods, tries, terms."""

from functools import partial

import pytest

from pages.nb.films import case as run
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "nb/films/page.py")


def test_by_default() -> None:
    at = open_page()
    told = text_of(at)
    assert "Terms of use: no commercial" in told
    assert "Harper and Konstan" in told
    assert "Log-odds of Roger & Me (1989)" in told
    assert at.session_state["nbf_shown"].rated == run.START
    assert not at.warning
    assert not at.query_params.keys() & {"nbf_rated", "nbf_open"}


def test_a_link_is_a_shelf() -> None:
    at = open_page(nbf_rated="73+.260-", nbf_method="tempered", nbf_open="r262.73")
    shown = at.session_state["nbf_shown"]
    assert (shown.rated, shown.method) == (((73, 1), (260, 0)), "tempered")
    assert "what it says of Raiders of the Lost Ark" in text_of(at)
    assert at.query_params["nbf_rated"] == "73+.260-"
    at = open_page(nbf_rated="", nbf_open="p505")
    assert at.session_state["nbf_shown"].rated == ()
    assert "How well liked: The Matrix" in text_of(at)


def test_a_rating_that_is_gone_leaves_words() -> None:
    assert "no longer there" in text_of(open_page(nbf_rated="73+", nbf_open="r262.5"))


@pytest.mark.parametrize("value", ["<script>", "1e999", "-1", "9" * 3000, "😀", "5+.5+"])
def test_a_bad_link_is_told(value: str) -> None:
    names = ("nbf_method", "nbf_figure", "nbf_rated", "nbf_open")
    at = open_page(**dict.fromkeys(names, value))
    told = text_of(at)
    for name in names:
        assert f"link's {name} must" in told, name
    assert at.session_state["nbf_shown"].rated == run.START


@pytest.mark.parametrize("method", run.METHODS)
def test_every_method_shows_its_score(method: str) -> None:
    at = open_page(nbf_method=method, nbf_figure="Right")
    assert f"Right verdicts of {method}" in text_of(at)
    assert any("0.781" in str(t.value) and "0.748" in str(t.value) for t in at.table)


@pytest.mark.parametrize(
    "which, rated, method",
    [(0, 3, "naive Bayes"), (1, 3, "tempered"), (2, 8, "naive Bayes"), (3, 0, "naive Bayes")],
)
def test_each_try_shows_its_state(which: int, rated: int, method: str) -> None:
    at = open_page(nbf_method="popularity", nbf_open="t5")
    at.button(key=f"nbf_try_{which}").click().run()
    assert not at.exception, at.exception
    shown = at.session_state["nbf_shown"]
    assert (len(shown.rated), shown.method) == (rated, method)
    assert len(at.get("download_button")) == 4
