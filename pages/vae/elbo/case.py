"""The ELBO, seen: q under the hand, its draws, the gap to log p(x) as samples come in."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels.kit import links
from genmodels.kit.opened import Opened
from genmodels.vae import bound
from genmodels.vae.bound import LARGEST, MAX_SAMPLES, SMALLEST, Cloud, Q, Window
from pages.vae.digit import Digit, linked_digit, shown_digit
from pages.vae.elbo import opened as arithmetic

SEEDS = 5
"""Runs of importance sampling that are shown beside each other."""
POINTS = 150
"""Numbers of samples, on a logarithmic scale, at which the runs are drawn."""
DRAWS = (1, 4, 16, 64)
MAX_SEED = 9999


@dataclass(frozen=True)
class Place:
    """`q`: mu1, mu2, sigma1, sigma2 where the reader dragged it, None for the encoder's;
    `seed` and `draws` of the cloud; `samples` of importance sampling; `opened`: the open number.
    """

    q: tuple[float, float, float, float] | None = None
    seed: int = 1
    draws: int = 16
    samples: int = MAX_SAMPLES
    opened: str = ""

    def __post_init__(self) -> None:
        if self.q is not None:
            Q((self.q[0], self.q[1]), (self.q[2], self.q[3]))
        for name, low, high in (("seed", 1, MAX_SEED), ("samples", 1, MAX_SAMPLES)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise ValueError(f"{name} must be a whole number {low} to {high}; got {value!r}")
        if self.draws not in DRAWS:
            raise ValueError(f"draws must be one of {DRAWS}; got {self.draws!r}")
        if self.opened not in ("", *OPENS):
            raise ValueError(f"opened must be one of {', '.join(OPENS)}; got {self.opened!r}")


OPENS = ("reconstruction", "kl1", "kl2", "kl", "elbo", "estimate", "gap", "window")


def q_of(digit: Digit, place: Place) -> Q:
    """The reader's q, or the encoder's."""
    if place.q is None:
        return encoder_q(digit.id)
    m1, m2, s1, s2 = place.q
    return Q((m1, m2), (s1, s2))


def digit_of(name: str) -> Digit:
    """The digit of a `Digit.id`."""
    kind, _, what = name.partition(":")
    return shown_digit(int(what)) if kind == "test" else linked_digit(what)


@lru_cache(maxsize=32)
def encoder_q(name: str) -> Q:
    """The encoder's q on the digit of this id."""
    return bound.encoder_q(digit_of(name).x)


@lru_cache(maxsize=16)
def view(name: str) -> Window:
    """The true posterior round the encoder's q: a square that holds both."""
    q = encoder_q(name)
    half = min(4.0, max(0.25, 7 * max(q.sigma)))
    return bound.window(digit_of(name).x, q.mu, half)


def cloud(digit: Digit, place: Place) -> Cloud:
    """The draws that are shown."""
    return bound.cloud(digit.x, q_of(digit, place), place.draws, place.seed)


@lru_cache(maxsize=16)
def before(name: str) -> Cloud:
    """64 draws of the encoder's q, against which a dragged one is seen."""
    return bound.cloud(digit_of(name).x, encoder_q(name), 64, 1)


@dataclass(frozen=True)
class Runs:
    """Importance sampling with `SEEDS` seeds. `log_weights` (SEEDS, 5000); `samples` (P,): numbers
    of samples on a logarithmic scale; `estimates` (SEEDS, P): log mean w there; `elbo`: from all
    draws, the KL in closed form.
    """

    log_weights: np.ndarray
    samples: np.ndarray
    estimates: np.ndarray
    elbo: float

    @property
    def log_evidence(self) -> float:
        """From all draws of all seeds."""
        flat = self.log_weights.ravel()
        return float(np.logaddexp.reduce(flat)) - math.log(len(flat))

    def estimate(self, n: int, run: int = 0) -> float:
        """log mean w of the first n draws of a run."""
        return float(np.logaddexp.reduce(self.log_weights[run, :n])) - math.log(n)

    def effective(self, n: int, run: int = 0) -> float:
        """(sum w)^2 / sum w^2 of the first n draws."""
        w = np.exp(self.log_weights[run, :n] - self.log_weights[run, :n].max())
        return float(w.sum() ** 2 / (w**2).sum())


