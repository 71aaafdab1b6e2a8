"""The page on high dimension as a script: a study that ends, tries, bad links."""

from functools import partial

import pytest

from genmodels.kit import jobs
from pages.gmm.dimension import case as dimension
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "gmm/dimension/page.py")


def test_a_study_ends_and_its_fit_opens():
    at = open_page(gmmh_n="60", gmmh_seed="3", gmmh_d="10", gmmh_cov="diag")
    assert "Free parameters, diag, d = 10" in text_of(at)
    job = jobs.find(dimension.Study(60, 3))
    assert jobs.wait(job, lambda job: job.finished, 120)
    at.run()
    assert not at.exception, at.exception
    fit = job.snapshot()[(10, "diag")]
    assert f"{fit.train - fit.held_out:.2f} nats more than new ones" in text_of(at)


@pytest.mark.parametrize("which", range(3))
def test_each_try_shows_its_state(which: int):
    at = open_page(gmmh_n="60", gmmh_seed="3")
    at.button(key=f"gmmh_try_{which}").click().run()
    assert not at.exception, at.exception
    study = dimension.Study(int(at.session_state["gmmh_n"]), at.session_state["gmmh_seed"])
    jobs.leave(study, at.session_state["gmmh_visitor"])


@pytest.mark.parametrize(
    "name, value",
    [("gmmh_n", "61"), ("gmmh_seed", "1e999"), ("gmmh_d", "-2"), ("gmmh_cov", "<b>")],
)
def test_a_bad_link_is_told(name: str, value: str):
    at = open_page(**{name: value})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
