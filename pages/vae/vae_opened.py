"""The VAE's numbers, opened: each from one `Passage` of a picture through the model.

Letters: x the picture, y the decoder's picture, a its logits (y = 1/(1 + exp(-a))), mu and sigma
of q(z | x), epsilon the draw, z = mu + sigma * epsilon.
"""

from collections.abc import Callable, Sequence

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.vae.passage import Passage

TOP = 6
"""Terms of a long sum that are shown; the rest are counted."""


def prior(z: Sequence[float]) -> Opened:
    """log p(z) = -(z_1^2 + z_2^2)/2 - log 2 pi under the prior N(0, I), d = 2, in nats."""
    z1, z2 = (float(value) for value in z)
    return Opened(
        title="How likely is this z before any picture is seen?",
        formula=r"\log p(z)=-\tfrac12\left(z_1^2+z_2^2\right)-\log 2\pi",
        substitution=_lines(
            rf"-\tfrac12\left({_squared(z1)}+{_squared(z2)}\right)", rf"-\;{number(_LOG_2PI, 4)}"
        ),
        expression=f"-0.5*({literal(z1)}**2+{literal(z2)}**2)-log(2*pi)",
        value=-0.5 * (z1 * z1 + z2 * z2) - _LOG_2PI,
        unit="nats",
        note="The decoder has learnt only where the encoder puts digits. Far out, where "
        "log p(z) is small, no training picture ever asked for anything.",
    )


def mu(passage: Passage, j: int, weights: np.ndarray, bias: np.ndarray) -> Opened:
    """mu_j = b_j + sum_k W_jk h_k over the 400 units h of the encoder's hidden layer."""
    w, h, b = weights[j], passage.hidden, float(bias[j])
    terms = w * h
    order = np.argsort(-np.abs(terms), kind="stable")
    active = [int(k) for k in order if terms[k] != 0.0]
    rows = [
        Row(
            label=f"unit {k + 1}",
            substitution=rf"{number(w[k])}\times{number(h[k])}",
            expression=f"{literal(float(w[k]))}*{literal(float(h[k]))}",
            value=float(terms[k]),
        )
        for k in active[:TOP]
    ]
    every = [f"{literal(float(w[k]))}*{literal(float(h[k]))}" for k in active]
    return Opened(
        title=f"μ{_sub(j)}: where the encoder puts this picture",
        formula=rf"\mu_{j + 1}=b_{j + 1}+\sum_{{k=1}}^{{400}}W_{{{j + 1}k}}\,h_k",
        substitution=_sum_lines(
            [number(b), *(_signed(row.substitution, row.value) for row in rows[:3])],
            len(active) - 3,
        ),
        expression=f"sum({', '.join([literal(b), *every])})",
        value=float(passage.mu[j]),
        rows=rows,
        note=f"{len(active)} of the 400 hidden units are active (ReLU); the largest are listed. "
        "The network computes in 32-bit numbers: the last digits may differ.",
    )


def sigma(passage: Passage, j: int) -> Opened:
    """sigma_j = exp(log sigma_j^2 / 2): the encoder's second head gives log sigma^2."""
    log_var = float(passage.log_var[j])
    return Opened(
        title=f"σ{_sub(j)}: how unsure the encoder is",
        formula=rf"\sigma_{j + 1}=\exp\left(\tfrac12\log\sigma_{j + 1}^2\right)",
        substitution=rf"\exp\left(\tfrac12\times{_bracket(log_var)}\right)",
        expression=f"exp({literal(log_var)}/2)",
        value=float(passage.sigma[j]),
        note="The ellipse on the pad is drawn to the axes' scale: one and two σ.",
    )


def z(passage: Passage, j: int) -> Opened:
    """The reparameterised draw z_j = mu_j + sigma_j * epsilon_j."""
    m, s, e = float(passage.mu[j]), float(passage.sigma[j]), float(passage.epsilon[j])
    return Opened(
        title=f"z{_sub(j)}: the reparameterised draw",
        formula=rf"z_{j + 1}=\mu_{j + 1}+\sigma_{j + 1}\,\varepsilon_{j + 1}",
        substitution=rf"{number(m)}+{number(s)}\times{_bracket(e)}",
        expression=f"{literal(m)}+{literal(s)}*{literal(e)}",
        value=m + s * e,
        note="The chance is all in ε ~ N(0, 1), so the gradient of the loss reaches μ and σ.",
    )


