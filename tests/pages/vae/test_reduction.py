"""Three maps of the digits: PCA and neighbours by scikit-learn, the script by running it."""

import json
import subprocess
import sys

import numpy as np
import pytest
from sklearn.decomposition import PCA as ScikitPCA
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from genmodels import reduction
from genmodels.datasets import mnist
from genmodels.kit.opened import evaluate
from genmodels.live.protocol import BAD, GOOD, request
from pages.vae.reduction import case as run
from pages.vae.reduction import live, three_maps
from pages.vae.reduction import opened as arithmetic
from pages.vae.reduction.three_maps import Spot
from tests.live.talk import talk


@pytest.mark.parametrize("n, shape", [(1, (5, 3)), (2, (200, 12)), (3, (40, 60))])
def test_pca_is_scikit_learns(n: int, shape: tuple[int, int], rng: np.random.Generator) -> None:
    X = rng.normal(size=shape) @ rng.normal(size=(shape[1], shape[1])) + rng.normal(size=shape[1])
    ours, theirs = reduction.fit_pca(X, n), ScikitPCA(n, svd_solver="full").fit(X)
    np.testing.assert_allclose(ours.mean, theirs.mean_, atol=1e-9)
    np.testing.assert_allclose(np.abs(ours.components), np.abs(theirs.components_), atol=1e-7)
    np.testing.assert_allclose(ours.share, theirs.explained_variance_ratio_, atol=1e-9)
    back = theirs.inverse_transform(theirs.transform(X))
    np.testing.assert_allclose(ours.decode(ours.encode(X)), back, atol=1e-7)
    assert (ours.components[np.arange(n), np.abs(ours.components).argmax(axis=1)] > 0).all()


def test_pca_of_identical_points_has_no_direction_but_an_answer() -> None:
    pca = reduction.fit_pca(np.ones((4, 3)))
    np.testing.assert_allclose(pca.decode(pca.encode(np.ones((2, 3)))), 1.0)
    assert np.isfinite(pca.share).all()


@pytest.mark.parametrize("X", [np.zeros((1, 3)), np.zeros((5, 1)), np.zeros(4)])
def test_pca_says_what_it_needs(X: np.ndarray) -> None:
    with pytest.raises(ValueError, match="X must have at least 2 rows and 2 columns"):
        reduction.fit_pca(X)


@pytest.mark.parametrize("k", [1, 4, 19])
def test_neighbours_accuracy_is_leave_one_out(k: int, rng: np.random.Generator) -> None:
    Z, labels = rng.normal(size=(20, 2)), rng.integers(0, 3, 20)
    right = 0
    for i in range(20):
        rest = np.arange(20) != i
        if k < 19:
            model = KNeighborsClassifier(k, algorithm="brute").fit(Z[rest], labels[rest])
            right += model.predict(Z[[i]])[0] == labels[i]
        else:
            right += reduction.vote(labels[rest]) == labels[i]
    assert reduction.neighbour_accuracy(Z, labels, k) == pytest.approx(right / 20)
    theirs = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(Z).kneighbors()[1]
    for i in (0, 7):
        assert reduction.neighbours(Z, i, k).tolist() == theirs[i].tolist()


def test_wrong_neighbours_are_named() -> None:
    Z = np.zeros((4, 2))
    with pytest.raises(ValueError, match="k must be from 1 to 3; got 4"):
        reduction.neighbours(Z, 0, 4)
    with pytest.raises(ValueError, match="i must be a row"):
        reduction.neighbours(Z, 4, 1)
    with pytest.raises(ValueError, match="labels must have shape"):
        reduction.neighbour_accuracy(Z, [1, 2], 1)


def test_the_saved_maps_are_sound() -> None:
    saved = reduction.load()
    gram = saved.pca.components @ saved.pca.components.T
    np.testing.assert_allclose(gram, np.eye(2), atol=1e-6)
    # On unseen pictures the plane of the training pictures is nearly the best plane there is.
    x = mnist.shown().x
    best = reduction.fit_pca(x)

    def error(pca: reduction.PCA) -> float:
        return float(((pca.decode(pca.encode(x)) - x) ** 2).sum(axis=1).mean())

    assert error(best) <= error(saved.pca) < error(best) * 1.01
    assert run.mean_errors()["PCA"] == pytest.approx(error(saved.pca))
    shares = run.accuracy(10)
    assert shares["PCA"] < 0.5 < shares["VAE"] < shares["784 pixels"] < shares["t-SNE"]
    assert run.mean_errors()["VAE"] < run.mean_errors()["PCA"]


def test_a_broken_file_is_named(tmp_path) -> None:
    path = tmp_path / "maps.npz"
    path.write_bytes(b"no archive")
    with pytest.raises(ValueError, match=r"maps\.npz must hold mean"):
        reduction.load(path)
    np.savez(path, mean=np.zeros(3), components=0, share=0, tsne=0, tsne_kl=0)
    with pytest.raises(ValueError, match=r"must hold mean of shape \(784,\)"):
        reduction.load(path)


