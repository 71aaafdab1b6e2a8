"""The page of data augmentation: sections, a seed of its own, bad links."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/augmentation/page.py").run()


def said(at: AppTest) -> str:
    return "\n".join(m.value for m in [*at.markdown, *at.caption])


@pytest.mark.parametrize(
    "section, words",
    [
        ("Accuracy", "CVAE samples less labels alone"),
        ("Samples", "read as the digit asked for"),
        ("Changed", "became right"),
    ],
)
def test_each_section_stands(section: str, words: str) -> None:
    at = page(vau_section=section, vau_size="50", vau_seed="2")
    assert not at.exception, at.exception
    assert words in said(at)


def test_a_seed_that_is_not_stored_waits_to_be_computed() -> None:
    at = page(vau_seed="17", vau_section="Changed")
    assert not at.exception, at.exception
    assert at.button(key="vau_begin").label == "Compute this seed"
    assert "has not been computed" in said(at)
    at.session_state["vau_section"] = "Samples"
    at.run()
    assert "not trained yet" in said(at)


def test_the_arm_and_the_classifier_are_the_readers() -> None:
    at = page(vau_arm="moved digits", vau_learner="logistic regression")
    assert "moved digits less labels alone" in said(at)
    assert "By logistic regression" in said(at)
    assert "So it helps" in said(page(vau_arm="moved digits"))


@pytest.mark.parametrize("attempt", range(4))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page()
    at.button(key=f"vau_try_{attempt}").click().run()
    assert not at.exception, at.exception
    assert at.session_state["vau_section"] == ("Samples" if attempt == 3 else "Accuracy")


@pytest.mark.parametrize(
    "link, words",
    [
        ({"vau_section": "x"}, "one of Accuracy"),
        ({"vau_size": "20"}, "one of 10, 50, 100"),
        ({"vau_seed": "1e999"}, "from 0 to 99"),
        ({"vau_seed": "-1"}, "from 0 to 99"),
        ({"vau_learner": "<b>"}, "one of logistic regression"),
        ({"vau_arm": "labels alone"}, "one of CVAE samples"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    text = " ".join(warning.value.replace("\\", "") for warning in at.warning)
    assert words in text
