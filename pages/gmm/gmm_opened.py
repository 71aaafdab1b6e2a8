"""The Gaussian mixture opened: a responsibility, an M-step's update, the likelihood, BIC and AIC.

Everything is for points in the plane. Densities are rebuilt from the model's parameters and not
from the trace's logarithms, so that what is shown is the definition:

    N(x; mu, Sigma) = exp(-d^2 / 2) / (2 pi |Sigma|^(1/2)),  d^2 = (x - mu)^T Sigma^-1 (x - mu)
"""

import math
from collections.abc import Iterable

import numpy as np

from genmodels.gmm import TINY, Array, EMStep, GaussianMixture
from genmodels.kit.opened import Opened, Row, literal, number, plain

SHOWN_TERMS = 3
LOG_RANGE = 300.0
"""Where the largest log density leaves -300 to 300 nats, all are divided by it before exp."""


# -- one responsibility --------------------------------------------------------------------------


def responsibility(step: EMStep, X: Array, n: int, k: int) -> Opened:
    """gamma_nk, the share of point n that component k answers for, in an E-step.

    Raises ValueError for an M-step, whose responsibilities belong to the model before it, and
    for a point or component that there isn't.
    """
    _check_e_step(step)
    _check_index("n", n, len(X))
    _check_index("k", k, step.model.n_components)
    title = f"Point {n + 1}, component {k + 1}"
    return _responsibility(step.model, _plane(X)[n], step.responsibilities[n], k, title)


def responsibility_at(model: GaussianMixture, x: Array, k: int, title: str) -> Opened:
    """gamma_k at any place x (2,), the share of a point there that component k answers for.

    Raises ValueError for a place outside the plane and a component that there isn't.
    """
    _check_index("k", k, model.n_components)
    place = _plane(np.asarray(x, dtype=np.float64)[None])
    return _responsibility(model, place[0], model.responsibilities(place)[0], k, title)


def _responsibility(model: GaussianMixture, x: Array, gamma: Array, k: int, title: str) -> Opened:
    log_joint = model.log_joint(x[None])[0]
    highest = float(log_joint.max())
    divided = abs(highest) > LOG_RANGE
    rows = tuple(
        _component(model, x, j, float(log_joint[j]), highest if divided else None, float(gamma[j]))
        for j in range(model.n_components)
    )
    chosen = int(gamma.argmax())
    rows = tuple(
        Row(r.label, r.substitution, r.expression, r.value, r.share, j == chosen)
        for j, r in enumerate(rows)
    )
    total = math.fsum(r.value for r in rows)
    order = sorted(range(len(rows)), key=lambda j: -rows[j].value)
    d2, det = _distance_and_determinant(model, x, k)
    lines = [
        rf"d^2 = {number(d2)},\quad |\Sigma_{{{k + 1}}}| = {number(det)}",
        *_joint_lines(model, k, d2, det, rows[k].value, divided),
        *_sum_lines([rows[j].value for j in order], len(rows), total),
        rf"\gamma = \frac{{{number(rows[k].value)}}}{{{number(total)}}}",
    ]
    return Opened(
        title=title,
        formula=_aligned(
            [
                r"\gamma_{nk} = \frac{\pi_k \mathcal{N}_k(x_n)}{\sum_j \pi_j \mathcal{N}_j(x_n)}",
                r"\mathcal{N}_k(x) = \frac{e^{-d^2 / 2}}{2 \pi \sqrt{|\Sigma_k|}}",
                r"d^2 = (x - \mu_k)^{\top} \Sigma_k^{-1} (x - \mu_k)",
            ]
        ),
        substitution=_aligned(lines),
        expression=f"({rows[k].expression}) / sum({', '.join(r.expression for r in rows)})",
        value=float(gamma[k]),
        rows=rows,
        note=_far_note(highest) if divided else "",
    )


def _component(
    model: GaussianMixture, x: Array, j: int, log_joint: float, highest: float | None, gamma: float
) -> Row:
    """prior x density of component j at x, divided by the largest one where `highest` is given."""
    weight = float(model.weights[j])
    d2, scale = _distance_expression(model, x, j), _scale_expression(model, j)
    if highest is None:
        value = math.exp(log_joint)
        density = value / weight if weight > 0 else 0.0
        substitution = rf"{number(weight)} \cdot {number(density)}"
        expression = f"{literal(weight)} * exp(-0.5 * {d2}) / ({scale})"
    else:
        value = math.exp(log_joint - highest)
        substitution = rf"e^{{{number(log_joint)} - ({number(highest)})}}"
        expression = f"exp(log({literal(weight)}) - 0.5 * {d2} - log({scale}) - {literal(highest)})"
    return Row(f"component {j + 1}", substitution, expression, value, share=gamma)