def kl_dimension(passage: Passage, j: int) -> Opened:
    """KL_j = (mu_j^2 + sigma_j^2 - 1 - log sigma_j^2)/2, in nats. Kingma and Welling, app. B."""
    m, v = float(passage.mu[j]), float(passage.log_var[j])
    return Opened(
        title=f"KL of dimension {j + 1}",
        formula=rf"\mathrm{{KL}}_{j + 1}=\tfrac12\left(\mu_{j + 1}^2+\sigma_{j + 1}^2-1"
        rf"-\log\sigma_{j + 1}^2\right)",
        substitution=_lines(
            rf"\tfrac12\bigl({_squared(m)}+{_squared(float(passage.sigma[j]))}",
            rf"\;-1-{_bracket(v)}\bigr)",
        ),
        expression=_kl_expression(m, v),
        value=float(passage.kl[j]),
        unit="nats",
        rows=[
            Row("½ μ²: far from the middle", "", f"{literal(m)}**2/2", m * m / 2),
            Row(
                "½ (σ² − 1 − log σ²): too sure",
                "",
                f"(exp({literal(v)})-1-{literal(v)})/2",
                (np.exp(v) - 1 - v) / 2,
            ),
        ],
    )


def kl(passage: Passage) -> Opened:
    """KL(q(z | x) || p(z)) = sum_j KL_j, in nats."""
    total = float(passage.kl.sum())
    rows = [
        Row(
            label=f"dimension {j + 1}",
            substitution=number(float(passage.kl[j])),
            expression=_kl_expression(float(passage.mu[j]), float(passage.log_var[j])),
            value=float(passage.kl[j]),
            share=float(passage.kl[j]) / total if total else None,
        )
        for j in range(len(passage.kl))
    ]
    return Opened(
        title="KL: the price of saying where z is",
        formula=r"\mathrm{KL}=\sum_j\tfrac12\left(\mu_j^2+\sigma_j^2-1-\log\sigma_j^2\right)",
        substitution="+".join(row.substitution for row in rows),
        expression=f"sum({', '.join(row.expression for row in rows)})",
        value=total,
        unit="nats",
        rows=rows,
        note="The nats by which q(z|x) is narrower and farther out than the prior N(0, I). It "
        "does not depend on ε.",
    )


def pixel(passage: Passage, i: int) -> Opened:
    """The reconstruction loss of pixel i: -[x log y + (1 - x) log(1 - y)], in nats."""
    x, y, a = float(passage.x[i]), float(passage.y[i]), float(passage.logits[i])
    return Opened(
        title=f"Pixel in row {i // 28 + 1}, column {i % 28 + 1}",
        formula=r"-\left[x\log y+(1-x)\log(1-y)\right]",
        substitution=_lines(
            rf"-\bigl[{number(x)}\log {number(y)}",
            rf"\;+{number(1 - x)}\log {number(1 - y)}\bigr]",
        ),
        expression=_pixel_expression(x, a),
        value=float(passage.bce[i]),
        unit="nats",
        note=f"y = 1/(1 + exp(−a)) with the decoder's a = {a:.6g}.".replace("= -", "= −"),
    )


def reconstruction(passage: Passage) -> Opened:
    """-log p(x | z) = -sum_i [x_i log y_i + (1 - x_i) log(1 - y_i)] over 784 pixels, in nats."""
    total = float(passage.reconstruction)
    order = np.argsort(-passage.bce, kind="stable")
    rows = [
        Row(
            label=f"row {i // 28 + 1}, column {i % 28 + 1}: x {passage.x[i]:.2f}, "
            f"y {passage.y[i]:.2f}",
            substitution=number(float(passage.bce[i])),
            expression=_pixel_expression(float(passage.x[i]), float(passage.logits[i])),
            value=float(passage.bce[i]),
            share=float(passage.bce[i]) / total if total else None,
        )
        for i in (int(k) for k in order[:TOP])
    ]
    every = (
        _pixel_expression(x, a)
        for x, a in zip(passage.x.tolist(), passage.logits.tolist(), strict=True)
    )
    return Opened(
        title="Reconstruction loss: −log p(x|z)",
        formula=r"-\sum_{i=1}^{784}\left[x_i\log y_i+(1-x_i)\log(1-y_i)\right]",
        substitution=_sum_lines(
            [rows[0].substitution, *(f"+{row.substitution}" for row in rows[1:3])],
            len(passage.bce) - 3,
        ),
        expression=f"sum({', '.join(every)})",
        value=total,
        unit="nats",
        rows=rows,
        note="The pixels that cost most come first. With grey x this is the mean loss over "
        "pictures whose pixels are drawn black or white with probability x: it can't reach 0.",
    )


