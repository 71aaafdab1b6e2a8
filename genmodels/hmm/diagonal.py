"""Gaussian emissions whose coordinates are independent within a state."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class DiagonalEmission:
    """b(x | k) = prod_d N(x_d; means[k, d], variances[k, d]), both (K, D).

    D variances a state in place of D (D + 1) / 2: what short recordings of speech can bear.
    """

    means: np.ndarray
    variances: np.ndarray

    def __post_init__(self) -> None:
        means = np.array(self.means, dtype=np.float64)
        variances = np.array(self.variances, dtype=np.float64)
        if means.ndim != 2 or means.size == 0:
            raise ValueError(f"means must be (K, D); got shape {means.shape}")
        if variances.shape != means.shape:
            raise ValueError(f"variances must be {means.shape}; got shape {variances.shape}")
        if not np.isfinite(means).all():
            raise ValueError("means must be finite; got a NaN or an infinity")
        bad = ~(np.isfinite(variances) & (variances > 0))
        if bad.any():
            k, d = np.argwhere(bad)[0]
            raise ValueError(
                "variances must be above 0 and finite; "
                f"that of state {k + 1}, coordinate {d + 1} is {variances[k, d]}"
            )
        object.__setattr__(self, "means", means)
        object.__setattr__(self, "variances", variances)

    @property
    def n_states(self) -> int:
        return len(self.means)

    def checked(self, observations: Any) -> np.ndarray:
        """`observations` as float64 (T, D); (T,) is taken as D = 1. A missing row is all NaN."""
        return checked_rows(observations, self.means.shape[1])

    def log_prob(self, observations: Any) -> np.ndarray:
        """sum_d log N(x_td; mu_kd, sigma_kd^2), shape (T, K), nats; 0 where x_t is NaN."""
        x = self.checked(observations)
        log_B = np.empty((len(x), self.n_states))
        for k, (mean, variance) in enumerate(zip(self.means, self.variances, strict=True)):
            distance = np.square(x - mean) @ (1 / variance)
            log_B[:, k] = -0.5 * (distance + np.log(2 * np.pi * variance).sum())
        log_B[np.isnan(x[:, 0])] = 0.0
        return log_B

    def sample(self, states: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
        """One point a state: mu + sigma epsilon, (len(states), D)."""
        epsilon = rng.standard_normal((len(states), self.means.shape[1]))
        return np.asarray(self.means[states] + np.sqrt(self.variances[states]) * epsilon)

    def maximise(
        self, observations: np.ndarray, posterior: np.ndarray, reg_covar: float
    ) -> "tuple[DiagonalEmission, tuple[str, ...]]":
        """M-step: mu_k = sum_t gamma_t(k) x_t / sum_t gamma_t(k), variances likewise.

        `reg_covar` is added to each variance. A state without weight keeps its row; one with a
        variance of 0 keeps its variances; notes say so. Rabiner (1989), eqs. 53 and 54.
        """
        seen = ~np.isnan(observations[:, 0])
        x, gamma = observations[seen], posterior[seen]
        weight = gamma.sum(axis=0)
        means, variances = self.means.copy(), self.variances.copy()
        notes = []
        for k in range(len(means)):
            if not weight[k] > 0:
                notes.append(f"emission of state {k + 1} kept: no observation was given to it")
                continue
            means[k] = gamma[:, k] @ x / weight[k]
            candidate = gamma[:, k] @ np.square(x - means[k]) / weight[k] + reg_covar
            if (candidate > 0).all():
                variances[k] = candidate
            else:
                notes.append(f"variances of state {k + 1} kept: a new one collapsed")
        return DiagonalEmission(means, variances), tuple(notes)


def checked_rows(observations: Any, D: int) -> np.ndarray:
    """`observations` as float64 (T, D), each row finite or all NaN; ValueError names the row."""
    x = np.asarray(observations, dtype=np.float64)
    if x.ndim == 1 and D == 1:
        x = x[:, None]
    if x.ndim != 2 or x.shape[1] != D or not len(x):
        raise ValueError(f"observations must be (T, {D}) with T >= 1; got shape {x.shape}")
    partly = np.isnan(x).any(axis=1) & ~np.isnan(x).all(axis=1)
    bad = partly | np.isinf(x).any(axis=1)
    if bad.any():
        t = int(np.argmax(bad))
        raise ValueError(
            "observations must be finite, or all NaN where missing; "
            f"observation {t + 1} is {x[t].tolist()}"
        )
    return x