def _joint_lines(
    model: GaussianMixture, k: int, d2: float, det: float, joint: float, divided: bool
) -> list[str]:
    weight = float(model.weights[k])
    if divided:
        return [
            rf"\log \pi \mathcal{{N}} = \log {number(weight)} - \tfrac12 \cdot {number(d2)}",
            rf"\quad - \log (2 \pi \sqrt{{{number(det)}}})",
            rf"\pi \mathcal{{N}} / \text{{largest}} = {number(joint)}",
        ]
    density = joint / weight if weight > 0 else 0.0
    return [
        rf"\mathcal{{N}} = \frac{{e^{{-{number(d2)} / 2}}}}{{2 \pi \sqrt{{{number(det)}}}}}"
        rf" = {number(density)}",
        rf"\pi \mathcal{{N}} = {number(weight)} \cdot {number(density)}",
        rf"\quad = {number(joint)}",
    ]


def _far_note(highest: float) -> str:
    size = "small" if highest < 0 else "large"
    return (
        f"Every density here is too {size} to write down: the largest prior × density is "
        f"e^{plain(highest, 4)}. All are divided by it, which leaves the shares as they are."
    )


def _deviations(model: GaussianMixture, k: int) -> tuple[str, str, str]:
    """Sigma_k = L L^T as expressions: L11, L21, L22."""
    sigma = model.full_covariances()[k]
    s11, s12, s22 = (literal(float(v)) for v in (sigma[0, 0], sigma[1, 0], sigma[1, 1]))
    if sigma[1, 0] == 0:
        return f"sqrt({s11})", "0.0", f"sqrt({s22})"
    across = f"({s12} / sqrt({s11}))"
    return f"sqrt({s11})", across, f"sqrt({s22} - {across} * {across})"


def _distance_expression(model: GaussianMixture, x: Array, k: int) -> str:
    """d^2 = |L^-1 (x - mu)|^2."""
    L11, L21, L22 = _deviations(model, k)
    d1, d2 = (f"({literal(float(x[i]))} - {literal(float(model.means[k, i]))})" for i in range(2))
    z1 = f"({d1} / {L11})"
    z2 = f"({d2} / {L22})" if L21 == "0.0" else f"(({d2} - {L21} * {z1}) / {L22})"
    return f"({z1} * {z1} + {z2} * {z2})"


def _scale_expression(model: GaussianMixture, k: int) -> str:
    """2 pi |Sigma_k|^(1/2) = 2 pi L11 L22."""
    L11, _, L22 = _deviations(model, k)
    return f"2 * pi * {L11} * {L22}"


def _distance_and_determinant(model: GaussianMixture, x: Array, k: int) -> tuple[float, float]:
    L = np.linalg.cholesky(model.full_covariances()[k])
    z = np.linalg.solve(L, x - model.means[k])
    return float(z @ z), float(np.prod(np.diagonal(L)) ** 2)


# -- one component's M-step ----------------------------------------------------------------------


def mean_update(
    step: EMStep, X: Array, k: int, *, coordinate: int = 0, reg_covar: float = 1e-6
) -> Opened:
    """mu_k in one coordinate, as an M-step makes it; the rows are all that it makes of component k.

    `reg_covar` is the one of the fit, which is added to each variance. Raises ValueError for an
    E-step, which leaves the model as it is, and for a component or coordinate that there isn't.
    """
    if step.kind != "M":
        raise ValueError(f"step must be an M-step; got kind {step.kind!r}")
    X = _plane(X)
    model = step.model
    _check_index("k", k, model.n_components)
    _check_index("coordinate", coordinate, 2)
    gamma = step.responsibilities[:, k]
    N_k = float(gamma.sum() + TINY)
    terms = gamma * X[:, coordinate]
    order = np.argsort(-np.abs(terms), kind="stable")[:SHOWN_TERMS]
    shown = [rf"{number(float(gamma[n]))} \cdot {_signed(float(X[n, coordinate]))}" for n in order]
    name = rf"\mu_{{{k + 1},{coordinate + 1}}}"
    lines = [
        rf"N_{{{k + 1}}} = \sum_n \gamma_{{n{k + 1}}} = {number(N_k)}",
        rf"\sum_n \gamma_{{n{k + 1}}} x_{{n,{coordinate + 1}}} = {shown[0]}",
        *(rf"\quad + {term}" for term in shown[1:]),
        *([rf"\quad + \text{{{len(X) - len(shown):,} more}}"] if len(X) > len(shown) else []),
        rf"\quad = {number(float(terms.sum()))}",
        rf"{name} = \frac{{{number(float(terms.sum()))}}}{{{number(N_k)}}}",
    ]
    rows = _update_rows(step, X, k, coordinate, reg_covar)
    return Opened(
        title=f"Mean of component {k + 1}, coordinate {coordinate + 1}",
        formula=_aligned(
            [
                r"\mu_k = \frac{1}{N_k} \sum_n \gamma_{nk}\, x_n",
                r"N_k = \sum_n \gamma_{nk}, \quad \pi_k = \frac{N_k}{N}",
                *_covariance_formula(model),
            ]
        ),
        substitution=_aligned(lines),
        expression=rows[2 + coordinate].expression,
        value=float(model.means[k, coordinate]),
        rows=rows,
        note=(
            f"The {len(order)} largest of {len(X):,} terms. "
            f"{plain(reg_covar)} is added to each variance."
        ),
    )


