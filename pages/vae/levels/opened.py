"""Two levels of latents, opened: each level's KL, the densities of a draw, -ELBO, what is kept."""

import math
from collections.abc import Sequence

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number, plain

TOP = 8


def upper_kl(mu: np.ndarray, log_var: np.ndarray) -> Opened:
    """KL(q(z2 | x) || N(0, I)) = sum_j (mu_j^2 + sigma_j^2 - 1 - log sigma_j^2) / 2."""
    every = [
        f"({literal(float(m))}**2+exp({literal(float(v))})-1-{literal(float(v))})/2"
        for m, v in zip(mu, log_var, strict=True)
    ]
    terms = 0.5 * (mu**2 + np.exp(log_var) - 1.0 - log_var)
    lines = [
        rf"({_bracket(float(m))}^2+{number(math.exp(v))}-1-{_bracket(float(v))})/2"
        for m, v in zip(mu, log_var, strict=True)
    ]
    return Opened(
        title="KL of the upper level",
        formula=r"\sum_{j=1}^{2}\tfrac12(\mu_j^2+\sigma_j^2-1-\log\sigma_j^2)",
        substitution=_lines(lines),
        expression=f"sum({', '.join(every)})",
        value=float(terms.sum()),
        unit="nats",
        rows=[
            Row(f"upper latent {j + 1}", lines[j], every[j], float(terms[j]))
            for j in range(len(terms))
        ],
        note="To the prior N(0, I).",
    )


def lower_kl(
    mu: np.ndarray, log_var: np.ndarray, prior_mu: np.ndarray, prior_log_var: np.ndarray
) -> Opened:
    """KL(q(z1 | x) || p(z1 | z2)), a sum over the lower latents."""
    every, lines, terms = [], [], []
    for row in zip(mu, log_var, prior_mu, prior_log_var, strict=True):
        m, v, pm, pv = (float(value) for value in row)
        every.append(
            f"((({literal(m)}-{literal(pm)})**2+exp({literal(v)}))/exp({literal(pv)})"
            f"-1+{literal(pv)}-{literal(v)})/2"
        )
        lines.append(
            rf"\tfrac12\Bigl(\tfrac{{({number(m)}-{_bracket(pm)})^2+{number(math.exp(v))}}}"
            rf"{{{number(math.exp(pv))}}}-1+{_bracket(pv - v)}\Bigr)"
        )
        terms.append(0.5 * (((m - pm) ** 2 + math.exp(v)) / math.exp(pv) - 1 + pv - v))
    order = sorted(range(len(terms)), key=lambda j: -terms[j])
    return Opened(
        title="KL of the lower level",
        formula=r"\begin{aligned}&\sum_{j=1}^{14}\tfrac12\Bigl(\tfrac{(\mu_j-m_j)^2+\sigma_j^2}"
        r"{s_j^2}-1+\log\tfrac{s_j^2}{\sigma_j^2}\Bigr),\\&(m,s)\text{ of }p(z_1\mid z_2)"
        r"\end{aligned}",
        substitution=_lines([lines[j] for j in order[:2]], len(terms) - 2),
        expression=f"sum({', '.join(every)})",
        value=math.fsum(terms),
        unit="nats",
        rows=[Row(f"lower latent {j + 1}", lines[j], every[j], terms[j]) for j in order[:TOP]],
        note="To the prior that the upper level sets, at z₂ = μ₂; the ELBO averages over draws "
        "of z₂.",
    )


def upper_density(z2: np.ndarray) -> Opened:
    """log N(z2; 0, I)."""
    terms = [-0.5 * float(v) ** 2 for v in z2]
    every = [f"-0.5*{literal(float(v))}**2" for v in z2]
    return Opened(
        title="How likely is this upper level?",
        formula=r"\log p(z_2)=-\tfrac12\sum_{j=1}^{2}z_{2j}^2-\log2\pi",
        substitution=_lines([rf"-\tfrac12\,{_bracket(float(v))}^2" for v in z2])
        + rf"-{math.log(2 * math.pi):.3f}",
        expression=f"sum({', '.join(every)})-log(2*pi)",
        value=math.fsum(terms) - math.log(2 * math.pi),
        unit="nats",
        note="At 0 the most: −log 2π = −1.838.",
    )


