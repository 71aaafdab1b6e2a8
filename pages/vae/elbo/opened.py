"""The ELBO page's numbers, opened: means over draws, KL of any q, log p(x) by importance."""

import math

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.vae.bound import Cloud, Q, Window

TOP = 6


def reconstruction(cloud: Cloud) -> Opened:
    """The mean of -log p(x | z) over the draws of z, in nats."""
    n = len(cloud.bce)
    terms = [literal(float(value)) for value in cloud.bce]
    order = np.argsort(-cloud.bce, kind="stable")[:TOP]
    spread = f"Their standard deviation is {cloud.bce.std():.4g} nats." if n > 1 else ""
    return Opened(
        title="Reconstruction: the mean loss over the draws",
        formula=r"\mathbb E_q[-\log p(x\mid z)]\approx\frac1n\sum_{l=1}^{n}-\log p(x\mid z_l)",
        substitution=rf"\frac1{{{n}}}\left({_sum([float(v) for v in cloud.bce])}\right)",
        expression=f"sum({', '.join(terms)})/{n}",
        value=cloud.reconstruction,
        unit="nats",
        rows=[
            Row(
                f"draw {int(i) + 1}: z = ({cloud.z[i, 0]:.3f}, {cloud.z[i, 1]:.3f})",
                "",
                terms[int(i)],
                float(cloud.bce[i]),
            )
            for i in order
        ],
        note=f"The dearest draws come first. {spread}",
    )


def kl_dimension(q: Q, j: int) -> Opened:
    """(mu_j^2 + sigma_j^2 - 1 - log sigma_j^2) / 2, in nats."""
    m, s = q.mu[j], q.sigma[j]
    return Opened(
        title=f"KL of dimension {j + 1}",
        formula=rf"\tfrac12\left(\mu_{j + 1}^2+\sigma_{j + 1}^2-1-\log\sigma_{j + 1}^2\right)",
        substitution=_lines(
            rf"\tfrac12\bigl(({number(m)})^2+{number(s)}^2",
            rf"\;-1-({number(2 * math.log(s))})\bigr)",
        ),
        expression=_kl(m, s),
        value=float(q.kl[j]),
        unit="nats",
    )


def kl(q: Q) -> Opened:
    """The sum over both dimensions."""
    rows = [
        Row(f"dimension {j + 1}", number(float(q.kl[j])), _kl(q.mu[j], q.sigma[j]), float(q.kl[j]))
        for j in range(2)
    ]
    return Opened(
        title="KL: what q costs against the prior",
        formula=r"\mathrm{KL}(q\,\|\,\mathcal N(0,I))=\sum_j\mathrm{KL}_j",
        substitution="+".join(row.substitution for row in rows),
        expression="+".join(row.expression for row in rows),
        value=float(q.kl.sum()),
        unit="nats",
        rows=rows,
        note="In closed form: it doesn't depend on the draws.",
    )


def elbo(cloud: Cloud, q: Q) -> Opened:
    """-ELBO: reconstruction + KL."""
    first, second = reconstruction(cloud), kl(q)
    return Opened(
        title="−ELBO: both bars together",
        formula=r"-\mathrm{ELBO}=\mathbb E_q[-\log p(x\mid z)]+\mathrm{KL}",
        substitution=rf"{number(first.value, 5)}+{number(second.value, 4)}",
        expression=f"{first.expression}+{second.expression}",
        value=first.value + second.value,
        unit="nats",
        note="An upper bound on −log p(x), up to the chance in the draws.",
    )


def estimate(log_w: np.ndarray, effective: float) -> Opened:
    """log mean w of the draws, in nats: the largest taken out, so that exp can't underflow."""
    n, most = len(log_w), float(log_w.max())
    share = np.exp(log_w - most)
    order = np.argsort(-log_w, kind="stable")[:TOP]
    whole = float(share.sum())
    terms = ", ".join(f"exp({literal(float(v) - most)})" for v in log_w)
    return Opened(
        title=f"log p(x) from {n:,} draws of run 1",
        formula=r"\log\frac1n\sum_{l=1}^{n}\underbrace{\frac{p(x\mid z_l)\,p(z_l)}{q(z_l)}}_{w_l}",
        substitution=_lines(
            rf"\log\bigl(e^{{{number(most, 5)}}}\times{number(whole, 4)}\bigr)",
            rf"\;-\log {n}",
        ),
        expression=f"{literal(most)}+log(sum({terms}))-log({n})",
        value=most + math.log(whole) - math.log(n),
        unit="nats",
        rows=[
            Row(
                f"draw {int(i) + 1}: log w = {float(log_w[i]):.2f}",
                "",
                f"exp({literal(float(log_w[i]) - most)})/{literal(whole)}",
                float(share[i]) / whole,
                float(share[i]) / whole,
            )
            for i in order
        ],
        note=f"The heaviest draws come first, with their part of the sum. As good as "
        f"{effective:.1f} equally heavy ones of the {n:,}. On average "
        "the estimate falls short of log p(x).",
    )


def gap(log_p: float, bound: float) -> Opened:
    """log p(x) - ELBO = KL(q || p(z | x)), in nats."""
    return Opened(
        title="The gap: what q misses",
        formula=r"\log p(x)-\mathrm{ELBO}=\mathrm{KL}\bigl(q\,\|\,p(z\mid x)\bigr)",
        substitution=rf"{number(log_p, 5)}-({number(bound, 5)})",
        expression=f"{literal(log_p)}-{literal(bound)}",
        value=log_p - bound,
        unit="nats",
        note="log p(x) from all draws of all runs, ELBO from 2,000 draws of its own. It is 0 only "
        "where q is the true posterior, which is no ellipse along the axes.",
    )


def window(found: Window) -> Opened:
    """log p(x) as a sum over the map's cells."""
    side = len(found.density)
    step = 2 * found.half / side
    whole = float(found.density.sum())
    most = found.log_evidence - math.log(whole) - 2 * math.log(step)
    return Opened(
        title="log p(x) by adding up the map",
        formula=r"\log\sum_{\text{cells}}p(x\mid z)\,p(z)\,h^2",
        substitution=_lines(
            rf"{number(most, 5)}+\log {number(whole, 4)}", rf"\;+2\log {number(step, 4)}"
        ),
        expression=f"{literal(most)}+log({literal(whole)})+2*log({literal(step)})",
        value=found.log_evidence,
        unit="nats",
        note=f"{side} × {side} cells; {number(most, 5)} is the best cell's log p(x, z). What lies "
        "outside the map is left out.".replace("-", "−"),
    )


def _kl(m: float, s: float) -> str:
    return f"({literal(m)}**2+{literal(s)}**2-1-2*log({literal(s)}))/2"


def _sum(values: list[float]) -> str:
    shown = "+".join(number(value, 4) for value in values[:3])
    return shown + (r"+\dots" if len(values) > 3 else "")


def _lines(*lines: str) -> str:
    return r"\begin{aligned}&" + r"\\&".join(lines) + r"\end{aligned}"
