"""The numbers beside a GAN, opened: sharpness, D's verdict, entropy, Fréchet, the bound."""

import math

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.vae import frechet
from pages.vae.gan.case import DRAWN, DRAWS, TITLES, Answers, Distance, Pair

WHO = ("the VAE's picture", "the GAN's picture")
TOP = 6


def sharpness(one: Pair, k: int) -> Opened:
    """Var(L) = mean of L^2 less the squared mean; the largest L as sums of five pixels."""
    x = one.x[k]
    L = frechet.laplacian(x[None])[0]
    n, first, second = L.size, float(L.sum()), float((L**2).sum())
    order = np.argsort(-np.abs(L), axis=None, kind="stable")[:TOP]
    rows = []
    for at in order.tolist():
        i, j = divmod(at, 26)
        p = x.reshape(28, 28)
        around = [float(v) for v in (p[i, j + 1], p[i + 2, j + 1], p[i + 1, j], p[i + 1, j + 2])]
        middle = float(p[i + 1, j + 1])
        rows.append(
            Row(
                f"L at row {i + 2}, column {j + 2}",
                "+".join(f"{v:.2f}" for v in around) + rf"-4\cdot{middle:.2f}",
                "+".join(literal(v) for v in around) + f"-4*{literal(middle)}",
                float(L[i, j]),
            )
        )
    return Opened(
        title=f"Sharpness of {WHO[k]}",
        formula=r"\mathrm{Var}(L)=\tfrac1n\sum L_{ij}^2-\big(\tfrac1n\sum L_{ij}\big)^2",
        substitution=rf"\frac{{{number(second)}}}{{{n}}}-\Big(\frac{{{number(first)}}}{{{n}}}\Big)^2",
        expression=f"{literal(second)}/{n}-({literal(first)}/{n})**2",
        value=second / n - (first / n) ** 2,
        rows=rows,
        note="L is a pixel's four neighbours less four times itself: 0 on an even slope, large at "
        "an edge. The six largest of 676; real digits have 0.18 on the mean.",
    )


def judged(one: Pair, k: int) -> Opened:
    """D(x) = 1 / (1 + e^-a), a the bias and 32 channels' sums."""
    from genmodels.vae import gan

    added, bias = gan.shared_discriminator().terms(one.x[k][None])
    a = math.fsum([bias, *added[0].tolist()])
    order = np.argsort(-np.abs(added[0]), kind="stable").tolist()
    terms = ", ".join(literal(float(added[0, c])) for c in order)
    return Opened(
        title=f"D of {WHO[k]}",
        formula=r"D(x)=\frac1{1+e^{-a}},\quad a=b+\sum_{c=1}^{32}\sum_{p=1}^{49}w_{cp}h_{cp}",
        substitution=rf"\frac1{{1+e^{{-({number(a)})}}}}",
        expression=f"1/(1+exp(-sum({literal(bias)}, {terms})))",
        value=1.0 / (1.0 + math.exp(-a)),
        rows=[
            Row("bias", number(bias), literal(bias), bias),
            *(
                Row(f"channel {c + 1}, 49 places", "", literal(v), v)
                for c in order[:TOP]
                for v in [float(added[0, c])]
            ),
        ],
        note="The six largest of 32 channels. D was trained to tell this GAN's pictures from real "
        "digits, and was taken as it stood at the end: it never saw a VAE's.",
    )


def entropy(name: str, counts: list[int]) -> Opened:
    """-sum_k p_k log p_k of the digits found."""
    total = sum(counts)
    terms = [(k, n / total) for k, n in enumerate(counts) if n]
    value = -math.fsum(p * math.log(p) for _, p in terms)
    inside = ", ".join(f"{n}/{total}*log({n}/{total})" for n in counts if n)
    return Opened(
        title=f"Entropy of the digits: {TITLES[name]}",
        formula=r"H=-\sum_{k=0}^{9}p_k\log p_k\le\log 10=2.303",
        substitution="-("
        + "".join(rf"{'+' if i else ''}{p:.3f}\log{p:.3f}" for i, (_, p) in enumerate(terms[:2]))
        + r"+\dots)",
        expression=f"-sum({inside})",
        value=value,
        unit="nats",
        rows=[
            Row(
                f"digit {k}",
                rf"-{p:.4f}\log{p:.4f}",
                f"-({counts[k]}/{total})*log({counts[k]}/{total})",
                -p * math.log(p),
                p,
            )
            for k, p in terms
        ],
        note=f"Of {total:,} pictures, read by a classifier that is right on 99.2 % of test digits.",
    )


def distance(one: Distance) -> Opened:
    """|m1 - m2|^2 + tr S1 + tr S2 - 2 tr((S1 S2)^1/2)."""
    parts = (one.means, one.trace_made, one.trace_real, one.trace_root)
    a, b, c, d = (literal(v) for v in parts)
    return Opened(
        title=f"Fréchet distance: {TITLES[one.name]}",
        formula=r"|m_1-m_2|^2+\mathrm{tr}S_1+\mathrm{tr}S_2-2\,\mathrm{tr}(S_1S_2)^{1/2}",
        substitution="+".join(number(v) for v in parts[:3]) + rf"-2\times{number(parts[3])}",
        expression=f"{a}+{b}+{c}-2*{d}",
        value=one.total,
        rows=[
            Row("means apart, squared", number(one.means), a, one.means),
            Row("spread of the samples", number(one.trace_made), b, one.trace_made),
            Row("spread of the digits", number(one.trace_real), c, one.trace_real),
            Row("spread in common", number(one.trace_root), d, one.trace_root),
        ],
        note=f"Measured now: {DRAWN:,} samples against {DRAWN:,} test digits, in a classifier's 64 "
        "features. Fewer samples give a larger distance: compare only what has as many.",
    )


def bound(one: Answers) -> Opened:
    """-(BCE + KL) of the digit, BCE the mean of many draws."""
    return Opened(
        title="The VAE's bound on log p(x)",
        formula=r"\log p(x)\ \ge\ \mathbb E_q\log p(x\mid z)-\mathrm{KL}(q\,\|\,p)",
        substitution=f"-{number(one.bce, 5)}-{number(one.kl)}",
        expression=f"-{literal(one.bce)}-{literal(one.kl)}",
        value=one.elbo,
        unit="nats",
        rows=[
            Row("−log p(x | z), mean", number(one.bce, 5), literal(one.bce), one.bce),
            Row("KL of q(z | x) to the prior", number(one.kl), literal(one.kl), one.kl),
        ],
        note=f"The mean of {DRAWS:,} draws from q(z | x), ± {one.error:.2f}. A GAN gives no such "
        "number: G draws pictures, and nothing says how likely a given one was.",
    )
