"""A picture's anomaly scores, opened: each to its sum over pixels or latents."""

import math
from collections.abc import Callable

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.vae.means import Array, AtMeans

TOP = 6


def opened(passed: AtMeans, i: int, name: str) -> Opened:
    """Score `name` (one of `case.SCORES`) of picture `i`."""
    return _MAKERS[name](passed, i)


def _pixels(
    title: str,
    formula: str,
    terms: Array,
    one: Callable[[int], tuple[str, str]],
    unit: str,
    note: str,
) -> Opened:
    """A sum over pixels; `one` gives a pixel's LaTeX and its Python."""
    order = [p for p in np.argsort(-np.abs(terms), kind="stable").tolist() if terms[p] != 0.0]
    rows = [
        Row(f"pixel {p // 28 + 1}, {p % 28 + 1}", one(p)[0], one(p)[1], float(terms[p]))
        for p in order[:TOP]
    ]
    every = ", ".join(one(p)[1] for p in order) or "0.0"
    return Opened(
        title=title,
        formula=formula,
        substitution="+".join(f"{row.value:.3f}" for row in rows[:3]) + r"+\dots" if rows else "0",
        expression=f"sum({every})",
        value=math.fsum(terms[order]),
        unit=unit,
        rows=rows,
        note=note,
    )


def reconstruction(passed: AtMeans, i: int) -> Opened:
    """-sum_i [x_i log y_i + (1 - x_i) log(1 - y_i)], from the logits a."""
    x, a = passed.x[i], passed.logits[i]

    def one(p: int) -> tuple[str, str]:
        # log(1 + e^a) - x a, written so that no exponential overflows.
        size, ink = literal(float(abs(a[p]))), literal(float(x[p]))
        high = literal(float(max(a[p], 0.0)))
        return (
            rf"\log(1+e^{{{number(float(a[p]))}}})-{number(float(x[p]))}\times{number(float(a[p]))}",
            f"{high}+log(1+exp(-{size}))-{ink}*{literal(float(a[p]))}",
        )

    return _pixels(
        "Reconstruction at z = μ",
        r"-\sum_{i=1}^{784}\bigl[x_i\log y_i+(1-x_i)\log(1-y_i)\bigr]",
        passed.bce[i],
        one,
        "nats",
        "With y = 1/(1 + exp(−a)) a pixel costs log(1 + exp a) − x a. The costliest are listed.",
    )


def squared_error(passed: AtMeans, i: int) -> Opened:
    """sum_i (x_i - y_i)^2."""
    x, y = passed.x[i], passed.y[i]

    def one(p: int) -> tuple[str, str]:
        return (
            rf"({number(float(x[p]))}-{number(float(y[p]))})^2",
            f"({literal(float(x[p]))}-{literal(float(y[p]))})**2",
        )

    formula = r"\sum_{i=1}^{784}(x_i-y_i)^2"
    return _pixels("Squared error", formula, (x - y) ** 2, one, "", "The costliest are listed.")


def ink(passed: AtMeans, i: int) -> Opened:
    """sum_i x_i: no model at all."""
    x = passed.x[i]
    return _pixels(
        "Ink",
        r"\sum_{i=1}^{784}x_i",
        x,
        lambda p: (number(float(x[p])), literal(float(x[p]))),
        "",
        "No model is asked: clothes are larger than digits. A score worth having beats this.",
    )


def kl(passed: AtMeans, i: int) -> Opened:
    """sum_j (mu_j^2 + sigma_j^2 - 1 - log sigma_j^2) / 2."""
    mu, log_var, terms = passed.mu[i], passed.log_var[i], passed.kl[i]
    order = np.argsort(-terms, kind="stable").tolist()

    def text(j: int) -> str:
        m, v = literal(float(mu[j])), literal(float(log_var[j]))
        return f"0.5*({m}**2+exp({v})-1-{v})"

    rows = [
        Row(
            f"latent {j + 1}",
            rf"\tfrac12({number(float(mu[j]))}^2+{number(math.exp(float(log_var[j])))}-1"
            rf"-({number(float(log_var[j]))}))",
            text(j),
            float(terms[j]),
        )
        for j in order[:TOP]
    ]
    return Opened(
        title="KL to the prior",
        formula=r"\tfrac12\sum_j\bigl(\mu_j^2+\sigma_j^2-1-\log\sigma_j^2\bigr)",
        substitution="+".join(f"{row.value:.3f}" for row in rows[:3])
        + (r"+\dots" if len(rows) > 3 else ""),
        expression=f"sum({', '.join(text(j) for j in order)})",
        value=math.fsum(terms),
        unit="nats",
        rows=rows,
        note="How far from usual the encoder puts the picture, however well it comes back.",
    )


def negative_elbo(passed: AtMeans, i: int) -> Opened:
    """Reconstruction + KL, both at z = mu."""
    first, second = reconstruction(passed, i), kl(passed, i)
    rows = [
        Row("reconstruction", number(first.value), repr(first.value), first.value),
        Row("KL", number(second.value), repr(second.value), second.value),
    ]
    return Opened(
        title="−ELBO at z = μ",
        formula=r"-\log p(x\mid z{=}\mu)+\mathrm{KL}(q\,\|\,p)",
        substitution=f"{number(first.value)}+{number(second.value)}",
        expression=f"({first.expression})+({second.expression})",
        value=first.value + second.value,
        unit="nats",
        rows=rows,
        note="The ELBO averages the first term over draws of z; at the mean it is a little less.",
    )


_MAKERS = {
    "−ELBO": negative_elbo,
    "reconstruction": reconstruction,
    "KL": kl,
    "squared error": squared_error,
    "ink": ink,
}
