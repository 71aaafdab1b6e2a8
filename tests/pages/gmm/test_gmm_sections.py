"""The mixture's other sections as scripts: Guarantee and Restarts, on good and on bad set-ups."""

from functools import partial

import pytest

from genmodels.datasets import clustering
from genmodels.kit import jobs
from pages.gmm import choose_k, mixture_run
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "gmm/em/page.py")


@pytest.mark.parametrize("section", ["Guarantee", "Restarts", "Sample"])
@pytest.mark.parametrize("name", ["old_faithful", "vowels", "moons"])
def test_a_section_opens_on_a_data_set(section: str, name: str):
    at = open_page(gmm_section=section, gmm_data=clustering.load(name).title, gmm_k="3")
    assert clustering.load(name).X.shape[0] > 0
    assert not at.error


@pytest.mark.parametrize("section", ["Guarantee", "Restarts", "Sample"])
@pytest.mark.parametrize("points", ["1,1;1,1;1,1", "1,5;2,5;3,5", "0,0;1,1;0,1;9,9"])
@pytest.mark.parametrize("floor", ["0", "1e-6"])
def test_degenerate_points_end_in_words(section: str, points: str, floor: str):
    open_page(
        gmm_section=section, gmm_data="Your own data", gmm_own="Paste", gmm_points=points,
        gmm_k="4", gmm_floor=floor, gmm_cov="spherical",
    )  # fmt: skip


def test_the_bound_s_numbers_open():
    at = open_page(gmm_section="Guarantee", gmm_step="6")
    at.session_state["gmm_bound_tab"] = "Gap KL"
    at.run()
    assert not at.exception, at.exception
    assert "Gap KL at M-step 3" in text_of(at)


def test_two_runs_are_chosen_by_the_link():
    at = open_page(
        gmm_section="Restarts", gmm_data="Round blobs", gmm_k="3", gmm_init="random",
        gmm_left="6", gmm_right="0",
    )  # fmt: skip
    said = text_of(at)
    assert "Seed 6, optimum" in said
    assert "Seed 0, optimum" in said


@pytest.mark.parametrize("name", ["gmm_left", "gmm_right"])
def test_a_run_that_there_is_not_is_told(name: str):
    at = open_page(gmm_section="Restarts", **{name: "17"})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value]


def test_the_sweep_runs_stops_goes_on_and_its_fits_open():
    points = {"gmm_data": "Your own data", "gmm_own": "Paste", "gmm_points": "0,0;1,1;4,1;5,3;2,2"}
    at = open_page(gmm_section="Choose K", **points, gmm_k="2")
    job = jobs.find(choose_k.sweep_of(gmm_setup_of(at)))
    assert jobs.wait(job, lambda job: job.finished, 60)
    at.run()
    said = text_of(at)
    assert "Lowest BIC" in said
    assert "full, K = 2" in said
    at.session_state["gmm_sweep_tab"] = "held out"
    at.run()
    assert "Held out, 2 components, full" in text_of(at)
    at.button(key="gmm_sweep_watch").click().run()
    assert not at.exception, at.exception
    assert at.session_state["gmm_section"] == "Watch"


def gmm_setup_of(at):
    own = at.session_state["gmm_own_set"]
    return mixture_run.Setup(own.points)


def test_a_bad_criterion_is_told():
    at = open_page(gmm_section="Choose K", gmm_by="luck")
    assert [w for w in at.warning if r"gmm\_by" in w.value]


def test_a_draw_opens_by_the_link():
    at = open_page(gmm_section="Sample", gmm_draw="8", gmm_draws="50", gmm_draw_seed="3")
    at.session_state["gmm_sample_tab"] = "Place, y"
    at.run()
    assert not at.exception, at.exception
    assert "Draw 4: coordinate 2" in text_of(at)


@pytest.mark.parametrize(
    "name, value", [("gmm_draws", "7"), ("gmm_draw", "-1"), ("gmm_draw_seed", "x")]
)
def test_bad_draws_are_told(name: str, value: str):
    at = open_page(gmm_section="Sample", **{name: value})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value]
