"""The films run: the model against the mixed one and scikit-learn, figures, links, take-away."""

import csv
import io
import json
import math
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold
from sklearn.naive_bayes import BernoulliNB

from genmodels.datasets import films
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from genmodels.naive_bayes import MixedNB, RatingsNB
from pages.nb.films import case as run
from pages.nb.films import figures, film_shelf, scores
from pages.nb.films import opened as arithmetic
from pages.nb.films import shelf as films_shelf
from pages.nb.films import take_away as export


def drawn(rng: np.random.Generator, people: int = 40, n: int = 6):
    opinions = rng.choice([-1, 0, 1], size=(people, n), p=[0.3, 0.3, 0.4])
    return opinions == 1, opinions == 0


def test_each_film_is_a_mixed_model_with_missing_values(rng: np.random.Generator) -> None:
    for alpha in (0.2, 1.0, 4.0):
        L, D = drawn(rng)
        ours = RatingsNB.fit(L, D, alpha=alpha)
        table = np.where(L, 1.0, np.where(D, 0.0, np.nan))
        for t in range(ours.n_films):
            rows = ~np.isnan(table[:, t])
            X = table[rows].copy()
            X[:, t] = np.nan
            model = MixedNB.fit(X, L[rows, t].astype(int), (2,) * 6, alpha=alpha)
            for r in (0, 1):
                expected = [
                    0.0 if f == t else float(np.diff(model.log_theta[:, f, r])[0]) for f in range(6)
                ]
                np.testing.assert_allclose(ours.says[r][:, t], expected, rtol=0, atol=1e-12)


def test_a_film_that_all_rated_is_scikit_learn_s(rng: np.random.Generator) -> None:
    L = rng.random((60, 5)) < 0.6
    ours = RatingsNB.fit(L, ~L, alpha=0.7)
    theirs = BernoulliNB(alpha=0.7).fit(L[:, 1:], L[:, 0])
    joint = theirs.predict_joint_log_proba(L[:, 1:]) - theirs.class_log_prior_
    np.testing.assert_allclose(
        ours.evidence(L, ~L)[:, 0], joint[:, 1] - joint[:, 0], rtol=0, atol=1e-9
    )


def test_tempering_and_no_rating(rng: np.random.Generator) -> None:
    L, D = drawn(rng)
    model = RatingsNB.fit(L, D)
    whole, none = model.evidence(L, D), np.zeros((1, 6), bool)
    n = np.maximum((L | D).sum(axis=1, keepdims=True) - (L | D), 1)
    for temper in (0.0, 0.5, 1.0):
        expected = model.log_prior_odds + whole / n**temper
        np.testing.assert_allclose(model.log_odds(L, D, temper=temper), expected)
    np.testing.assert_array_equal(model.log_odds(none, none)[0], model.log_prior_odds)


