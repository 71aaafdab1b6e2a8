"""Anomaly detection opened: a case's log-density, its distance feature by feature, the rates.

With D measurements, component k's term and the sum over components:

    t_k = log pi_k - (D log 2 pi + log |Sigma_k| + d_k^2) / 2
    d_k^2 = e^T Sigma_k^-1 e,  e = x - mu_k
    log p(x) = t_max + log sum_k exp(t_k - t_max)
"""

import math
from collections.abc import Sequence

import numpy as np

from genmodels.gmm import Array, GaussianMixture
from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.thresholds import Thresholds

SHOWN_FEATURES = 8


def log_density(model: GaussianMixture, x: Array, title: str) -> Opened:
    """log p(x) in nats for x (D,), summed over the components by log-sum-exp."""
    covariances = model.full_covariances()
    D = model.n_features
    rows, lines = [], []
    log_joint = model.log_joint(x[None])[0]
    highest, best = float(log_joint.max()), int(log_joint.argmax())
    shares = np.exp(log_joint - highest)
    for k, weight in enumerate(model.weights):
        whitened = np.linalg.solve(np.linalg.cholesky(covariances[k]), x - model.means[k])
        log_det = float(np.linalg.slogdet(covariances[k])[1])
        squares = ", ".join(f"{literal(float(z))} * {literal(float(z))}" for z in whitened)
        expression = (
            f"log({literal(float(weight))}) - 0.5 * ({D} * log(2 * pi) + {literal(log_det)} "
            f"+ sum({squares}))"
        )
        rows.append(
            Row(
                f"component {k + 1}",
                number(float(log_joint[k])),
                expression,
                float(log_joint[k]),
                share=float(shares[k] / shares.sum()),
                chosen=k == best,
            )
        )
        if k == best:
            d2 = float(whitened @ whitened)
            lines = [
                rf"d^2 &= {number(d2)},\; \log|\Sigma_{{{k + 1}}}| = {number(log_det)}",
                rf"t_{{{k + 1}}} &= \log {number(float(weight))}",
                rf"&\quad - \tfrac12 ({number(D * math.log(2 * math.pi))} "
                rf"{_signed(log_det)} + {number(d2)})",
                rf"&= {number(highest)}",
            ]
    others = math.fsum(float(share) for k, share in enumerate(shares) if k != best)
    if model.n_components > 1:
        lines.append(rf"\log p &= {number(highest)} + \log(1 + {number(others)})")
    terms = [row.expression for row in rows]
    summed = ", ".join(f"exp({term} - {literal(highest)})" for term in terms)
    return Opened(
        title=f"{title}: log-density",
        formula=_aligned(
            [
                r"\log p(x) &= t_{\max} + \log \sum_k e^{t_k - t_{\max}}",
                r"t_k &= \log \pi_k - \tfrac12 (D \log 2\pi",
                r"&\qquad + \log|\Sigma_k| + d_k^2)",
            ]
        ),
        substitution=_aligned(lines),
        expression=f"{literal(highest)} + log(sum({summed}))",
        value=float(model.log_prob(x[None])[0]),
        unit="nats",
        rows=rows,
        note="Measurements are standardised, so the density is per standard deviations.",
    )


