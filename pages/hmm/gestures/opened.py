"""A step of a stroke, opened: what a sign makes of the codes so far, of one state, of one code."""

import math
from dataclasses import replace

import numpy as np

from genmodels.hmm import SmoothingTrace
from genmodels.kit.opened import Opened, Row, literal, number, plain
from genmodels.strokes import DIRECTIONS, FLOOR, PAUSE, SPREAD, SYMBOLS, Array, hardened
from pages.hmm.hmm_opened import forward_sum

ARROWS = "→↗↑↖←↙↓↘"
COMPASS = tuple(
    f"{ARROWS[m // 2]}" if m % 2 == 0 else f"{ARROWS[m // 2]}{ARROWS[(m // 2 + 1) % 8]}"
    for m in range(DIRECTIONS)
)


def code_name(m: int) -> str:
    """A code in words: 4 is "4 ↑", 16 "pause"."""
    return "pause" if m == PAUSE else f"{m} {COMPASS[m]}"


def states(n: int) -> list[str]:
    return [f"state {k + 1}" for k in range(n)]


def so_far(trace: SmoothingTrace, t: int, sign: str) -> Opened:
    """log P(x_1..x_t) = log sum_k alpha_t(k) in nats, `t` from 0, every state a row."""
    log_alpha = trace.log_alpha[t]
    total = float(np.logaddexp.reduce(log_alpha))
    most = float(log_alpha.max())
    terms = ", ".join(f"exp({literal(float(v))} - {literal(most)})" for v in log_alpha)
    before = float(np.logaddexp.reduce(trace.log_alpha[t - 1])) if t else 0.0
    kept = sorted((float(v) for v in log_alpha), reverse=True)[:3]
    inner = "+".join(rf"e^{{{number(v, 4)}}}" for v in kept if np.isfinite(v))
    more = r"+\dots" if int(np.isfinite(log_alpha).sum()) > 3 else ""
    return Opened(
        title=f"“{sign}” after {t + 1} step{'s' if t else ''}",
        formula=rf"\log P(x_1..x_{{{t + 1}}})=\log\sum_k \alpha_{{{t + 1}}}(k)",
        substitution=rf"\log\big({inner}{more}\big)",
        expression=f"{literal(most)} + log(sum({terms}))",
        value=total,
        unit="nats",
        rows=tuple(
            Row(
                name,
                number(float(v)),
                literal(float(v)),
                float(v),
                share=float(np.exp(v - total)),
                chosen=bool(v == log_alpha.max()),
            )
            for name, v in zip(states(len(log_alpha)), log_alpha, strict=True)
        ),
        note=f"This step added {plain(total - before, 4)} nats. "
        "The share is P(state | codes so far).",
    )


def forward(trace: SmoothingTrace, t: int, k: int, sign: str) -> Opened:
    """alpha_t(k) of the trellis, as the sum over where the state was reached from.

    Only the rows that can be: in a left-right chain the state itself and the one before it.
    """
    full = forward_sum(trace, t, k, states(trace.log_alpha.shape[1]), linear=False)
    possible = tuple(row for row in full.rows if math.isfinite(row.value))
    return replace(full, title=f"“{sign}”, state {k + 1} at step {t + 1}", rows=possible)


def emitted(rows: Array, k: int, m: int, sign: str) -> Opened:
    """log b_k(m) in nats: what training counted, spread to its neighbours, and the floor under it.

    `rows` (K, 17): the sign's softened emissions (see `strokes.softened`).
    """
    b = float(rows[k, m])
    counted = hardened(rows)[k]
    own, low, high = (float(counted[j]) for j in (m, (m - 1) % DIRECTIONS, (m + 1) % DIRECTIONS))
    aside = SPREAD / 2
    if m == PAUSE:
        inner, inside = literal(own), number(own)
        spread = r"\tilde b=\hat b_k(m)"
    else:
        beside = f"({literal(low)} + {literal(high)})"
        inner = f"({1 - SPREAD!r} * {literal(own)} + {aside!r} * {beside})"
        inside = (
            f"{1 - SPREAD:g}\\cdot {number(own)} + {aside:g}\\,({number(low)} + {number(high)})"
        )
        spread = r"\tilde b=(1-\eta)\,\hat b(m)+\tfrac{\eta}{2}\,[\hat b(m-1)+\hat b(m+1)]"
    order = np.argsort(-rows[k], kind="stable")
    shown = sorted({*order[:5].tolist(), m}, key=lambda j: -float(rows[k, j]))
    return Opened(
        title=f"“{sign}”, state {k + 1} emits {code_name(m)}",
        formula=(
            r"\begin{aligned} & \log b_k(m)=\log\big[(1-\varepsilon)\,\tilde b+\varepsilon/17\big]"
            rf" \\[3pt] & {spread} \end{{aligned}}"
        ),
        substitution=(
            rf"\begin{{aligned}} & \tilde b={inside} \\[3pt] & \log\big[{1 - FLOOR:g}\,\tilde b"
            rf"+{FLOOR:g}/{SYMBOLS}\big] \end{{aligned}}"
        ),
        expression=f"log((1 - {FLOOR!r}) * {inner} + {FLOOR!r} / {SYMBOLS})",
        value=float(np.log(b)),
        unit="nats",
        rows=tuple(
            Row(code_name(j), number(float(rows[k, j])), literal(float(rows[k, j])),
                float(rows[k, j]), share=float(rows[k, j]), chosen=j == m)
            for j in shown
        ),
        note="b̂: Baum-Welch’s expected count of the code over the visits to the state. η lends it "
        "to the two directions beside it; ε keeps an unseen code from ruling the sign out.",
    )  # fmt: skip


def a_step(log_prob: float, steps: int, lowest: float, highest: float, sign: str) -> Opened:
    """log P(x) / T in nats a step, beside the range over the sign's own examples."""
    value = log_prob / steps
    if value < lowest:
        verdict = "Below it: unlike what it was trained on."
    elif value > highest:
        verdict = "Above it: more regular than they are."
    else:
        verdict = "Within it."
    return Opened(
        title=f"“{sign}”, a step",
        formula=r"\tfrac1T\,\log P(x_1..x_T)",
        substitution=rf"\frac{{{number(log_prob, 5)}}}{{{steps}}}",
        expression=f"{literal(log_prob)} / {steps}",
        value=value,
        unit="nats a step",
        note=f"Its own examples, each left out of training, have {plain(lowest, 4)} to "
        f"{plain(highest, 4)}. "
        f"{verdict}",
    )