def _covariance_formula(model: GaussianMixture) -> list[str]:
    outer = r"(x_n - \mu_k)(x_n - \mu_k)^{\top}"
    square = r"(x_{n,d} - \mu_{k,d})^2"
    return {
        "full": [r"\Sigma_k = \frac{1}{N_k} \sum_n \gamma_{nk} \,\cdot", rf"\quad {outer}"],
        "tied": [r"\Sigma = \frac{1}{N} \sum_{n,k} \gamma_{nk} \,\cdot", rf"\quad {outer}"],
        "diag": [r"\sigma_{k,d}^2 = \frac{1}{N_k} \sum_n \gamma_{nk} \,\cdot", rf"\quad {square}"],
        "spherical": [
            r"\sigma_k^2 = \frac{1}{2 N_k} \sum_{n,d} \gamma_{nk} \,\cdot",
            rf"\quad {square}",
        ],
    }[model.covariance_type]


def _update_rows(
    step: EMStep, X: Array, k: int, coordinate: int, reg_covar: float
) -> tuple[Row, ...]:
    model = step.model
    counts = step.responsibilities.sum(axis=0) + TINY
    # A term whose responsibility is 0 adds nothing: left out, so that expressions stay short.
    kept = step.responsibilities[:, k] > 0
    gamma, points = step.responsibilities[kept, k].tolist(), X[kept].tolist()
    total = f"(sum({', '.join([*map(literal, gamma), literal(TINY)])}))"
    N = f"({len(X)} + {model.n_components} * {literal(TINY)})"
    rows = [
        Row(f"N, component {k + 1}", "", total, float(counts[k])),
        Row("weight π", rf"{number(float(counts[k]))} / {len(X)}", f"{total} / {N}", _pi(model, k)),
    ]
    for d in range(2):
        terms = (f"{literal(g)} * {literal(x[d])}" for g, x in zip(gamma, points, strict=True))
        rows.append(
            Row(
                f"mean μ{_sub(d + 1)}",
                "",
                f"{_sum(terms)} / {total}",
                float(model.means[k, d]),
                chosen=d == coordinate,
            )
        )
    sigma = model.full_covariances()[k]
    regular = literal(reg_covar)
    centred = [
        [f"({literal(x[d])} - {literal(float(model.means[k, d]))})" for d in range(2)]
        for x in points
    ]

    def scatter(i: int, j: int) -> str:
        terms = (f"{literal(g)} * {c[i]} * {c[j]}" for g, c in zip(gamma, centred, strict=True))
        return f"{_sum(terms)} / {total}"

    def tied(i: int, j: int) -> str:
        ours = (f"{literal(x[i])} * {literal(x[j])}" for x in X.tolist())
        means = (
            f"-{literal(float(N_j))} * {literal(float(mu[i]))} * {literal(float(mu[j]))}"
            for N_j, mu in zip(counts, model.means, strict=True)
        )
        return f"{_sum([*ours, *means])} / {N}"

    if model.covariance_type == "spherical":
        both = f"({scatter(0, 0)} + {scatter(1, 1)}) / 2 + {regular}"
        rows.append(Row("variance σ²", "", both, float(sigma[0, 0])))
        return tuple(rows)
    entry = tied if model.covariance_type == "tied" else scatter
    for d in range(2):
        rows.append(
            Row(
                f"variance Σ{_sub(d + 1)}{_sub(d + 1)}",
                "",
                f"{entry(d, d)} + {regular}",
                float(sigma[d, d]),
            )
        )
    if model.covariance_type in ("full", "tied"):
        rows.append(Row("covariance Σ₁₂", "", entry(0, 1), float(sigma[0, 1])))
    return tuple(rows)


def _pi(model: GaussianMixture, k: int) -> float:
    return float(model.weights[k])


# -- the likelihood and what is made of it -------------------------------------------------------