@pytest.mark.parametrize("index", [0, 1167, 1999])
def test_opened_numbers_are_their_sums(index: int) -> None:
    digits, picture = mnist.shown(), run.shown_digit(index)
    labels = digits.labels.tolist()
    for j in range(2):
        found = arithmetic.projection(reduction.load().pca, picture.x, j)
        assert evaluate(found.expression) == pytest.approx(found.value, abs=1e-9)
        assert found.value == pytest.approx(run.places()["PCA"][index, j], abs=1e-9)
    for name in run.NAMES:
        vote = arithmetic.voted(name, labels[index], run.near(index, 7)[name], labels)
        assert evaluate(vote.expression) == pytest.approx(vote.value)
        assert sum(row.value for row in vote.rows) == 7
    for name in ("PCA", "VAE"):
        y = picture.back[name]
        assert y is not None
        error = arithmetic.error(name, picture.x, y)
        assert evaluate(error.expression) == pytest.approx(picture.error(name), abs=1e-9)
    assert picture.error("t-SNE") is None


def test_a_new_picture_has_a_place_on_two_maps_and_none_on_the_third() -> None:
    for x in (np.zeros(784), np.ones(784)):
        picture = run.new_digit(x.tobytes())
        assert picture.place["t-SNE"] is None
        assert all(np.isfinite(picture.place[name]).all() for name in ("PCA", "VAE"))
    with pytest.raises(ValueError, match="784 float64"):
        run.new_digit(b"12345678")


def test_the_live_way_back_is_the_planes() -> None:
    z = np.array([-0.5, 2.25], "<f4")
    bad = [b"", b"1234567", np.array([np.nan, 0], "<f4").tobytes(), b"\0\0\0\x7f" * 2]
    frames = [request(i, payload) for i, payload in enumerate([z.tobytes(), *bad, z.tobytes()])]
    replies = sorted(talk(live.routes(), "/live/decode/pca", frames))
    y = reduction.load().pca.decode(z.astype(float)[None])[0]
    expected = np.rint(255 * np.clip(y, 0, 1)).astype(np.uint8)
    for i in (0, 5):
        assert replies[i][1] == GOOD
        np.testing.assert_array_equal(np.frombuffer(replies[i][2], np.uint8), expected)
    assert [status for _, status, _ in replies[1:5]] == [BAD] * 4
    assert b"z must be" in replies[3][2]


def test_the_payload_is_plain_json() -> None:
    shown = Spot(1167)
    prepared = three_maps.payload(
        shown, "a", k=5, shown=shown, picture=run.shown_digit(1167), own_id=None
    )
    text = json.dumps(prepared, allow_nan=False)
    assert len(text) < 700_000
    assert [len(found) for found in prepared["near"]["lists"]] == [5, 5, 5]
    assert prepared["back"]["pictures"][1] is None
    own = run.new_digit(np.zeros(784).tobytes())
    mine = three_maps.payload(Spot(), "a", k=5, shown=Spot(), picture=own, own_id="mine")
    assert mine["own"]["places"][1] is None
    json.dumps(mine, allow_nan=False)


@pytest.mark.parametrize(
    "said",
    [
        None,
        {},
        {"start_id": "a"},
        {"start_id": "a", "selected": 99999},
        {"start_id": "a", "selected": "x"},
        {"start_id": "a", "selected": 1, "at": {"map": 7, "z": [0, 0]}},
        {"start_id": "a", "selected": 1, "at": {"map": 0, "z": [float("nan"), 0]}},
        {"start_id": "a", "selected": 1, "at": [1]},
        {"start_id": "b", "selected": 1},
    ],
)
def test_what_a_browser_says_is_checked(said: object) -> None:
    start = Spot(3)
    assert three_maps.spot({"place": said}, start, "a") == start


def test_the_link_keeps_the_spot() -> None:
    for spot in (Spot(), Spot(1167), Spot(at=(2, 0.5, -1.25))):
        told = three_maps.to_link(spot)
        linked = three_maps.from_link(told["vdr_at"], told["vdr_digit"])
        assert (linked.spot, linked.problems) == (spot, {})


def test_the_script_prints_the_pages_figures(tmp_path) -> None:
    (tmp_path / "mnist_maps.csv").write_text(run.places_csv())
    (tmp_path / "mnist_maps.py").write_text(run.script(10))
    done = subprocess.run(
        [sys.executable, "mnist_maps.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    printed = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    assert {name: float(value) for name, value in printed.items()} == {
        name: pytest.approx(run.accuracy(10)[name], abs=6e-4) for name in run.NAMES
    }
    assert json.loads(run.figures_json(10))["accuracy"] == run.accuracy(10)
