"""The point sets: what they hold, that they can't be changed, that each says where it's from."""

import csv

import numpy as np
import pytest

from genmodels import ASSETS
from genmodels.datasets import clustering

SIZES = {
    "old_faithful": 272,
    "vowels": 1520,
    "penguins": 342,
    "blobs": 300,
    "blobs-1000": 1000,
    "stretched": 300,
    "unequal": 300,
    "moons": 300,
}


def test_old_faithful_comes_first() -> None:
    assert list(clustering.DATASETS) == list(SIZES)


@pytest.mark.parametrize("name", clustering.DATASETS)
def test_set(name: str) -> None:
    points = clustering.load(name)
    assert points.name == name
    assert points.title
    assert all(points.columns)
    assert points.X.shape == (SIZES[name], 2)
    assert points.X.dtype == np.float64
    assert np.isfinite(points.X).all()
    assert clustering.load(name) is points
    with pytest.raises(ValueError, match="read-only"):
        points.X[0, 0] = 1.0
    if points.labels is not None:
        assert points.labels.shape == (SIZES[name],)
        assert set(points.labels.tolist()) == set(range(len(points.label_names)))
        with pytest.raises(ValueError, match="read-only"):
            points.labels[0] = 1
    else:
        assert points.label_names == ()
    caption = points.source.caption()
    assert points.source.licence in caption
    assert f"{SIZES[name]:,} " in caption
    assert caption.count("(") == caption.count(")")


def test_titles_differ() -> None:
    assert len({clustering.load(name).title for name in SIZES}) == len(SIZES)


@pytest.mark.parametrize("name", ["old_faithfull", "", "../old_faithful"])
def test_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ValueError, match=r"one of old_faithful, vowels, .*, moons; got '"):
        clustering.load(name)


def test_old_faithful_is_the_known_one() -> None:
    X = clustering.load("old_faithful").X
    assert X[0].tolist() == [3.6, 79.0]
    assert X.mean(axis=0) == pytest.approx([3.487783, 70.897059], abs=1e-6)
    assert X.min(axis=0).tolist() == [1.6, 43.0]
    assert X.max(axis=0).tolist() == [5.1, 96.0]


def test_penguins_are_the_birds_with_both_measures() -> None:
    points = clustering.load("penguins")
    assert points.labels is not None
    assert points.label_names == ("Adelie", "Chinstrap", "Gentoo")
    assert np.bincount(points.labels).tolist() == [151, 68, 123]
    with (ASSETS / "data" / "penguins.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 344
    bills = [
        (float(r["bill_length_mm"]), float(r["bill_depth_mm"]))
        for r in rows
        if r["bill_length_mm"] != "NA"
    ]
    assert points.X.tolist() == [list(bill) for bill in bills]


def test_vowels_are_ten_words_by_76_speakers_twice() -> None:
    points = clustering.load("vowels")
    assert points.labels is not None
    assert np.bincount(points.labels).tolist() == [152] * 10
    assert points.X[0].tolist() == [240.0, 2280.0]
    assert points.label_names[points.labels[0]] == "heed"
    by_word = {
        word: points.X[points.labels == k].mean(axis=0) for k, word in enumerate(points.label_names)
    }
    # The corners of the vowel triangle lie where phonetics has them.
    assert min(by_word, key=lambda word: by_word[word][0]) == "heed"
    assert max(by_word, key=lambda word: by_word[word][1]) == "heed"
    assert by_word["hod"][0] > 700 > by_word["who’d"][0]


@pytest.mark.parametrize(("name", "n"), [("blobs", 300), ("blobs-1000", 1000)])
def test_blobs_have_the_same_centres(name: str, n: int) -> None:
    points = clustering.load(name)
    assert points.labels is not None
    centres = np.array([points.X[points.labels == k].mean(axis=0) for k in range(3)])
    np.testing.assert_allclose(centres, [[-3, -1.5], [3, -1], [0, 3]], atol=0.3)


def test_toy_sets_are_drawn_again_the_same() -> None:
    for name in ("blobs", "stretched", "unequal", "moons"):
        again = clustering.DATASETS[name]()
        assert again is not clustering.load(name)
        assert np.array_equal(again.X, clustering.load(name).X)