@lru_cache(maxsize=12)
def importance(name: str, q: Q) -> Runs:
    """5 runs of 5,000 draws of q on a digit: half a second, kept."""
    x = digit_of(name).x
    log_w = np.stack(
        [
            bound.log_weights(x, q, MAX_SAMPLES, rng=np.random.default_rng(seed))
            for seed in range(SEEDS)
        ]
    )
    samples = np.unique(np.rint(np.geomspace(1, MAX_SAMPLES, POINTS)).astype(int))
    estimates = np.stack([bound.running_estimate(row)[samples - 1] for row in log_w])
    return Runs(log_w, samples, estimates, _elbo(x, q))


def _elbo(x: np.ndarray, q: Q) -> float:
    """E_q[log p(x | z)] - KL over 2,000 draws of a seed that no run has."""
    z = q.draws(np.random.default_rng(1000).standard_normal((2000, 2)))
    return float(bound.log_likelihood(x, z).mean()) - float(q.kl.sum())


def runs(digit: Digit, place: Place) -> Runs:
    return importance(digit.id, q_of(digit, place))


def opened(digit: Digit, place: Place) -> Opened | None:
    """The open number."""
    q = q_of(digit, place)
    found = runs(digit, place)
    n = place.samples
    makers: dict[str, Callable[[], Opened]] = {
        "reconstruction": lambda: arithmetic.reconstruction(cloud(digit, place)),
        "kl1": lambda: arithmetic.kl_dimension(q, 0),
        "kl2": lambda: arithmetic.kl_dimension(q, 1),
        "kl": lambda: arithmetic.kl(q),
        "elbo": lambda: arithmetic.elbo(cloud(digit, place), q),
        "estimate": lambda: arithmetic.estimate(found.log_weights[0, :n], found.effective(n)),
        "gap": lambda: arithmetic.gap(found.log_evidence, found.elbo),
        "window": lambda: arithmetic.window(view(digit.id)),
    }
    return makers[place.opened]() if place.opened else None


# -- the link ----------------------------------------------------------------------------------

NAMES = ("vel_q", "vel_seed", "vel_draws", "vel_n", "vel_open")


def to_link(place: Place) -> dict[str, str | None]:
    """The place in a link's values, as few as say it."""
    plain = Place()
    return {
        "vel_q": place.q and ",".join(f"{value:.5g}" for value in place.q),
        "vel_seed": str(place.seed) if place.seed != plain.seed else None,
        "vel_draws": str(place.draws) if place.draws != plain.draws else None,
        "vel_n": str(place.samples) if place.samples != plain.samples else None,
        "vel_open": place.opened or None,
    }


def from_link(values: Mapping[str, str | None]) -> tuple[Place, dict[str, str]]:
    """The place of a link, and a message for each value that is unsound."""
    wanted: dict[str, tuple[str, Callable[[str], Any], str]] = {
        "vel_q": ("q", _four, f"μ₁,μ₂,σ₁,σ₂ with σ from {SMALLEST:g} to {LARGEST:g}"),
        "vel_seed": ("seed", _whole, f"a whole number from 1 to {MAX_SEED}"),
        "vel_draws": ("draws", _whole, "one of 1, 4, 16, 64"),
        "vel_n": ("samples", _whole, f"a whole number from 1 to {MAX_SAMPLES}"),
        "vel_open": ("opened", str, "the name of a number on the page"),
    }
    return links.read(values, wanted, Place)


def place_from(state: Mapping[str, Any], default: Place) -> Place:
    """What the browser says, checked; `default` where it is unsound."""
    try:
        q = state["q"]
        return Place(
            q=None if q is None else _four(q),
            seed=state["seed"],
            draws=state["draws"],
            samples=state["samples"],
            opened=str(state["opened"]),
        )
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        return default


def _four(values: Any) -> tuple[float, float, float, float]:
    parts = values.split(",") if isinstance(values, str) else values
    first, second, third, fourth = (float(part) for part in parts)
    return first, second, third, fourth


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)
