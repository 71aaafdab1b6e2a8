"""The Gaussian mixture's page as a script: default, other states, bad links, tries."""

import json
from functools import partial

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genmodels import gmm
from genmodels.datasets import clustering
from pages.gmm import mixture_run
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "gmm/em/page.py")


def test_the_default_state_is_old_faithful_with_its_figures():
    at = open_page()
    assert at.title[0].value == "Gaussian mixture"
    assert "BIC 2322.2" in text_of(at)
    assert "-1130.26 nats" in text_of(at)
    assert "Old Faithful" in text_of(at)
    assert not at.warning


@pytest.mark.parametrize("name", clustering.DATASETS)
@pytest.mark.parametrize("covariance", ["full", "spherical"])
def test_every_data_set_fits(name: str, covariance: str):
    at = open_page(gmm_data=clustering.load(name).title, gmm_k="4", gmm_cov=covariance)
    run = mixture_run.run(mixture_run.Setup(clustering.load(name), 4, covariance))
    assert f"BIC {run.trace.model.bic(clustering.load(name).X):.1f}" in text_of(at)


def test_a_link_opens_a_point_at_a_step():
    at = open_page(gmm_k="3", gmm_step="5", gmm_open="point:17", gmm_seed="4")
    assert r"\gamma" in text_of(at)
    assert at.query_params["gmm_step"] == "5"
    assert at.query_params["gmm_open"] == "point:17"


def test_a_link_opens_an_m_step_s_sums():
    at = open_page(gmm_step="6", gmm_open="mean:1")
    assert r"\mu" in text_of(at)


def test_dragged_means_in_a_link_start_the_run_there():
    at = open_page(gmm_means="[[2.0, 90.0], [5.0, 45.0]]", gmm_step="1")
    assert at.session_state["gmm_means"] == [[2.0, 90.0], [5.0, 45.0]]
    assert json.loads(at.query_params["gmm_means"]) == [[2.0, 90.0], [5.0, 45.0]]
    at.button[0].click().run()
    assert at.session_state["gmm_means"] is None
    assert "gmm_means" not in at.query_params


def test_a_control_starts_over_without_the_dragged_means():
    at = open_page(gmm_means="[[2.0, 90.0], [5.0, 45.0]]", gmm_step="7")
    at.number_input(key="gmm_k").set_value(5).run()
    assert not at.exception
    assert at.session_state["gmm_means"] is None
    assert "gmm_step" not in at.query_params


@pytest.mark.parametrize("section", ["Watch", "Break"])
@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which: int, section: str):
    at = open_page(gmm_section=section)
    at.button(key=f"gmm_try_{which}").click().run()
    assert not at.exception, at.exception
    assert not at.error


def test_the_bad_start_is_one():
    at = open_page(gmm_section="Break")
    at.button(key="gmm_try_3").click().run()
    state = at.session_state
    assert (state["gmm_data"], state["gmm_k"], state["gmm_init"]) == ("Round blobs", 3, "random")
    bad = mixture_run.run(
        mixture_run.Setup(clustering.load("blobs"), 3, "full", "random", state["gmm_seed"])
    )
    good = mixture_run.run(mixture_run.Setup(clustering.load("blobs"), 3, "full", "k-means++", 0))
    assert bad.trace.converged
    assert bad.trace.log_likelihood[-1] < good.trace.log_likelihood[-1] - 100


@pytest.mark.parametrize(
    "name, value, kept",
    [
        ("gmm_k", "99", ("gmm_cov", "tied")),
        ("gmm_k", "0", ("gmm_cov", "tied")),
        ("gmm_k", "NaN", ("gmm_cov", "tied")),
        ("gmm_data", "<script>alert(1)</script>", ("gmm_k", "4")),
        ("gmm_cov", "'; drop table", ("gmm_k", "4")),
        ("gmm_init", "\u202e\U0001f600", ("gmm_k", "4")),
        ("gmm_seed", "-1", ("gmm_k", "4")),
        ("gmm_step", "1e9", ("gmm_k", "4")),
        ("gmm_open", "point:" + "9" * 4000, ("gmm_k", "4")),
        ("gmm_means", "[[1,2],[3,NaN]]", ("gmm_k", "4")),
        ("gmm_means", "[" * 5000, ("gmm_k", "4")),
        ("gmm_means", '{"a": 1}', ("gmm_k", "4")),
        ("gmm_floor", "-1", ("gmm_k", "4")),
        ("gmm_section", "Nowhere", ("gmm_k", "4")),
    ],
)
def test_a_bad_link_is_told_beside_its_field_and_the_rest_holds(name, value, kept):
    at = open_page(**{name: value, kept[0]: kept[1]})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
    assert str(at.session_state[kept[0]]) == kept[1]


def test_without_a_floor_a_component_collapses_and_the_page_says_so():
    at = open_page(gmm_section="Break")
    at.button(key="gmm_try_0").click().run()
    assert not at.exception
    assert "the likelihood would run to infinity" in text_of(at)


# -- the reader's own points -------------------------------------------------------------------

OWN = {"gmm_data": "Your own data"}


def paste(text: str) -> AppTest:
    at = open_page(**OWN, gmm_own="Paste")
    at.text_area(key="gmm_pasted").set_value(text)
    at.button[0].click().run()
    assert not at.exception, at.exception
    return at


