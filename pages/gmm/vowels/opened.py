"""A vowel recognised, opened: every vowel's log-joint at a place, and the largest of them."""

from collections.abc import Sequence

import numpy as np

from genmodels.gmm import Array, GaussianMixture
from genmodels.kit.opened import Opened, Row, literal, number


def recognised(model: GaussianMixture, u: Array, names: Sequence[str], title: str) -> Opened:
    """The largest of log pi_c + log N(u; mu_c, Sigma_c) over the vowels c, nats.

    model: one component a vowel. u (2,). Rebuilt from means and covariances:

        log N = -log(2 pi) - log|Sigma| / 2 - d^2 / 2,  d^2 = (u - mu)^T Sigma^-1 (u - mu)

    Raises ValueError for another number of names, or a place outside the plane.
    """
    u = np.asarray(u, dtype=np.float64)
    if u.shape != (2,) or model.n_features != 2:
        raise ValueError(f"u must be a place in the plane, (2,); got {u.shape}")
    if len(names) != model.n_components:
        raise ValueError(f"names must be {model.n_components}; got {len(names)}")
    log_joint = model.log_joint(u[None])[0]
    gamma = model.responsibilities(u[None])[0]
    chosen = int(log_joint.argmax())
    rows = tuple(
        _row(model, u, c, name, float(log_joint[c]), float(gamma[c]), c == chosen)
        for c, name in enumerate(names)
    )
    d2, det = _distance(model, u, chosen)
    log_pi = rf"\log {number(float(model.weights[chosen]))}"
    return Opened(
        title=title,
        formula=_aligned(
            [
                r"\hat c = \arg\max_c\ \log \pi_c + \log \mathcal N(u; \mu_c, \Sigma_c)",
                r"\log \mathcal N = -\log 2\pi - \tfrac12 \log|\Sigma_c| - \tfrac12 d^2",
                r"d^2 = (u - \mu_c)^{\top} \Sigma_c^{-1} (u - \mu_c)",
            ]
        ),
        substitution=_aligned(
            [
                rf"u = ({_short(u[0])},\ {_short(u[1])})",
                rf"\mu = ({_short(model.means[chosen, 0])},\ {_short(model.means[chosen, 1])})",
                rf"d^2 = {number(d2)},\quad |\Sigma| = {number(det)}",
                rf"{log_pi} - \log 2\pi",
                rf"\quad - \tfrac12 \log ({number(det)}) - \tfrac12 \cdot {number(d2)}",
            ]
        ),
        expression=f"max({', '.join(row.expression for row in rows)})",
        value=float(log_joint[chosen]),
        unit="nats",
        rows=tuple(sorted(rows, key=lambda row: -row.value)),
        note="The share is the posterior: each vowel’s exp of the term over the sum of them all.",
    )


def _row(
    model: GaussianMixture, u: Array, c: int, name: str, value: float, share: float, chosen: bool
) -> Row:
    (s11, s12), (_, s22) = model.full_covariances()[c]
    a, b, d = (literal(float(s)) for s in (s11, s12, s22))
    x = f"({literal(float(u[0]))} - {literal(float(model.means[c, 0]))})"
    y = f"({literal(float(u[1]))} - {literal(float(model.means[c, 1]))})"
    det = f"({a} * {d} - {b} * {b})"
    d2 = f"({d} * {x} * {x} - 2 * {b} * {x} * {y} + {a} * {y} * {y}) / {det}"
    d2_value, det_value = _distance(model, u, c)
    return Row(
        name,
        rf"-\tfrac12 \cdot {number(d2_value)} - \tfrac12 \log ({number(det_value)})",
        f"log({literal(float(model.weights[c]))}) - log(2 * pi) - 0.5 * log{det} - 0.5 * {d2}",
        value,
        share=share,
        chosen=chosen,
    )


def _distance(model: GaussianMixture, u: Array, c: int) -> tuple[float, float]:
    sigma = model.full_covariances()[c]
    away = u - model.means[c]
    return float(away @ np.linalg.solve(sigma, away)), float(np.linalg.det(sigma))


def _short(value: float) -> str:
    return number(float(value), 4)


def _aligned(lines: Sequence[str]) -> str:
    return (
        r"\begin{aligned} " + r" \\[3pt] ".join(f"& {line}" for line in lines) + r" \end{aligned}"
    )
