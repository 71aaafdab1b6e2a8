"""A stroke as a sequence of direction codes, a left-right model a sign, and their race.

A stroke is a path with its times, (P, 3): x and y in sides of the pad (y upwards), t in ms. It is
walked in equal steps, of time or of path; each step becomes one of 16 directions, or a pause. A
sign is a left-right hidden Markov model over these 17 symbols; the race is the log-likelihood of
the codes so far under every sign, step by step.

The codes are Freeman's chain code (Freeman 1961, IRE Trans. Electronic Computers 10), with a
pause; one left-right model a word as in Rabiner (1989), section VI.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from genmodels import hmm

Array = NDArray[np.float64]
Codes = NDArray[np.int64]
By = Literal["time", "length"]

BYS: tuple[By, ...] = get_args(By)
DIRECTIONS = 16
PAUSE = DIRECTIONS
SYMBOLS = DIRECTIONS + 1
FRAME = 40.0
"""Milliseconds of one step by time."""
STEP = 0.04
"""Sides of the pad of one step by length."""
STILL = 0.004
"""Sides of the pad: a step that moves less is a pause."""
MAX_STEPS = 240
"""A longer stroke is walked in longer steps."""
MAX_POINTS = 512
FARTHEST = 8.0
"""Sides of the pad from its corner that a point may lie."""
LONGEST = 600_000.0
"""Milliseconds that a stroke may last."""
SPREAD = 0.3
"""The part of each direction's probability that goes to its two neighbours after training."""
FLOOR = 0.02
"""The part of each emission row that is spread evenly over all symbols after training."""


# -- from a path to codes --------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Walk:
    """A stroke in n equal steps: `places` (n + 1, 2) and `codes` (n,), 0 .. 16.

    `spacing` is the step in ms or in sides of the pad; `longer` says that it had to be enlarged
    so that n stays within MAX_STEPS.
    """

    places: Array
    codes: Codes
    spacing: float
    longer: bool


