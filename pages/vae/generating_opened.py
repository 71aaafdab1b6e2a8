"""A drawn latent vector's numbers, opened: how likely it was, how far its picture is from real."""

import math

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number

TOP = 6


def log_prior(z: np.ndarray) -> Opened:
    """log N(z; 0, I) = -sum_j z_j^2 / 2 - d/2 log 2 pi, in nats."""
    d = len(z)
    constant = 0.5 * d * math.log(2 * math.pi)
    terms = [float(-0.5 * v * v) for v in z]
    order = np.argsort(terms, kind="stable")
    rows = [
        Row(
            label=f"z{j + 1} = {float(z[j]):+.3f}",
            substitution=rf"-\tfrac12\,({number(float(z[j]))})^2",
            expression=f"-0.5*{literal(float(z[j]))}**2",
            value=terms[j],
        )
        for j in order[:TOP].tolist()
    ]
    every = [f"-0.5*{literal(float(v))}**2" for v in z]
    more = rf"\;{{}}+\text{{{d - 2} more}}" if d > 2 else ""
    return Opened(
        title="How likely was this z?",
        formula=r"\log p(z)=-\tfrac12\sum_{j=1}^{d}z_j^2-\tfrac d2\log 2\pi",
        substitution=r"\begin{aligned}&"
        + r"\\&".join(row.substitution for row in rows[:2])
        + rf"{more}\\&-{number(constant)}\end{{aligned}}",
        expression=f"sum({', '.join(every)})-{d}/2*log(2*pi)",
        value=sum(terms) - constant,
        unit="nats",
        rows=rows,
        note=f"The prior over {d} latents. The mean of such a draw is "
        f"{number(-0.5 * d - constant)} nats: a likely z is short.",
    )


def distance(picture: np.ndarray, real: np.ndarray) -> Opened:
    """The root of sum_i (y_i - x_i)^2 between a drawn and a real picture, both uint8 (784,)."""
    gaps = picture.astype(np.float64) / 255.0 - real.astype(np.float64) / 255.0
    terms = gaps**2
    order = np.argsort(-terms, kind="stable")
    every = [f"(({int(picture[i])}-{int(real[i])})/255)**2" for i in order]
    rows = [
        Row(
            label=f"pixel {i // 28 + 1}, {i % 28 + 1}",
            substitution=rf"(({int(picture[i])}-{int(real[i])})/255)^2",
            expression=every[n],
            value=float(terms[i]),
        )
        for n, i in enumerate(order[:TOP].tolist())
    ]
    return Opened(
        title="How far from the nearest real digit?",
        formula=r"\sqrt{\textstyle\sum_{i=1}^{784}(y_i-x_i)^2}",
        substitution=r"\sqrt{" + "+".join(f"{row.value:.3f}" for row in rows[:3]) + r"+\dots}",
        expression=f"sqrt(sum({', '.join(every)}))",
        value=math.sqrt(float(terms.sum())),
        rows=rows,
        note="Grey values from 0 to 1. At 0 the model would have copied a real picture.",
    )
