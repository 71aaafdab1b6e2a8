"""The bound opened: F, the gap KL, and log p(X), at any half step of EM."""

import numpy as np

from genmodels.gmm import EMStep, EMTrace
from genmodels.gmm.bound import Array, divergence, free_energy, state
from genmodels.kit.opened import Opened, Row, literal, number
from pages.gmm.gmm_opened import log_likelihood


def _place(place: int) -> str:
    return "the start" if place == 0 else f"{'E' if place % 2 else 'M'}-step {(place + 1) // 2}"


def _total(rows: tuple[Row, ...]) -> str:
    return f"sum({', '.join(row.expression for row in rows)})"


def _lines(rows: tuple[Row, ...], total: float) -> str:
    lines = [
        (r"\quad + " if i else "")
        + (f"({number(row.value, 5)})" if row.value < 0 else number(row.value, 5))
        for i, row in enumerate(rows)
    ]
    body = r" \\[3pt] ".join(f"& {line}" for line in [*lines, rf"\quad = {number(total, 6)}"])
    return rf"\begin{{aligned}} {body} \end{{aligned}}"


def _literals(values: Array) -> str:
    kept = [literal(float(v)) for v in values if v != 0]
    return f"sum({', '.join(kept)})" if kept else "0"


def _row(label: str, terms: Array) -> Row:
    total = float(terms.sum())
    return Row(label, number(total), _literals(terms.ravel()), total)


def free_energy_opened(trace: EMTrace, X: Array, place: int) -> Opened:
    """F(q, theta): what each component's points contribute."""
    q, model = state(trace, place)
    terms = free_energy(q, model, X)
    rows = tuple(_row(f"component {k + 1}", terms[:, k]) for k in range(model.n_components))
    value = float(terms.sum())
    return Opened(
        title=f"Bound F at {_place(place)}",
        formula=(
            r"\begin{aligned} & F = \sum_n \sum_k q_{nk} \\ & \quad \log "
            r"\frac{\pi_k\, \mathcal{N}_k(x_n)}{q_{nk}} \end{aligned}"
        ),
        substitution=_lines(rows, value),
        expression=_total(rows),
        value=value,
        unit="nats",
        rows=rows,
        note=(
            f"Each row sums q log(pi N / q) over all {len(X):,} points. "
            + ("At the start every q is 1 / K." if place == 0 else "q: the last E-step's shares.")
        ),
    )


def gap_opened(trace: EMTrace, X: Array, place: int) -> Opened:
    """KL(q || posterior): how far the shares are from those that the present ellipses give."""
    q, model = state(trace, place)
    terms = divergence(q, model, X)
    order = np.argsort(-terms.sum(axis=1), kind="stable")
    rest = order[3:]
    rows = tuple(_row(f"point {n + 1}", terms[n]) for n in order[:3])
    if len(rest):
        rows += (_row(f"{len(rest):,} others", terms[rest]),)
    value = float(terms.sum())
    return Opened(
        title=f"Gap KL at {_place(place)}",
        formula=(
            r"\begin{aligned} & \mathrm{KL} = \sum_n \sum_k q_{nk} \\ & \quad \log "
            r"\frac{q_{nk}}{\gamma_{nk}} \end{aligned}"
        ),
        substitution=_lines(rows, value),
        expression=_total(rows),
        value=value,
        unit="nats",
        rows=rows,
        note=(
            "An E-step sets q to gamma: the gap is 0, to rounding."
            if place % 2
            else "The rows are the points whose shares the new ellipses would change most."
        ),
    )


def likelihood_opened(trace: EMTrace, X: Array, place: int) -> Opened:
    """log p(X) of the model at a place: what the next E-step will find."""
    q, model = state(trace, place)
    value = float(model.log_prob(X).sum())
    step = EMStep("E", place // 2 + (place % 2 or 1), model, q, value)
    return log_likelihood(step, X)