@pytest.mark.parametrize(
    "L, D, alpha, message",
    [
        ([[1, 0]], [[1, 0]], 1, "person 0 does both of 0"),
        ([[1, 0]], [[1]], 1, "must be"),
        ([1, 0], [0, 1], 1, "must be"),
        ([[1, 0]], [[0, 1]], 0, "alpha must be > 0"),
        ([[1, 0]], [[0, 1]], -1, "alpha"),
    ],
)
def test_bad_ratings_are_told(L, D, alpha, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RatingsNB.fit(L, D, alpha=alpha)


def test_another_number_of_films_is_told() -> None:
    model = RatingsNB.fit([[1, 0]], [[0, 1]])
    with pytest.raises(ValueError, match="2 films, as in fit; got 3"):
        model.evidence([[1, 0, 0]], [[0, 0, 0]])


def test_the_ratings_and_their_terms() -> None:
    data = films.load()
    assert data.ratings.shape == (671, 848) == (671, len(data.titles))
    assert int((data.ratings > 0).sum()) == 58_245
    assert data.titles[505] == "The Matrix"
    assert "no commercial" in films.TERMS
    assert not (data.likes & data.dislikes).any()
    assert films.in_order("Postman, The (Postino, Il)") == "The Postman (Postino, Il)"


# -- held out --------------------------------------------------------------------------------------


def test_stored_figures_are_the_reference_s() -> None:
    stored = scores.load()
    expected = {"naive Bayes": 0.747, "tempered": 0.780, "popularity": 0.685}
    for method, auc in expected.items():
        assert stored["auc"][method] == pytest.approx(auc, abs=2e-3)
    assert stored["by_exponent"][0] == stored["auc"]["naive Bayes"]
    assert stored["by_exponent"][5] == stored["auc"]["tempered"]
    assert max(stored["by_exponent"]) < stored["auc"]["tempered"] + 1e-3
    known = stored["by_known"]
    assert known["naive Bayes"][0] == known["tempered"][0]  # one rating is counted once
    gains = np.subtract(known["tempered"], known["naive Bayes"])[1:]
    assert (gains > 0).all()
    assert scores.scores_table("tempered")[""] == ["", "✓", ""]


def test_one_fold_recomputed_another_way() -> None:
    """The stored evidence of one fold's people, person by person, film by film."""
    data = films.load()
    L, D = data.likes, data.dislikes
    held = scores.held_out()
    train, test = next(KFold(5, shuffle=True, random_state=0).split(L))
    model = RatingsNB.fit(L[train], D[train])
    at = 0
    for person in test[:12]:
        rated = np.flatnonzero(L[person] | D[person])
        for t in rated[:25]:
            place = at + int(np.searchsorted(rated, t))
            others = [f for f in rated if f != t]
            evidence = sum(model.says[int(L[person, f])][f, t] for f in others)
            assert held.evidence[place] == pytest.approx(evidence, abs=1e-9)
            assert held.n[place] == len(others)
            assert held.liked[place] == L[person, t]
        at += len(rated)
    for method in run.METHODS:  # and the stored AUC from scikit-learn's
        auc = roc_auc_score(held.liked, held.log_odds(method))
        assert scores.load()["auc"][method] == pytest.approx(auc, abs=1e-9)
        assert scores.load()["right"][method] == held.right(held.log_odds(method))


# -- the shelf -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", run.METHODS)
def test_what_is_recommended_is_the_best_of_the_unrated(method: str) -> None:
    shelf = run.shelf(run.START, method)
    mine = {film for film, _ in run.START}
    assert not mine & set(shelf.best)
    left = np.delete(shelf.log_odds, list(mine))
    assert shelf.log_odds[shelf.best[0]] == left.max()
    assert len(shelf.best) == run.BEST
    prepared = film_shelf.payload(shelf, None)
    text = json.dumps(encode(prepared), allow_nan=False)
    assert len(text) < 130_000
    for film in (*shelf.best[:3], 505):
        told = films_shelf.why(shelf, film)
        assert told["check"] == pytest.approx(told["total"], abs=1e-9)


@pytest.mark.parametrize("method", run.METHODS)
@pytest.mark.parametrize(
    "rated", [(), run.START, ((505, 1),), tuple((f, f % 2) for f in range(40))]
)
def test_all_that_opens_evaluates_to_its_value(method: str, rated: run.Rated) -> None:
    shelf = run.shelf(rated, method)
    for film in (shelf.best[0], 73):
        keys = [row["open"] for row in films_shelf.why(shelf, film)["rows"]] + [f"t{film}"]
        for key in keys:
            opened = arithmetic.opened(shelf, key)
            assert opened is not None, key
            assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9, abs=1e-9)
            for row in opened.rows:
                if row.expression:
                    assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9)
    for figure in (arithmetic.auc(method), arithmetic.right(method)):
        assert evaluate(figure.expression) == pytest.approx(figure.value, rel=1e-9)
    assert arithmetic.opened(shelf, "r1.847") is None
    assert arithmetic.opened(shelf, None) is None