def test_own_points_come_by_the_link():
    at = open_page(**OWN, gmm_points="1,2;3,4;2,2;5,5", gmm_k="1")
    assert at.query_params["gmm_points"] == "1,2;3,4;2,2;5,5"
    X = np.array([[1, 2], [3, 4], [2, 2], [5, 5]])
    expected = gmm.fit(X, 1, tol=1e-4).model.bic(X)
    assert f"BIC {expected:.1f}" in text_of(at)


def test_pasted_columns_are_fitted():
    at = paste("a;b\n1,5;2\n2,5;2\n3;4,25\n9;8")
    assert at.session_state["gmm_clicked"] == [[1.5, 2], [2.5, 2], [3, 4.25], [9, 8]]
    assert not [w for w in at.warning if "needed" in w.value]


def test_missing_values_are_named_and_counted():
    at = paste("width,height\n1,2\nNA,3\n4,\n5,oops\n6,7\n8,inf\n9,9")
    said = text_of(at)
    assert "1 of 7 rows have no width" in said
    assert "1 of 7 rows have no height" in said
    assert "2 of 7 rows have a height that is no finite number" in said
    assert at.session_state["gmm_clicked"] == [[1, 2], [6, 7], [9, 9]]


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "there is nothing"),
        ("   \n\n", "there is nothing"),
        ("x,y", "only a line of names"),
        ("1,2", "At least two rows"),
        ("alpha\nbeta", "Two columns are needed"),
        ("name,colour\na,red\nb,blue", "Two columns of numbers are needed"),
        ("nan,nan\nnan,nan", "needed"),
        ("1,2\ninf,3", "At least two rows"),
        ("<script>alert(1)</script>", "Two columns are needed"),
        ("\U0001f600 \u202e", "needed"),
        ('"unclosed, 1\n2, 3', "needed"),
    ],
)
def test_bad_tables_are_told_and_nothing_is_lost(text: str, said: str):
    at = open_page(**OWN, gmm_own="Paste", gmm_points="1,2;3,4;5,5")
    at.text_area(key="gmm_pasted").set_value(text)
    at.button[0].click().run()
    assert not at.exception, at.exception
    assert [w for w in at.warning if said in w.value], [w.value for w in at.warning]
    assert at.session_state["gmm_clicked"] == [[1, 2], [3, 4], [5, 5]]
    assert at.text_area(key="gmm_pasted").value == text


@pytest.mark.parametrize(
    "points, said",
    [
        ("1,1;1,1;1,1", "all points are the same"),
        ("1,5;2,5;3,5", "y is constant"),
        ("1,5;1,5;2,6", "1 of 3 points repeat others"),
    ],
)
@pytest.mark.parametrize("covariance", gmm.COVARIANCE_TYPES)
@pytest.mark.parametrize("floor", ["0", "1e-6"])
@pytest.mark.parametrize("standardise", ["true", "false"])
def test_degenerate_points_fit_with_a_word(points, said, covariance, floor, standardise):
    at = open_page(
        **OWN, gmm_points=points, gmm_cov=covariance, gmm_floor=floor, gmm_k="5",
        gmm_std=standardise, gmm_own="Paste",
    )  # fmt: skip
    assert said in text_of(at)
    assert "K must be at most the number of different points" in text_of(at)


def test_a_hundred_thousand_rows_are_sampled_and_said_so():
    rng = np.random.default_rng(0)
    rows = "\n".join(f"{x:.3f},{y:.3f}" for x, y in rng.normal(size=(100_000, 2)))
    at = open_page(**OWN, gmm_own="File")
    at.file_uploader(key="gmm_file").upload("points.csv", rows.encode(), "text/csv").run()
    assert not at.exception, at.exception
    assert "100,000 points were given; shown and fitted: a sample of 2,000" in text_of(at)
    assert "too many points for the link" in text_of(at)
    assert "gmm_points" not in at.query_params


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"\xff\xfe\x00", b"\xff\xff\xff"]
)
def test_bad_files_are_told(data: bytes):
    at = open_page(**OWN, gmm_own="File", gmm_points="1,2;3,4;5,5")
    at.file_uploader(key="gmm_file").upload("points.csv", data, "text/csv").run()
    assert not at.exception, at.exception
    assert [w for w in at.warning if "needed" in w.value or "must be" in w.value]
    assert at.session_state["gmm_clicked"] == [[1, 2], [3, 4], [5, 5]]


def test_columns_of_a_file_are_chosen():
    at = open_page(**OWN, gmm_own="File")
    text = "name,a,b,c\n" + "\n".join(f"x{i},{i},{i * i},{-i}" for i in range(6))
    at.file_uploader(key="gmm_file").upload("points.csv", text.encode(), "text/csv").run()
    assert "No numbers in: name" in text_of(at)
    at.selectbox(key="gmm_own_y").set_value(2).run()
    assert not at.exception, at.exception
    assert at.session_state["gmm_clicked"][2] == [2, -2]


def test_a_selection_beyond_the_data_opens_nothing():
    at = open_page(gmm_step="3", gmm_open="point:99999")
    assert "Click a point" in text_of(at)