def checked_stroke(points: Any) -> Array:
    """`points` as float64 (P, 3). Raises ValueError naming what is wrong, and where."""
    try:
        stroke = np.asarray(points, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError("a stroke must be rows of three numbers: x, y, t in ms") from None
    if stroke.ndim != 2 or stroke.shape[1] != 3 or not len(stroke):
        raise ValueError(f"a stroke must be (P, 3) with P >= 1; got shape {stroke.shape}")
    if len(stroke) > MAX_POINTS:
        raise ValueError(f"a stroke must have at most {MAX_POINTS} points; got {len(stroke)}")
    wrong = ~np.isfinite(stroke).all(axis=1)
    if wrong.any():
        p = int(np.argmax(wrong))
        raise ValueError(f"points must be finite numbers; point {p + 1} is {stroke[p].tolist()}")
    far = np.abs(stroke[:, :2]).max(axis=1) > FARTHEST
    if far.any():
        p = int(np.argmax(far))
        raise ValueError(
            f"points must lie within ±{FARTHEST:g} sides of the pad; point {p + 1} is "
            f"{stroke[p, :2].tolist()}"
        )
    back = np.diff(stroke[:, 2]) < 0
    if back.any():
        p = int(np.argmax(back)) + 1
        raise ValueError(f"times must not run backwards; point {p + 1} is before point {p}")
    if stroke[-1, 2] - stroke[0, 2] > LONGEST:
        raise ValueError(f"a stroke must last at most {LONGEST / 1000:g} s")
    return stroke


def walk(points: Any, by: By) -> Walk:
    """The stroke in steps of `FRAME` ms (by time) or of `STEP` along its path (by length).

    Places between the points lie on straight lines. Raises ValueError for a stroke without one
    whole step: a dot, a single point.
    """
    stroke = checked_stroke(points)
    xy, unit = stroke[:, :2], FRAME if by == "time" else STEP
    if by == "time":
        along = stroke[:, 2] - stroke[0, 2]
    else:
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    n = int(along[-1] / unit + 1e-9)
    if n < 1:
        least = f"{FRAME:g} ms" if by == "time" else f"{STEP:g} of the pad’s side"
        raise ValueError(f"a stroke must go on for one step at least ({least}); this is a dot")
    spacing = unit
    if n > MAX_STEPS:
        n, spacing = MAX_STEPS, float(along[-1]) / MAX_STEPS
    at = spacing * np.arange(n + 1)
    # Of points at one place (or one time) the last counts: np.interp wants rising positions.
    keep = np.append(np.diff(along) > 0, True)
    places = np.column_stack([np.interp(at, along[keep], xy[keep, c]) for c in (0, 1)])
    places[0] = xy[0]
    return Walk(places, direction_codes(places), spacing, spacing > unit)


def direction_codes(places: Array) -> Codes:
    """One code (n,) for each step between `places` (n + 1, 2).

        code = round(angle / 22.5 degrees) mod 16, or PAUSE where the step is shorter than STILL

    0 is right, 4 up, 8 left, 12 down.
    """
    dx, dy = np.diff(places, axis=0).T
    codes = np.rint(np.arctan2(dy, dx) / (2 * math.pi / DIRECTIONS)).astype(np.int64) % DIRECTIONS
    return np.where(np.hypot(dx, dy) < STILL, PAUSE, codes)


# -- from codes to a sign's model ------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Sign:
    """A trained sign: its left-right `model` and what training saw.

    `log_likelihood` (iterations + 1,) nats, by iteration, before softening; `lowest` and `highest`:
    log P a step, in nats, of its own examples, each under a model that was trained without it.
    """

    name: str
    model: hmm.HiddenMarkovModel
    log_likelihood: Array
    lowest: float
    highest: float


def first_guess(sequences: Sequence[Codes], n_states: int) -> hmm.HiddenMarkovModel:
    """The start of training: every sequence cut into `n_states` equal parts, its codes counted.

    b_k(m) = (1 + number of code m in the k-th parts) / (17 + length of the k-th parts); a state
    stays with probability 1 - K / (mean length), so that the chain takes a sequence's time.
    """
    if n_states < 1:
        raise ValueError(f"n_states must be at least 1; got {n_states}")
    if not len(sequences):
        raise ValueError("sequences must have at least one example; got none")
    counts = np.ones((n_states, SYMBOLS))
    for x in sequences:
        np.add.at(counts, (np.arange(len(x)) * n_states // len(x), x), 1.0)
    mean = float(np.mean([len(x) for x in sequences]))
    stay = np.full(n_states, np.clip(1 - n_states / mean, 0.1, 0.95))
    return chain(stay, counts / counts.sum(axis=1, keepdims=True))


def chain(stay: Array, rows: Array) -> hmm.HiddenMarkovModel:
    """The left-right model that begins in state 1 and goes on to the next state or stays.

    `stay` (K,) in [0, 1]: A_kk; the rest of row k goes to k + 1; the last state always stays,
    whatever its entry. `rows` (K, 17): b_k(m). Raises ValueError naming what is wrong.
    """
    stay = np.array(stay, dtype=np.float64)
    if stay.ndim != 1 or not len(stay):
        raise ValueError(f"stay must be (K,) with K >= 1; got shape {stay.shape}")
    if not ((stay >= 0) & (stay <= 1)).all():
        raise ValueError(f"stay must be probabilities from 0 to 1; got {stay.tolist()}")
    if np.shape(rows) != (len(stay), SYMBOLS):
        raise ValueError(f"emission must be {(len(stay), SYMBOLS)}; got {np.shape(rows)}")
    stay[-1] = 1.0
    A = np.diag(stay) + np.diag(1 - stay[:-1], k=1)
    return hmm.HiddenMarkovModel(np.eye(len(stay))[0], A, hmm.CategoricalEmission(rows))


def train(
    name: str, sequences: Sequence[Codes], *, n_states: int, max_iter: int, ranged: bool = True
) -> Sign:
    """One sign's model by Baum-Welch from the equal parts, then softened.

    `ranged=False` spares the five more trainings behind `lowest` and `highest`, which are then 0.
    """
    model, log_likelihood = _fitted(sequences, n_states, max_iter)
    a_step = _left_out(sequences, n_states, max_iter) if ranged else [0.0]
    return Sign(name, model, log_likelihood, min(a_step), max(a_step))


def _fitted(
    sequences: Sequence[Codes], n_states: int, max_iter: int
) -> tuple[hmm.HiddenMarkovModel, Array]:
    start = first_guess(sequences, n_states)
    trace = hmm.baum_welch(start, list(sequences), max_iter=max_iter, tol=1e-3, scan=True)
    return softened(trace.model), trace.log_likelihood


def _left_out(sequences: Sequence[Codes], n_states: int, max_iter: int) -> list[float]:
    """log P a step of every example, under a model of the other groups of examples (five at most).

    A model fits what it was trained on better than what it will meet: a range over its training
    examples would call every new stroke strange. A lone example has only its own model.
    """
    groups = min(len(sequences), 5)
    values = []
    for g in range(groups):
        others = [x for i, x in enumerate(sequences) if i % groups != g] or list(sequences)
        race = Race((_fitted(others, n_states, max_iter)[0],))
        values += [float(race.run(x)[0, -1]) / len(x) for x in sequences[g::groups]]
    return values


def softened(model: hmm.HiddenMarkovModel) -> hmm.HiddenMarkovModel:
    """What a few examples couldn't show: a hand turns a little, and anything may happen once.

        b'_k(m) = (1 - eps) [(1 - eta) b_k(m) + eta/2 (b_k(m - 1) + b_k(m + 1))] + eps / 17

    with eta = SPREAD over the circle of directions (a pause keeps its own) and eps = FLOOR, without
    which one code that training never saw would rule a sign out. Raises ValueError for another
    kind of emission.
    """
    B = (1 - FLOOR) * emission(model) @ _spread() + FLOOR / SYMBOLS
    return hmm.HiddenMarkovModel(model.initial, model.transition, hmm.CategoricalEmission(B))


def hardened(rows: Array) -> Array:
    """b_k(m) as Baum-Welch left it, from `softened` rows (K, 17)."""
    counted = np.linalg.solve(_spread().T, ((rows - FLOOR / SYMBOLS) / (1 - FLOOR)).T).T
    return np.asarray(np.maximum(counted, 0.0))


def _spread() -> Array:
    """(17, 17): row m is where code m's probability goes."""
    circle = np.eye(DIRECTIONS)
    W = np.eye(SYMBOLS)
    W[:DIRECTIONS, :DIRECTIONS] = (1 - SPREAD) * circle + SPREAD / 2 * (
        np.roll(circle, 1, axis=1) + np.roll(circle, -1, axis=1)
    )
    return W


def emission(model: hmm.HiddenMarkovModel) -> Array:
    """b_k(m), (K, 17). Raises ValueError for a model that emits something else."""
    b = model.emission
    if not isinstance(b, hmm.CategoricalEmission) or b.probabilities.shape[1] != SYMBOLS:
        raise ValueError(f"model must emit {SYMBOLS} codes; it has {type(b).__name__}")
    return np.asarray(b.probabilities)


# -- the race --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Race:
    """Several signs' models, walked side by side over one sequence of codes."""

    models: tuple[hmm.HiddenMarkovModel, ...]

    @cached_property
    def _stacked(self) -> tuple[Array, Array, Array]:
        """pi (S, K), A (S, K, K), B (17, S, K); short chains end in unreachable states."""
        S, K = len(self.models), max(m.n_states for m in self.models)
        pi, A, B = np.zeros((S, K)), np.zeros((S, K, K)), np.ones((SYMBOLS, S, K))
        for s, model in enumerate(self.models):
            k = model.n_states
            pi[s, :k], A[s, :k, :k] = model.initial, model.transition
            B[:, s, :k] = emission(model).T
        return pi, A, B

    def run(self, codes: Codes) -> Array:
        """log P(x_1..x_t | sign) in nats, (S, T): the forward algorithm of every sign at once.

        c_t = sum_k [sum_i alpha_{t-1}(i) A_ik] b_k(x_t), alpha_t divided by c_t;
        log P(x_1..x_t) = log c_1 + .. + log c_t. Rabiner (1989), section V-A. `hmm.smooth` walks
        one model; here the models stand side by side in one array, which a drawn stroke's live
        answer needs.
        """
        pi, A, B = self._stacked
        c = np.empty((len(codes), len(self.models)))
        predicted = pi
        for t, x in enumerate(codes):
            alpha = predicted * B[x]
            c[t] = alpha.sum(axis=1)
            # A sign that rules the codes out keeps c = 0 from here on.
            alpha /= np.where(c[t] > 0, c[t], 1.0)[:, None]
            predicted = np.matmul(alpha[:, None, :], A)[:, 0]
        with np.errstate(divide="ignore"):
            return np.asarray(np.cumsum(np.log(c), axis=0).T)


@dataclass(frozen=True, eq=False)
class Scored:
    """A stroke under every sign.

    `walk`: its steps; `log_likelihood` (S, T): log P(x_1..x_t | sign), nats; `order` (S,): signs,
    the most probable first; `followed`: the sign that `path` (T,) is the Viterbi path of, its
    states from 0 (empty where the sign rules the stroke out).
    """

    walk: Walk
    log_likelihood: Array
    order: Codes
    followed: int
    path: Codes


def score(points: Any, by: By, race: Race, *, follow: int | None = None) -> Scored:
    """Walk a stroke and run the race; `follow`: the sign whose states are wanted, else the leader.

    Raises ValueError for a stroke that can't be walked.
    """
    walked = walk(points, by)
    log_likelihood = race.run(walked.codes)
    order = np.argsort(-log_likelihood[:, -1], kind="stable")
    followed = int(order[0]) if follow is None else follow
    path = hmm.viterbi(race.models[followed], walked.codes).path
    return Scored(walked, log_likelihood, order, followed, path)