def lower_density(z1: np.ndarray, mu: np.ndarray, log_var: np.ndarray) -> Opened:
    """log N(z1; m(z2), s^2(z2))."""
    every, lines, terms = [], [], []
    for row in zip(z1, mu, log_var, strict=True):
        z, m, v = (float(value) for value in row)
        every.append(
            f"-0.5*(({literal(z)}-{literal(m)})**2/exp({literal(v)})+{literal(v)}+log(2*pi))"
        )
        lines.append(
            rf"-\tfrac12\Bigl(\tfrac{{({number(z)}-{_bracket(m)})^2}}{{{number(math.exp(v))}}}"
            rf"+{_bracket(v)}+\log2\pi\Bigr)"
        )
        terms.append(-0.5 * ((z - m) ** 2 / math.exp(v) + v + math.log(2 * math.pi)))
    order = sorted(range(len(terms)), key=lambda j: terms[j])
    return Opened(
        title="How likely is this lower level, given the upper?",
        formula=r"\log p(z_1\mid z_2)=-\tfrac12\sum_{j=1}^{14}\tfrac{(z_{1j}-m_j)^2}{s_j^2}"
        r"+\log2\pi s_j^2",
        substitution=_lines([lines[j] for j in order[:2]], len(terms) - 2),
        expression=f"sum({', '.join(every)})",
        value=math.fsum(terms),
        unit="nats",
        rows=[Row(f"lower latent {j + 1}", lines[j], every[j], terms[j]) for j in order[:TOP]],
        note="m and s are what the upper level says of the lower: they move as z₂ does.",
    )


def one_pass(bce: float, lower: float, upper: float) -> Opened:
    """BCE + KL1 + KL2 of one digit, at the means."""
    return _total(
        "−ELBO of this digit, one pass at the means",
        (("BCE", bce), ("KL, lower", lower), ("KL, upper", upper)),
        "The ELBO itself averages the first two over draws of z₁ and z₂.",
    )


def test_set(name: str, pictures: int, bce: float, lower: float, upper: float) -> Opened:
    """A model's -ELBO over the test set."""
    parts = (("BCE", bce), ("KL, lower" if upper else "KL", lower), ("KL, upper", upper))
    return _total(
        f"−ELBO of {name}, {pictures:,} test pictures",
        parts if upper else parts[:2],
        "Means a picture, 5 draws each.",
    )


def _total(title: str, parts: Sequence[tuple[str, float]], note: str) -> Opened:
    total = math.fsum(value for _, value in parts)
    return Opened(
        title=title,
        formula=r"-\mathrm{ELBO}=\mathrm{BCE}+\mathrm{KL}_1+\mathrm{KL}_2"
        if len(parts) == 3
        else r"-\mathrm{ELBO}=\mathrm{BCE}+\mathrm{KL}",
        substitution="+".join(number(value, 5) for _, value in parts),
        expression=f"sum({', '.join(literal(value) for _, value in parts)})",
        value=total,
        unit="nats",
        rows=[
            Row(name, number(value), literal(value), value, share=value / total)
            for name, value in parts
        ],
        note=note,
    )


def level_use(title: str, kl: np.ndarray, below: float) -> Opened:
    """The KL of a level as the sum of its latents' means over 2,000 digits."""
    order = np.argsort(-kl, kind="stable").tolist()
    least = [float(v) for v in kl if v < below]
    note = (
        f"{len(least)} of {len(kl)} say nothing: less than {below:g} nats each."
        if least
        else f"Every one of {len(kl)} is in use: the least says {plain(float(kl.min()))} nats."
    )
    return Opened(
        title=title,
        formula=rf"\sum_{{j=1}}^{{{len(kl)}}}\overline{{\mathrm{{KL}}_j}}",
        substitution="+".join(number(float(kl[j])) for j in order[:3])
        + (r"+\dots" if len(kl) > 3 else ""),
        expression=f"sum({', '.join(literal(float(v)) for v in kl)})",
        value=math.fsum(kl.tolist()),
        unit="nats",
        rows=[
            Row(f"latent {j + 1}", number(float(kl[j])), literal(float(kl[j])), float(kl[j]))
            for j in order[:TOP]
        ],
        note=f"Means over 2,000 test digits. {note}",
    )


def kept(name: str, n: int, of: int, accuracy: float) -> Opened:
    """n / of: the share of digits that a classifier still takes for what they were."""
    return Opened(
        title=f"Still the same digit: {name}",
        formula=r"\frac{\text{digits classified as before}}{\text{digits}}",
        substitution=rf"\frac{{{n}}}{{{of}}}",
        expression=f"{n}/{of}",
        value=n / of,
        note=f"A classifier with {100 * accuracy:.1f} % test accuracy judges. By chance: about "
        "one in ten.",
    )


def _lines(lines: Sequence[str], more: int = 0) -> str:
    tail = [rf"+\;\dots\;\text{{{more} more}}"] if more > 0 else []
    signed = [
        line if n == 0 or line.startswith("-") else "+" + line for n, line in enumerate(lines)
    ]
    return r"\begin{aligned}&" + r"\\&".join([*signed, *tail]) + r"\end{aligned}"


def _bracket(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)
