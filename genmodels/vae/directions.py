"""Directions of the latent space that mean something, found by regression on measured pictures.

Attributes v_k (slant, thickness ...) are measured on 10,000 training digits with latent means mu.
Two regressions, both least squares:

    prediction  v_k ~ c_k + w_k . mu        what a place z says of its picture: c_k + w_k . z
    move        mu ~ a + sum_k v_k b_k      how z goes, on average, where v_k grows and the others
                                            stay (held), or with v_k alone in it (not held)

A move by one standard deviation is s_k = sd_k b_k. It isn't along w_k: a latent that hardly varies
may have a large weight in a prediction, and moving along it would change nothing that is drawn
(Haufe et al. 2014, "On the interpretation of weight vectors of linear models").
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels import image_moments, vae
from genmodels.datasets import mnist, mnist_train
from genmodels.vae.means import at_means

ATTRIBUTES = ("slant", "thickness", "width", "height")
UNITS = {"slant": "tan of the lean", "thickness": "pixels", "width": "pixels", "height": "pixels"}
MODELS = ("mnist-2d", "mnist-16")

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Directions:
    """`weights` W (K, d), `intercept` c (K,), `deviation` sd (K,) of the training digits' measures;
    `alone`, `held` (K, d): the moves s_k of one standard deviation; `r2` (K,): the share of
    variance that the prediction explains on digits that the fit never saw.
    """

    weights: Array
    intercept: Array
    deviation: Array
    alone: Array
    held: Array
    r2: Array

    def predict(self, z: ArrayLike) -> Array:
        """v = c + W z, (N, K), of latents z (N, d)."""
        predicted: Array = self.intercept + np.asarray(z, dtype=np.float64) @ self.weights.T
        return predicted

    def steps(self, held: bool) -> Array:
        """(K, d): row k moves attribute k by one standard deviation, the others held or not."""
        return self.held if held else self.alone

    def move(self, z: ArrayLike, t: ArrayLike, held: bool) -> Array:
        """z + sum_k t_k s_k, (N, d): attribute k moved by t_k standard deviations."""
        moved: Array = np.asarray(z, dtype=np.float64) + np.asarray(t) @ self.steps(held)
        return moved


def fit(mu: ArrayLike, v: ArrayLike, mu_new: ArrayLike, v_new: ArrayLike) -> Directions:
    """Least squares of v (N, K) on mu (N, d); `r2` on the new ones.

    Raises ValueError where shapes don't agree.
    """
    X, Y = np.asarray(mu, dtype=np.float64), np.asarray(v, dtype=np.float64)
    T, U = np.asarray(mu_new, dtype=np.float64), np.asarray(v_new, dtype=np.float64)
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or X.shape[1:] != T.shape[1:]:
        raise ValueError(
            f"mu and v must have shapes (N, d) and (N, K), new ones alike; "
            f"got {X.shape}, {Y.shape}, {T.shape}"
        )
    centre, mean, deviation = X.mean(axis=0), Y.mean(axis=0), Y.std(axis=0)
    weights = np.linalg.lstsq(X - centre, Y - mean, rcond=None)[0].T
    intercept = mean - weights @ centre
    unit = (Y - mean) / np.where(deviation > 0, deviation, 1.0)
    held = np.linalg.lstsq(unit, X - centre, rcond=None)[0]
    alone = unit.T @ (X - centre) / len(X)
    rest = ((U - intercept - T @ weights.T) ** 2).sum(axis=0)
    total = np.maximum(((U - U.mean(axis=0)) ** 2).sum(axis=0), 1e-300)
    return Directions(weights, intercept, deviation, alone, held, 1 - rest / total)


@lru_cache(maxsize=2)
def found(name: str) -> Directions:
    """The directions of a model, from 10,000 training digits; `r2` on the 2,000 shown.

    Raises ValueError for a model that isn't one of MODELS.
    """
    if name not in MODELS:
        raise ValueError(f"model must be one of {', '.join(MODELS)}; got {name!r}")
    model = vae.shared(name)
    train, test = mnist_train.load().pictures / 255.0, mnist.shown().x
    return fit(
        at_means(model, train).mu,
        image_moments.table(train, ATTRIBUTES),
        at_means(model, test).mu,
        image_moments.table(test, ATTRIBUTES),
    )


@dataclass(frozen=True, eq=False)
class Edited:
    """One picture moved: `mu`, `z` (d,), `t` (K,), `y` (784,) in [0, 1], the attributes `predicted`
    at z and `measured` on y, (K,).
    """

    mu: Array
    z: Array
    t: Array
    y: Array
    predicted: Array
    measured: Array


def edit(name: str, x: ArrayLike, t: ArrayLike, held: bool) -> Edited:
    """Picture x (784,) encoded, moved by t (K,) standard deviations of each attribute, decoded."""
    directions, model = found(name), vae.shared(name)
    passed = at_means(model, np.asarray(x, dtype=np.float64)[None])
    mu, amount = passed.mu[0], np.asarray(t, dtype=np.float64)
    z = directions.move(mu, amount, held)
    y = _decode(model, z)
    return Edited(
        mu,
        z,
        amount,
        y,
        directions.predict(z[None])[0],
        image_moments.table(y[None], ATTRIBUTES)[0],
    )


def _decode(model: "vae.VAE", z: Array) -> Array:
    import torch

    with torch.no_grad():
        y: Array = model.decode(torch.from_numpy(z[None].astype(np.float32)))[0].double().numpy()
    return np.clip(y, 0.0, 1.0)