def log_likelihood(step: EMStep, X: Array) -> Opened:
    """log p(X) of an E-step's model, the sum over points, and the points that fit it worst.

    Raises ValueError for an M-step, whose log-likelihood is that of the model before it.
    """
    _check_e_step(step)
    log_prob = step.model.log_prob(_plane(X))
    order = np.argsort(log_prob, kind="stable")[:SHOWN_TERMS]
    rows = tuple(
        Row(
            f"point {n + 1}",
            number(float(log_prob[n])),
            literal(float(log_prob[n])),
            float(log_prob[n]),
        )
        for n in order
    )
    return Opened(
        title=f"Log-likelihood, iteration {step.iteration}",
        formula=_aligned(
            [r"\log p(X) = \sum_n \log p(x_n)", r"p(x_n) = \sum_k \pi_k\, \mathcal{N}_k(x_n)"]
        ),
        substitution=_aligned(
            _sum_lines([r.value for r in rows], len(log_prob), step.log_likelihood, name="")
        ),
        expression=_sum(map(literal, log_prob.tolist())),
        value=step.log_likelihood,
        unit="nats",
        rows=rows,
        note=(
            f"The rows are the points that fit worst. A point's mean: "
            f"{plain(step.log_likelihood / len(log_prob), 5)} nats."
        ),
    )


def bic(model: GaussianMixture, X: Array) -> Opened:
    """-2 log p(X) + p log N, with the free parameters p counted (Schwarz 1978)."""
    N = len(_plane(X))
    penalty = Row(
        "penalty, p log N",
        rf"{model.n_parameters} \log {N}",
        f"{model.n_parameters} * log({N})",
        model.n_parameters * math.log(N),
    )
    return _criterion("BIC", r"p \log N", penalty, model, X, model.bic(X))


def aic(model: GaussianMixture, X: Array) -> Opened:
    """-2 log p(X) + 2 p, with the free parameters p counted (Akaike 1974)."""
    p = model.n_parameters
    penalty = Row("penalty, 2p", rf"2 \cdot {p}", f"2 * {p}", 2.0 * p)
    return _criterion("AIC", "2p", penalty, model, X, model.aic(X))


def _criterion(
    name: str, term: str, penalty: Row, model: GaussianMixture, X: Array, value: float
) -> Opened:
    likelihood = float(model.log_prob(_plane(X)).sum())
    fit = Row(
        "misfit, −2 log p(X)",
        rf"-2 \cdot ({number(likelihood, 5)})",
        f"-2 * {literal(likelihood)}",
        -2 * likelihood,
    )
    K, p = model.n_components, model.n_parameters
    covariances = p - (K - 1) - 2 * K
    return Opened(
        title=f"{name}, {K} component{'s' if K > 1 else ''}, {model.covariance_type}",
        formula=rf"\text{{{name}}} = -2 \log p(X) + {term}",
        substitution=_aligned(
            [
                rf"p = {K - 1} + {2 * K} + {covariances} = {p}",
                fit.substitution,
                rf"\quad + {penalty.substitution}",
            ]
        ),
        expression=f"{fit.expression} + {penalty.expression}",
        value=value,
        rows=(
            fit,
            penalty,
            Row("weights, K − 1", str(K - 1), f"{K} - 1", K - 1.0),
            Row("mean coordinates", str(2 * K), f"2 * {K}", 2.0 * K),
            Row("covariance entries", str(covariances), f"{covariances}", float(covariances)),
        ),
        note="Lower is better. p counts the free parameters: weights, means, covariances.",
    )


# -- words ---------------------------------------------------------------------------------------


def _aligned(lines: Iterable[str]) -> str:
    return (
        r"\begin{aligned} " + r" \\[3pt] ".join(f"& {line}" for line in lines) + r" \end{aligned}"
    )


def _sum(terms: Iterable[str]) -> str:
    return f"sum({', '.join(terms)})"


def _signed(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _sub(digit: int) -> str:
    return "₀₁₂"[digit]


def _sum_lines(
    values: list[float], n: int, total: float, name: str = r"\textstyle\sum_j"
) -> list[str]:
    """A sum with its first terms one a line, how many more there are, and its value."""
    shown = values[:SHOWN_TERMS]
    lines = [
        (f"{name} = " if i == 0 and name else r"\quad + " if i else "") + _signed(v)
        for i, v in enumerate(shown)
    ]
    if n > len(shown):
        lines.append(rf"\quad + \text{{{n - len(shown):,} more}}")
    return [*lines, rf"\quad = {number(total)}"] if n > 1 else lines


def _plane(X: Array) -> Array:
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(f"X must have shape (N, 2); got {X.shape}")
    return X


def _check_e_step(step: EMStep) -> None:
    if step.kind != "E":
        raise ValueError(f"step must be an E-step; got kind {step.kind!r}")


def _check_index(name: str, value: int, size: int) -> None:
    if not 0 <= value < size:
        raise ValueError(f"{name} must be from 0 to {size - 1}; got {value}")
