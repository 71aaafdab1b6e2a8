"""The VAE's anomaly page: what opens, and what it says of bad links."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.vae.anomaly import case as run
from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/anomaly/page.py").run()


@pytest.mark.parametrize("score", run.SCORES)
def test_a_chosen_picture_opens_by_every_score(score: str) -> None:
    at = page(vad_case="2100", vad_score=score)
    assert not at.exception, at.exception
    assert "**pullover 100**" in [m.value for m in at.markdown]
    assert at.latex


@pytest.mark.parametrize("attempt", range(4))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page()
    at.button(key=f"vad_try_{attempt}").click().run()
    assert not at.exception, at.exception


def test_a_case_beyond_the_pair_is_let_go() -> None:
    at = page(vad_pair=run.DIGIT, vad_case="2400")
    assert not at.exception, at.exception


@pytest.mark.parametrize(
    "link, words",
    [
        ({"vad_pair": "x"}, "one of Digits and clothes"),
        ({"vad_model": "<b>"}, "one of mnist-2d"),
        ({"vad_score": "entropy"}, "one of −ELBO"),
        ({"vad_case": "0"}, "from 1 to 2500"),
        ({"vad_case": "1e9"}, "from 1 to 2500"),
        ({"vad_flagged": "-1"}, "from 0 to 2500"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    assert any(words in warning.value for warning in at.warning)


def test_a_drawing_is_scored_among_the_digits() -> None:
    from genmodels import ink
    from genmodels.datasets import mnist

    text = ink.to_text(mnist.shown().pictures[3] // 17 * 17)
    at = page(vad_own="true", vad_ink=text)
    assert not at.exception, at.exception
    assert "**Your drawing**" in [m.value for m in at.markdown]
    empty = page(vad_own="true")
    assert not empty.exception, empty.exception
    bad = page(vad_own="true", vad_ink="!!")
    assert any("drawn digit" in warning.value for warning in bad.warning)