def test_links_come_back_and_bad_ones_are_told() -> None:
    assert run.parse_rated(run.rated_text(run.START)) == run.START
    assert run.parse_rated("") == ()
    assert run.parse_rated("505 .387-") == ((505, 1), (387, 0))  # a + in a link is a space
    for bad in ("505", "505*", "848+", "5+.5-", "+", "1+..2-", "99999+", "<b>", "5+ .6-"):
        with pytest.raises(ValueError, match="must"):
            run.parse_rated(bad)
    with pytest.raises(ValueError, match="at most 100 films; it has 101"):
        run.parse_rated(".".join(f"{f}+" for f in range(101)))
    assert run.parse_open("r42.505") == ("r", 42, 505)
    for bad in ("", "t", "t848", "r5.5", "r5", "p-1", "t1.2", "x1", "t٣"):
        with pytest.raises(ValueError, match="must be like"):
            run.parse_open(bad)
    with pytest.raises(ValueError, match="popularity; got 'best'"):
        run.shelf((), "best")


def test_a_browser_s_word_is_checked() -> None:
    good = {"view": {"token": "a", "rated": [[5, 1], [6, 0]], "open": "t5"}}
    assert film_shelf.told(good, "a") == (((5, 1), (6, 0)), "t5")
    assert film_shelf.told(good, "b") is None
    assert film_shelf.told({"view": {"token": "a", "rated": [], "open": "<b>"}}, "a") == ((), None)
    many = [[f, 1] for f in range(101)]
    for bad in (None, "x", [[5, 2]], [[5, 1], [5, 0]], [[-1, 1]], [[5.0, 1]], [[True, 1]], many):
        assert film_shelf.told({"view": {"token": "a", "rated": bad}}, "a") is None
    for nothing in (None, {}, {"view": None}, {"view": 3}):
        assert film_shelf.told(nothing, "a") is None


def test_the_figures_have_their_lines() -> None:
    assert [len(line.x) for line in figures.by_known("tempered").data] == [6, 6, 6]
    assert len(figures.by_exponent().data[0].y) == 11
    assert len(figures.calibration().data) == 3


# -- taken away ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", run.METHODS)
def test_the_script_prints_the_page_s_numbers(method: str, capsys) -> None:
    shelf = run.shelf(run.START, method)
    if method == "tempered":  # alone, as a reader runs it
        printed = subprocess.run(
            [sys.executable, "-W", "error", "-c", export.script(shelf)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    else:
        exec(export.script(shelf), {})
        printed = capsys.readouterr().out
    said = dict(line.rsplit(": ", 1) for line in printed.splitlines())
    film = shelf.best[0]
    assert float(said[f"{run.title(film)}, log-odds"]) == pytest.approx(
        float(shelf.log_odds[film]), abs=1e-7
    )
    assert float(said["P(like)"]) == pytest.approx(shelf.probability(film), abs=1e-9)
    if method != "popularity":
        for other, _ in run.START:
            expected = shelf.says(film, other) / shelf.root(film)
            assert float(said[run.title(other)]) == pytest.approx(expected, abs=1e-7)


def test_json_csv_and_picture() -> None:
    shelf = run.shelf(run.START, "tempered")
    told = json.loads(export.as_json(shelf))
    assert "no commercial" in told["terms"]
    first = told["recommended"][0]
    assert first["how_well_liked"] + math.fsum(first["moved_by"].values()) == pytest.approx(
        first["log_odds"]
    )
    rows = list(csv.DictReader(io.StringIO(export.as_csv(shelf))))
    assert len(rows) == 848 - len(run.START)
    assert float(rows[0]["log-odds"]) == max(float(row["log-odds"]) for row in rows)
    texts = [s.text for s in ET.fromstring(export.as_svg(shelf)).iter() if s.tag.endswith("text")]
    assert any("MovieLens" in (text or "") for text in texts)
    json.loads(export.as_json(run.shelf((), "popularity")))
