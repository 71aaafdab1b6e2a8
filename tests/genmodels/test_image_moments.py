"""Image moments on pictures whose measures are known, and the information gap on known factors."""

import numpy as np
import pytest

from genmodels.datasets import mnist
from genmodels.image_moments import (
    ATTRIBUTES,
    FACTORS,
    image_moments,
    mutual_information_gap,
    table,
)


def picture(rows: slice, columns: slice) -> np.ndarray:
    grid = np.zeros((28, 28))
    grid[rows, columns] = 1.0
    return grid.reshape(1, 784)


def leaning(tan: float) -> np.ndarray:
    """A stroke 2 wide and 20 tall that leans by `tan` to the right, y up."""
    grid = np.zeros((28, 28))
    for row in range(4, 24):
        middle = 13.5 + tan * (13.5 - row)
        for column in range(28):
            grid[row, column] = np.clip(1.5 - abs(column - middle), 0, 1)
    return grid.reshape(1, 784)


def test_a_rectangle_is_measured_exactly() -> None:
    found = image_moments(picture(slice(4, 24), slice(10, 13)))
    assert found.mass[0] == 60
    assert found.height[0] == 20
    assert found.width[0] == 3
    assert found.aspect[0] == pytest.approx(20 / 3)
    assert found.centre_x[0] == pytest.approx(11 - 13.5)
    assert found.centre_y[0] == pytest.approx(0)
    assert found.slant[0] == pytest.approx(0)
    assert found.thickness[0] == pytest.approx(2 * 60 / (46 * np.pi / 4))


@pytest.mark.parametrize("tan", [-0.4, 0.0, 0.25, 0.5])
def test_the_slant_is_the_lean(tan: float) -> None:
    assert image_moments(leaning(tan)).slant[0] == pytest.approx(tan, abs=0.02)


def test_thickness_grows_with_the_stroke_and_place_moves_nothing_else() -> None:
    widths = [image_moments(picture(slice(4, 24), slice(10, 10 + w))) for w in (2, 3, 4)]
    assert widths[0].thickness < widths[1].thickness < widths[2].thickness
    a = image_moments(picture(slice(2, 12), slice(3, 7)))
    b = image_moments(picture(slice(12, 22), slice(13, 17)))
    for name in ("mass", "slant", "height", "width", "aspect", "thickness"):
        np.testing.assert_allclose(getattr(a, name), getattr(b, name), atol=1e-12)
    assert b.centre_x - a.centre_x == pytest.approx(10)
    assert b.centre_y - a.centre_y == pytest.approx(-10)  # y up


def test_no_ink_measures_zero_and_full_ink_is_finite() -> None:
    empty = image_moments(np.zeros((1, 784)))
    faint = image_moments(np.full((1, 784), 0.2))
    full = image_moments(np.ones((1, 784)))
    for name in ATTRIBUTES:
        assert getattr(empty, name)[0] == 0
        assert np.isfinite(getattr(full, name)[0])
    assert full.height[0] == full.width[0] == 28
    assert faint.height[0] == faint.thickness[0] == 0
    assert faint.mass[0] == pytest.approx(784 * 0.2)


def test_real_digits_vary_in_every_factor() -> None:
    values = table(mnist.shown().x[:500])
    assert values.shape == (500, len(FACTORS))
    assert (values.std(axis=0) / np.abs(values).mean(axis=0) > 0.05).all()
    ones = mnist.shown().labels[:500] == 1
    narrow = FACTORS.index("width")
    assert values[ones, narrow].mean() < values[~ones, narrow].mean()


@pytest.mark.parametrize(
    "x, words",
    [
        (np.zeros(784), r"shape \(N, 784\); got \(784,\)"),
        (np.full((1, 784), 2.0), r"lie in \[0, 1\]"),
        (np.full((1, 784), np.nan), r"lie in \[0, 1\]"),
    ],
)
def test_bad_pictures_are_named(x: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        image_moments(x)
    with pytest.raises(ValueError, match=r"names must be among mass.*; got colour"):
        table(np.zeros((1, 784)), ("mass", "colour"))


# -- the mutual information gap ----------------------------------------------------------------


def test_one_latent_a_factor_scores_one_and_none_scores_zero(rng: np.random.Generator) -> None:
    v = rng.normal(size=(20_000, 2))
    alone = mutual_information_gap(np.column_stack([np.exp(v[:, 1]), -v[:, 0]]), v)
    assert alone.score == pytest.approx(1.0, abs=0.02)
    assert alone.entropy == pytest.approx([np.log(20)] * 2, abs=1e-3)
    twice = mutual_information_gap(np.column_stack([v, v]), v)
    assert twice.score == pytest.approx(0.0, abs=1e-12)
    noise = mutual_information_gap(rng.normal(size=(20_000, 3)), v)
    assert noise.information.max() < 0.01
    assert noise.score < 0.005


def test_information_of_gaussians_is_the_known_one(rng: np.random.Generator) -> None:
    """I = -log(1 - rho^2) / 2 for jointly normal pairs; bins lose a little of it."""
    n, rho = 200_000, 0.6
    v = rng.normal(size=n)
    z = rho * v + np.sqrt(1 - rho**2) * rng.normal(size=n)
    found = mutual_information_gap(np.column_stack([z, rng.normal(size=n)]), v[:, None])
    known = -0.5 * np.log(1 - rho**2)
    assert known * 0.93 < found.information[0, 0] < known * 1.01
    assert found.gaps[0] == pytest.approx(found.information[0, 0] / np.log(20), abs=0.002)


def test_a_turned_plane_scores_lower(rng: np.random.Generator) -> None:
    v = rng.normal(size=(20_000, 2))
    turned = v @ np.array([[np.cos(0.6), -np.sin(0.6)], [np.sin(0.6), np.cos(0.6)]])
    assert mutual_information_gap(turned, v).score < 0.35


def test_a_constant_attribute_counts_nothing(rng: np.random.Generator) -> None:
    v = np.column_stack([rng.normal(size=500), np.ones(500)])
    found = mutual_information_gap(rng.normal(size=(500, 2)), v)
    assert found.entropy[1] == 0
    assert found.gaps[1] == 0


@pytest.mark.parametrize(
    "z, v, words",
    [
        (np.zeros((30, 1)), np.zeros((30, 2)), "z must have 2 latents"),
        (np.zeros((30, 2)), np.zeros((29, 2)), "shapes"),
        (np.full((30, 2), np.nan), np.zeros((30, 2)), "finite"),
        (np.zeros((5, 2)), np.zeros((5, 2)), "20 rows or more"),
    ],
)
def test_bad_tables_are_named(z: np.ndarray, v: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        mutual_information_gap(z, v)