def elbo(passage: Passage) -> Opened:
    """-ELBO = -log p(x | z) + KL for this one draw of z, in nats."""
    loss, price = reconstruction(passage), kl(passage)
    total = float(passage.total)
    return Opened(
        title="−ELBO: what training minimises",
        formula=r"-\mathrm{ELBO}=-\log p(x\mid z)+\mathrm{KL}",
        substitution=rf"{number(loss.value, 4)}+{number(price.value, 4)}",
        expression=f"{loss.expression}+{price.expression}",
        value=total,
        unit="nats",
        rows=[
            Row("reconstruction", "", loss.expression, loss.value, loss.value / total),
            Row("KL", "", price.expression, price.value, price.value / total),
        ],
        note="With z drawn from q(z|x), its mean over ε is an upper bound on −log p(x). Here it "
        "is for the one ε that you hold.",
    )


NAMES: dict[str, Callable[[Passage], Opened]] = {
    "sigma1": lambda p: sigma(p, 0),
    "sigma2": lambda p: sigma(p, 1),
    "z1": lambda p: z(p, 0),
    "z2": lambda p: z(p, 1),
    "kl1": lambda p: kl_dimension(p, 0),
    "kl2": lambda p: kl_dimension(p, 1),
    "kl": kl,
    "reconstruction": reconstruction,
    "elbo": elbo,
}
"""What the pad's numbers are called and how each opens; `mu1` and `mu2` need the weights too."""


def opened(name: str, passage: Passage, head: tuple[np.ndarray, np.ndarray]) -> Opened:
    """The number called `name` on the pad, opened; `head` is mu's weights and bias.

    "pixel:<i>" opens pixel i. Raises ValueError for a name that the pad doesn't have.
    """
    if name in ("mu1", "mu2"):
        return mu(passage, int(name[2]) - 1, *head)
    kind, _, index = name.partition(":")
    if kind == "pixel" and index.isdigit() and int(index) < len(passage.x):
        return pixel(passage, int(index))
    if name not in NAMES:
        raise ValueError(
            f"number must be one of mu1, mu2, {', '.join(NAMES)} or pixel:0 to pixel:783; "
            f"got {name!r}"
        )
    return NAMES[name](passage)


_LOG_2PI = float(np.log(2 * np.pi))


def _kl_expression(m: float, v: float) -> str:
    return f"({literal(m)}**2+exp({literal(v)})-1-{literal(v)})/2"


def _pixel_expression(x: float, a: float) -> str:
    """From the logit a, of which y and 1 - y keep no digits where y is near 0 or 1.

    -log y = log(1 + exp(-a)) = max(-a, 0) + log(1 + exp(-|a|)), which can't overflow.
    """
    tail = f"log(1+exp(-{literal(abs(a))}))"
    return (
        f"({literal(x)}*(max({literal(-a)},0)+{tail})"
        f"+{literal(1 - x)}*(max({literal(a)},0)+{tail}))"
    )


def _lines(*lines: str) -> str:
    return r"\begin{aligned}&" + r"\\&".join(lines) + r"\end{aligned}"


def _sum_lines(terms: Sequence[str], more: int) -> str:
    tail = [rf"+\;\dots\;\text{{{more} more terms}}"] if more > 0 else []
    return _lines(*terms, *tail)


def _squared(value: float) -> str:
    return f"{_bracket(value)}^2" if value < 0 else f"{number(value)}^2"


def _bracket(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _signed(text: str, value: float) -> str:
    del value  # the product's factors carry their own signs
    return f"+({text})" if text.startswith("-") else f"+{text}"


def _sub(j: int) -> str:
    return "₁₂₃₄"[j]