def distance(model: GaussianMixture, x: Array, columns: Sequence[str], title: str) -> Opened:
    """d^2 to the component that explains x best, split over the measurements.

    d^2 = sum_j e_j (Sigma^-1 e)_j: a measurement's part can be negative, where it goes the way
    that the others let expect.
    """
    best = int(model.log_joint(x[None])[0].argmax())
    covariance = model.full_covariances()[best]
    e = x - model.means[best]
    pull = np.linalg.solve(covariance, e)
    parts = e * pull
    sd = np.sqrt(np.diagonal(covariance))
    order = np.argsort(-np.abs(parts), kind="stable")
    rows = [
        Row(
            f"{columns[j]} ({number(float(e[j] / sd[j]), 2).replace('-', '−')} sd)",
            rf"{number(float(e[j]))} \cdot {number(float(pull[j]))}",
            f"{literal(float(e[j]))} * {literal(float(pull[j]))}",
            float(parts[j]),
        )
        for j in order
    ]
    shown = [number(row.value) for row in rows[:3]]
    more = r" + \dots" if len(rows) > 3 else ""
    left = len(rows) - SHOWN_FEATURES
    return Opened(
        title=f"{title}: distance to component {best + 1}",
        formula=r"d^2 = \sum_j e_j\,(\Sigma^{-1} e)_j,\quad e = x - \mu",
        substitution=rf"d^2 = {_plus(shown)}{more}",
        expression=f"sum({', '.join(row.expression for row in rows)})",
        value=float(parts.sum()),
        rows=rows[:SHOWN_FEATURES],
        note=(
            "The most unusual measurements, each with its own distance from the mean in standard "
            "deviations (sd)."
            + (f" {left} more are in the sum." if left > 0 else "")
            + f" An ordinary case has d² of about {len(x)}."
        ),
    )


def false_alarm_rate(t: Thresholds, stop: int, ordinary: str, nominal: float) -> Opened:
    """FP / N at a stop, beside the nominal rate."""
    fp, negatives = int(t.fp[stop]), t.negatives
    return Opened(
        title="False alarm rate",
        formula=rf"\frac{{\text{{flagged {ordinary}}}}}{{\text{{all {ordinary}}}}}",
        substitution=rf"\frac{{{fp}}}{{{negatives}}}",
        expression=f"{fp} / {negatives}",
        value=fp / negatives,
        note=f"Held-out cases. The quantile of the training cases promised {100 * nominal:g} %.",
    )


def recall(t: Thresholds, stop: int, novel: str) -> Opened:
    """TP / P at a stop."""
    tp, positives = int(t.tp[stop]), t.positives
    return Opened(
        title="Recall",
        formula=rf"\frac{{\text{{flagged {novel}}}}}{{\text{{all {novel}}}}}",
        substitution=rf"\frac{{{tp}}}{{{positives}}}",
        expression=f"{tp} / {positives}",
        value=tp / positives,
        note=f"{positives - tp} are missed.",
    )


def precision(t: Thresholds, stop: int) -> Opened | None:
    """TP / flagged at a stop; None where nothing is flagged."""
    tp, flagged = int(t.tp[stop]), int(t.flagged[stop])
    if not flagged:
        return None
    return Opened(
        title="Precision",
        formula=r"\frac{\text{rightly flagged}}{\text{flagged}}",
        substitution=rf"\frac{{{tp}}}{{{flagged}}}",
        expression=f"{tp} / {flagged}",
        value=tp / flagged,
        note="It depends on how common the novel kind is, here as common as in this collection.",
    )


def auc(t: Thresholds, novel: str, ordinary: str) -> Opened:
    """The share of pairs in which the novel case is the more suspicious one, ties counting half."""
    sign = 1.0 if t.flag == "below" else -1.0
    high = sign * t.scores[t.positive][:, None]
    low = sign * t.scores[~t.positive][None]
    wins, ties = int((high < low).sum()), int((high == low).sum())
    pairs = t.positives * t.negatives
    half = r" + \tfrac12 \cdot " + str(ties) if ties else ""
    return Opened(
        title="Area under the ROC curve",
        formula=r"\frac{\text{pairs ranked right}}{\text{all pairs}}",
        substitution=rf"\frac{{{wins}{half}}}{{{t.positives} \cdot {t.negatives}}}",
        expression=f"({wins} + 0.5 * {ties}) / ({t.positives} * {t.negatives})",
        value=(wins + 0.5 * ties) / pairs,
        note=f"A pair is one {novel} and one {ordinary} case. It depends on no cut.",
    )


def _signed(value: float) -> str:
    return f"- {number(-value)}" if value < 0 else f"+ {number(value)}"


def _plus(terms: Sequence[str]) -> str:
    return " + ".join(terms).replace("+ -", "- ")


def _aligned(lines: Sequence[str]) -> str:
    return r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}"
