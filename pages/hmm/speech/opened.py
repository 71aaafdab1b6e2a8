"""A word's score opened: a frame's density, the forward sum, the sum over states, the posterior."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from genmodels import hmm
from genmodels.kit.opened import Opened, Row, literal, number, plain

Array = NDArray[np.float64]
SHOWN = 8
"""Rows of a long sum that are shown; the rest is one row."""


def emission(
    means: Array, variances: Array, x: Array, names: Sequence[str], *, state: int, frame: int
) -> Opened:
    """log b_k(x_t) of a diagonal Gaussian, nats, coordinate by coordinate.

        log b_k(x) = sum_d -1/2 [log(2 pi sigma2_d) + (x_d - mu_d)^2 / sigma2_d]

    means, variances, x (D,): state k's, and the frame's. `state` and `frame` count from 1. A
    missing frame (all NaN) has the term 0. Raises ValueError for another number of names.
    """
    if not len(names) == len(means) == len(variances) == len(x):
        raise ValueError(f"names must be {len(means)}, one a coordinate; got {len(names)}")
    title = f"Density of frame {frame} in state {state}"
    formula = _aligned(
        [
            r"\log b_k(x_t) = \sum_d -\tfrac12 \Bigl[ \log 2\pi\sigma^2_{kd}",
            r"\qquad + \frac{(x_{td} - \mu_{kd})^2}{\sigma^2_{kd}} \Bigr]",
        ]
    )
    if np.isnan(x).all():
        return Opened(
            title=title,
            formula=formula,
            substitution=r"b_k(x_t) = 1 \text{ for a frame that is missing}",
            expression="0.0",
            value=0.0,
            unit="nats",
            note="What wasn’t heard counts for no word and against none.",
        )
    terms = -0.5 * (np.log(2 * np.pi * variances) + (x - means) ** 2 / variances)
    expressions = [
        f"-0.5 * (log(2 * pi * {_n(v)}) + ({_n(a)} - {_n(m)}) * ({_n(a)} - {_n(m)}) / {_n(v)})"
        for a, m, v in zip(x, means, variances, strict=True)
    ]
    z = (x - means) / np.sqrt(variances)
    order = np.argsort(-np.abs(z), kind="stable")
    worst = int(order[0])
    rows = [
        Row(
            f"{names[d]}: {plain(float(x[d]))}, {_signed(float(z[d]))} σ",
            "",
            expressions[d],
            float(terms[d]),
        )
        for d in order[:SHOWN]
    ]
    rest = order[SHOWN:]
    if len(rest):
        rows.append(
            Row(
                f"{len(rest)} more, nearer",
                "",
                f"sum({', '.join(expressions[d] for d in rest)})",
                float(terms[rest].sum()),
            )
        )
    return Opened(
        title=title,
        formula=formula,
        substitution=_aligned(
            [
                rf"\text{{{names[worst]}: }} -\tfrac12 \Bigl[ \log 2\pi \cdot "
                rf"{number(float(variances[worst]))}",
                rf"\qquad + \frac{{({number(float(x[worst]))} - "
                rf"{_bracket(float(means[worst]))})^2}}{{{number(float(variances[worst]))}}} "
                r"\Bigr]",
                rf"= {number(float(terms[worst]), 4)}, \quad \text{{and {len(x) - 1} more}}",
            ]
        ),
        expression=f"sum({', '.join(expressions)})",
        value=float(terms.sum()),
        unit="nats",
        rows=tuple(rows),
        note="The worst fitting first; σ: standard deviations from the state’s mean.",
    )


def forward(
    model: hmm.HiddenMarkovModel, trace: hmm.SmoothingTrace, *, t: int, state: int
) -> Opened:
    """log alpha_t(j): all ways to state j at frame t, and what it makes of the frame, nats.

        alpha_t(j) = [sum_i alpha_{t-1}(i) A_ij] b_j(x_t),   alpha_1(j) = pi_j b_j(x_1)

    t and state count from 1; `trace` is the forward-backward of the model on the recording.
    Impossible ways are left out. Raises ValueError for a frame or a state that isn't there.
    """
    T, K = trace.log_alpha.shape
    if not (1 <= t <= T and 1 <= state <= K):
        raise ValueError(f"t must be 1 to {T} and state 1 to {K}; got {t} and {state}")
    j = state - 1
    b = float(trace.log_emission[t - 1, j])
    value = float(trace.log_alpha[t - 1, j])
    if t == 1:
        rows = [_way("start here", float(trace.log_initial[j]), 1.0)]
        formula = r"\alpha_1(j) = \pi_j\, b_j(x_1)"
    else:
        ways = trace.log_alpha[t - 2] + trace.log_transition[:, j]
        open_ = np.flatnonzero(ways > -np.inf)
        total = np.logaddexp.reduce(ways[open_]) if len(open_) else -np.inf
        rows = [
            Row(
                f"stay in {i + 1}" if i == j else f"come from {i + 1}",
                "",
                f"{_n(trace.log_alpha[t - 2, i])} + log({_n(model.transition[i, j])})",
                float(ways[i]),
                share=float(np.exp(ways[i] - total)),
            )
            for i in open_
        ]
        formula = _aligned(
            [
                r"\log\alpha_t(j) = \log\sum_i e^{\log\alpha_{t-1}(i) + \log A_{ij}}",
                r"\qquad + \log b_j(x_t)",
            ]
        )
    inner = _log_sum([row.expression for row in rows], [row.value for row in rows])
    ways_tex = " + ".join(f"e^{{{number(row.value, 4)}}}" for row in rows) or "0"
    return Opened(
        title=f"Forward sum of state {state} at frame {t}",
        formula=formula,
        substitution=_aligned(
            [rf"\log\bigl({ways_tex}\bigr)", rf"\qquad + {_bracket(b)} = {number(value, 4)}"]
        ),
        expression=f"{inner} + {_n(b)}",
        value=value,
        unit="nats",
        rows=(*rows, Row("and the frame, log b", "", _n(b), b)),
        note="The shares are of the ways in. α counts every path; the line on the stage is one.",
    )


def likelihood(trace: hmm.SmoothingTrace, *, t: int, word: str) -> Opened:
    """log P(x_1..x_t | word): the forward sums of all states at frame t, added, nats.

    Raises ValueError for a frame that isn't there.
    """
    T = len(trace.log_alpha)
    if not 1 <= t <= T:
        raise ValueError(f"t must be 1 to {T}; got {t}")
    log_alpha = trace.log_alpha[t - 1]
    reached = np.flatnonzero(log_alpha > -np.inf)
    value = float(np.logaddexp.reduce(log_alpha[reached])) if len(reached) else -np.inf
    rows = [
        Row(
            f"in state {k + 1}",
            "",
            _n(log_alpha[k]),
            float(log_alpha[k]),
            share=float(np.exp(log_alpha[k] - value)),
        )
        for k in reached
    ]
    terms = " + ".join(f"e^{{{number(row.value, 4)}}}" for row in rows) or "0"
    return Opened(
        title=f"“{word}” after {t} frames",
        formula=r"\log P(x_1 \ldots x_t) = \log \sum_k e^{\log \alpha_t(k)}",
        substitution=rf"\log\bigl({_broken(terms)}\bigr)",
        expression=_log_sum([row.expression for row in rows], [row.value for row in rows]),
        value=value,
        unit="nats",
        rows=tuple(rows),
        note="The shares say where in the word the speaker is now: P(state | frames so far).",
    )


def posterior(log_likelihoods: Array, words: Sequence[str], *, word: int, t: int) -> Opened:
    """P(word | x_1..x_t) with equal priors: its likelihood over the sum of all words'.

    log_likelihoods (C,) in nats after t frames; the largest is taken out of every exponent.
    Raises ValueError for another number of words.
    """
    if len(words) != len(log_likelihoods):
        raise ValueError(f"words must be {len(log_likelihoods)}; got {len(words)}")
    best = float(log_likelihoods.max())
    parts = np.exp(log_likelihoods - best)
    shares = parts / parts.sum()
    exponents = [f"exp({_n(v)} - {_n(best)})" for v in log_likelihoods]
    order = np.argsort(-log_likelihoods, kind="stable")
    return Opened(
        title=f"Posterior of “{words[word]}” after {t} frames",
        formula=r"P(w \mid x) = \frac{e^{\ell_w}}{\sum_v e^{\ell_v}},\ \ell_w = \log P(x \mid w)",
        substitution=rf"\frac{{e^{{{number(float(log_likelihoods[word]) - best, 4)}}}}}"
        rf"{{{number(float(parts.sum()), 4)}}}",
        expression=f"{exponents[word]} / sum({', '.join(exponents)})",
        value=float(shares[word]),
        rows=tuple(
            Row(
                words[w],
                "",
                _n(log_likelihoods[w]),
                float(log_likelihoods[w]),
                share=float(shares[w]),
                chosen=w == word,
            )
            for w in order
        ),
        note="Values: log-likelihoods in nats. The leader’s is taken out of every exponent; "
        "the ten words are equally probable beforehand.",
    )


def _log_sum(expressions: Sequence[str], values: Sequence[float]) -> str:
    """log sum exp as Python, the largest value taken out so that exp doesn't underflow."""
    if not expressions:
        return "-inf"
    largest = _n(max(values))
    return f"({largest} + log(sum({', '.join(f'exp({e} - {largest})' for e in expressions)})))"


def _way(label: str, value: float, share: float) -> Row:
    return Row(label, "", _n(value), value, share=share)


def _n(value: float) -> str:
    return literal(float(value))


def _signed(value: float) -> str:
    return f"+{plain(value)}" if value > 0 else plain(value)


def _bracket(value: float) -> str:
    return f"({number(value, 4)})" if value < 0 else number(value, 4)


def _broken(terms: str) -> str:
    """A sum of more than two terms over several lines."""
    parts = terms.split(" + ")
    lines = [" + ".join(parts[i : i + 2]) for i in range(0, len(parts), 2)]
    if len(lines) == 1:
        return terms
    return r"\begin{aligned} &" + r" \\ & + ".join(lines) + r" \end{aligned}"


def _aligned(lines: Sequence[str]) -> str:
    return (
        r"\begin{aligned} " + r" \\[3pt] ".join(f"& {line}" for line in lines) + r" \end{aligned}"
    )
