"""The model itself: initial and transition probabilities, emissions, and drawing from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from genmodels.hmm.diagonal import checked_rows

MISSING = -1
"""A categorical observation that was not made: its emission term is 1 in every state."""

ROUNDING = 1e-8
"""How far a row may be from summing to 1 and still count as rounding."""


def log(p: np.ndarray) -> np.ndarray:
    """Natural log with log 0 = -inf and no warning."""
    with np.errstate(divide="ignore"):
        return np.log(p)


def check_rows(name: str, values: np.ndarray) -> str | None:
    """What keeps `values` (..., M) from being rows of probabilities, or None. Rows count from 1."""
    rows = np.atleast_2d(values)
    where = "" if values.ndim == 1 else "row {} "
    for r, row in enumerate(rows, start=1):
        place = where.format(r)
        if np.isnan(row).any():
            m = int(np.argmax(np.isnan(row))) + 1
            return f"{name} must be numbers; {place}entry {m} is empty or not a number"
        if not np.isfinite(row).all():
            m = int(np.argmax(~np.isfinite(row))) + 1
            return f"{name} must be finite; {place}entry {m} is {row[m - 1]}"
        if (row < 0).any():
            m = int(np.argmax(row < 0)) + 1
            return f"{name} must be at least 0; {place}entry {m} is {row[m - 1]:g}"
    for r, row in enumerate(rows, start=1):
        with np.errstate(over="ignore"):
            total = row.sum()
        if abs(total - 1) > ROUNDING:
            if values.ndim == 1:
                return f"{name} must sum to 1; they sum to {total:.6g}"
            return f"{name} rows must sum to 1; row {r} sums to {total:.6g}"
    return None


def _probabilities(name: str, values: Any, ndim: int) -> np.ndarray:
    array = np.array(values, dtype=np.float64)
    if array.ndim != ndim or array.size == 0:
        raise ValueError(f"{name} must have {ndim} dimension(s), none empty; got {array.shape}")
    problem = check_rows(name, array)
    if problem:
        raise ValueError(problem)
    return array


class Emission(Protocol):
    """What every kind of emission offers."""

    @property
    def n_states(self) -> int: ...

    def checked(self, observations: Any) -> np.ndarray: ...

    def log_prob(self, observations: Any) -> np.ndarray: ...

    def sample(self, states: np.ndarray, *, rng: np.random.Generator) -> np.ndarray: ...

    def maximise(
        self, observations: np.ndarray, posterior: np.ndarray, reg_covar: float
    ) -> "tuple[Emission, tuple[str, ...]]": ...


@dataclass(frozen=True, eq=False)
class CategoricalEmission:
    """b(m | k) = probabilities[k, m], shape (K, M); observations are whole numbers 0 .. M - 1."""

    probabilities: np.ndarray

    def __post_init__(self) -> None:
        object.__setattr__(self, "probabilities", _probabilities("emission", self.probabilities, 2))

    @property
    def n_states(self) -> int:
        return len(self.probabilities)

    def checked(self, observations: Any) -> np.ndarray:
        """`observations` as int64 (T,). Raises ValueError with the place of a bad one."""
        x = np.asarray(observations)
        if x.ndim != 1 or x.size == 0:
            raise ValueError(f"observations must be (T,) with T >= 1; got shape {x.shape}")
        if x.dtype.kind not in "iu":
            raise ValueError(f"observations must be whole numbers; got dtype {x.dtype}")
        M = self.probabilities.shape[1]
        bad = (x != MISSING) & ((x < 0) | (x >= M))
        if bad.any():
            t = int(np.argmax(bad))
            raise ValueError(
                f"observations must be 0 to {M - 1}, or MISSING ({MISSING}); "
                f"observation {t + 1} is {x[t]}"
            )
        return x.astype(np.int64)

    def log_prob(self, observations: Any) -> np.ndarray:
        """log b(x_t | k), shape (T, K), nats; 0 where x_t is MISSING."""
        x = self.checked(observations)
        log_B = log(self.probabilities).T[x]  # (T, K); MISSING picks the last row, mended below
        log_B[x == MISSING] = 0.0
        return log_B

    def sample(self, states: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
        """One symbol a state, by inverting the cumulative sums."""
        return _draw(self.probabilities[states], rng)

    def maximise(
        self, observations: np.ndarray, posterior: np.ndarray, reg_covar: float
    ) -> "tuple[CategoricalEmission, tuple[str, ...]]":
        """M-step: b(m | k) = sum over t with x_t = m of gamma_t(k) / sum over t of gamma_t(k).

        Missing observations count in neither sum. A state that no observation was given to keeps
        its row, and a note says so. Rabiner (1989), eq. 40c.
        """
        counts = self.counts(observations, posterior)
        probabilities, notes = normalised(counts, self.probabilities, "emission")
        return CategoricalEmission(probabilities), notes

    def counts(self, observations: np.ndarray, posterior: np.ndarray) -> np.ndarray:
        """(K, M): the sum of gamma_t(k) over t with x_t = m."""
        # One bin more, at -1, takes what is missing.
        K, M = self.probabilities.shape
        bins = [np.bincount(observations + 1, posterior[:, k], minlength=M + 1) for k in range(K)]
        return np.array(bins)[:, 1:]


@dataclass(frozen=True, eq=False)
class GaussianEmission:
    """b(x | k) = N(x; means[k], covariances[k]), shapes (K, D) and (K, D, D)."""

    means: np.ndarray
    covariances: np.ndarray

    def __post_init__(self) -> None:
        means = np.array(self.means, dtype=np.float64)
        covariances = np.array(self.covariances, dtype=np.float64)
        if means.ndim != 2 or means.size == 0:
            raise ValueError(f"means must be (K, D); got shape {means.shape}")
        K, D = means.shape
        if covariances.shape != (K, D, D):
            raise ValueError(f"covariances must be {(K, D, D)}; got shape {covariances.shape}")
        for name, values in (("means", means), ("covariances", covariances)):
            if not np.isfinite(values).all():
                raise ValueError(f"{name} must be finite; got a NaN or an infinity")
        for k in range(K):
            if not _positive_definite(covariances[k]):
                raise ValueError(
                    "covariances must be symmetric positive definite; "
                    f"that of state {k + 1} is {covariances[k].tolist()}"
                )
        object.__setattr__(self, "means", means)
        object.__setattr__(self, "covariances", covariances)

    @property
    def n_states(self) -> int:
        return len(self.means)

    def checked(self, observations: Any) -> np.ndarray:
        """`observations` as float64 (T, D); (T,) is taken as D = 1. A missing row is all NaN."""
        return checked_rows(observations, self.means.shape[1])

    def log_prob(self, observations: Any) -> np.ndarray:
        """log N(x_t; mu_k, Sigma_k), shape (T, K), nats; 0 where x_t is NaN.

        With Sigma = L L^T: -(D log 2 pi + |L^-1 (x - mu)|^2) / 2 - sum log diag L.
        """
        x = self.checked(observations)
        seen = ~np.isnan(x[:, 0])
        T, (K, D) = len(x), self.means.shape
        log_B = np.zeros((T, K))
        L = np.linalg.cholesky(self.covariances)
        white = np.linalg.solve(L, np.swapaxes(x[seen] - self.means[:, None], 1, 2))  # (K, D, n)
        half_log_det = np.log(np.diagonal(L, axis1=1, axis2=2)).sum(axis=1)
        distance = np.square(white).sum(axis=1).T
        log_B[seen] = -0.5 * (D * np.log(2 * np.pi) + distance) - half_log_det
        return log_B

    def sample(self, states: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
        """One point a state: mu + L epsilon."""
        epsilon = rng.standard_normal((len(states), self.means.shape[1], 1))
        L = np.linalg.cholesky(self.covariances)
        return self.means[states] + (L[states] @ epsilon)[:, :, 0]

    def maximise(
        self, observations: np.ndarray, posterior: np.ndarray, reg_covar: float
    ) -> "tuple[GaussianEmission, tuple[str, ...]]":
        """M-step: means and covariances weighted by gamma; `reg_covar` is added to the diagonal.

        A state without weight keeps its mean and covariance; one whose covariance collapses keeps
        its covariance; notes say so. Bishop (2006), eqs. 13.20-13.21.
        """
        seen = ~np.isnan(observations[:, 0])
        x, gamma = observations[seen], posterior[seen]
        weight = gamma.sum(axis=0)
        means, covariances = self.means.copy(), self.covariances.copy()
        notes = []
        for k in range(len(means)):
            if not weight[k] > 0:
                notes.append(f"emission of state {k + 1} kept: no observation was given to it")
                continue
            means[k] = gamma[:, k] @ x / weight[k]
            centred = x - means[k]
            candidate = (gamma[:, k, None] * centred).T @ centred / weight[k]
            candidate = 0.5 * (candidate + candidate.T) + reg_covar * np.eye(len(candidate))
            if _positive_definite(candidate):
                covariances[k] = candidate
            else:
                notes.append(f"covariance of state {k + 1} kept: the new one collapsed")
        return GaussianEmission(means, covariances), tuple(notes)


@dataclass(frozen=True, eq=False)
class HiddenMarkovModel:
    """pi = initial (K,), A = transition (K, K) from row to column, and what each state emits."""

    initial: np.ndarray
    transition: np.ndarray
    emission: Emission

    def __post_init__(self) -> None:
        initial = _probabilities("initial", self.initial, 1)
        transition = _probabilities("transition", self.transition, 2)
        K = len(initial)
        if transition.shape != (K, K):
            raise ValueError(f"transition must be {(K, K)}; got shape {transition.shape}")
        if self.emission.n_states != K:
            raise ValueError(f"emission must have {K} states; got {self.emission.n_states}")
        object.__setattr__(self, "initial", initial)
        object.__setattr__(self, "transition", transition)

    @property
    def n_states(self) -> int:
        return len(self.initial)


@dataclass(frozen=True, eq=False)
class Sample:
    """A draw: the hidden `states` (T,) and the `observations` that they emitted."""

    states: np.ndarray
    observations: np.ndarray


def sample(model: HiddenMarkovModel, length: int, rng: np.random.Generator) -> Sample:
    """Ancestral sampling of `length` steps: z_1 from pi, z_t from A[z_{t-1}], x_t from b(. | z_t).

    Raises ValueError when `length` is below 1.
    """
    if length < 1:
        raise ValueError(f"length must be at least 1; got {length}")
    u = rng.random(length)
    states = np.empty(length, dtype=np.int64)
    row = np.cumsum(model.initial)
    rows = np.cumsum(model.transition, axis=1)
    for t in range(length):
        # Scaled by the row's own total: rounding must not let u pass the last state.
        states[t] = np.searchsorted(row, u[t] * row[-1], side="right")
        row = rows[states[t]]
    return Sample(states, model.emission.sample(states, rng=rng))


def _draw(rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    cumulative = np.cumsum(rows, axis=1)
    u = rng.random(len(rows)) * cumulative[:, -1]
    return np.asarray((cumulative <= u[:, None]).sum(axis=1), dtype=np.int64)


def normalised(
    counts: np.ndarray, fallback: np.ndarray, name: str
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Rows of `counts` scaled to sum to 1; a row without counts falls back, with a note."""
    totals = counts.sum(axis=-1, keepdims=True)
    empty = ~(totals > 0)
    scaled = np.where(empty, fallback, counts / np.where(empty, 1.0, totals))
    notes = tuple(
        f"{name} row {k + 1} kept: nothing was counted for it" for k in np.flatnonzero(empty[:, 0])
    )
    return scaled, notes


def _positive_definite(covariance: np.ndarray) -> bool:
    if not np.allclose(covariance, covariance.T):
        return False
    try:
        np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        return False
    return True


def checked_sequences(emission: Emission, sequences: Sequence[Any]) -> list[np.ndarray]:
    """Every sequence checked; ValueError names the sequence. A lone sequence is refused."""
    if isinstance(sequences, np.ndarray) or not len(sequences):
        raise ValueError("sequences must be a list of at least one observation sequence")
    checked = []
    for n, sequence in enumerate(sequences, start=1):
        try:
            checked.append(emission.checked(sequence))
        except ValueError as error:
            raise ValueError(f"sequence {n}: {error}") from None
    return checked
