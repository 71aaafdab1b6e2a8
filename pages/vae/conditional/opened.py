"""What the label saves, what a code costs, which label suits a picture best: opened."""

import math

from genmodels.kit.opened import Opened, Row, literal, number
from pages.vae.conditional.case import Read, Saving, Under

LOG_10 = math.log(10)


def saved(test: Saving) -> Opened:
    """-ELBO without the label less -ELBO with it, over the 10,000 test pictures, in nats."""
    gain = test.saved
    return Opened(
        title="What the label saves",
        formula=r"\underbrace{L(x)}_{\text{not told}}-\underbrace{L(x\mid y)}_{\text{told }y},"
        r"\quad L=-\mathrm{ELBO}",
        substitution=f"{number(test.plain, 5)}-{number(test.told, 5)}",
        expression=f"{literal(test.plain)}-{literal(test.told)}",
        value=gain,
        unit="nats a picture",
        rows=[
            _row("not told: BCE", test.plain_bce),
            _row("not told: KL", test.plain_kl),
            _row("told: BCE", test.told_bce),
            _row("told: KL", test.told_kl),
        ],
        note="Means over 10,000 test pictures, two latents each; the model that isn't "
        f"told trained {test.plain_epochs} epochs, the other {test.told_epochs}. "
        f"A label itself takes at most log 10 = {LOG_10:.2f} nats to tell, so naming the digit "
        f"and then drawing it {'is' if gain > LOG_10 else 'is not'} cheaper: "
        "two latents needn't say which digit.",
    )


def kl(one: Read) -> Opened:
    """KL(q(z | x, y) || p(z)) = sum_j (mu_j^2 + sigma_j^2 - 1 - log sigma_j^2) / 2, in nats."""
    rows = []
    for j, (mu, log_var, value) in enumerate(
        zip(one.mu.tolist(), one.log_var.tolist(), one.kl.tolist(), strict=True)
    ):
        rows.append(
            Row(
                f"z{j + 1}: μ {mu:+.3f}, σ {math.exp(log_var / 2):.3f}",
                rf"\tfrac12\left(({number(mu)})^2+{number(math.exp(log_var))}-1"
                rf"-({number(log_var)})\right)",
                f"0.5*({literal(mu)}**2+exp({literal(log_var)})-1-{literal(log_var)})",
                value,
            )
        )
    return Opened(
        title=f"What its style costs, told it is a {one.y}",
        formula=r"\mathrm{KL}=\sum_j\tfrac12\left(\mu_j^2+\sigma_j^2-1-\log\sigma_j^2\right)",
        substitution=r"\begin{aligned}&"
        + r"\\&+".join(row.substitution for row in rows)
        + r"\end{aligned}",
        expression="+".join(row.expression for row in rows),
        value=float(one.kl.sum()),
        unit="nats",
        rows=rows,
        note="Only the style: which digit it is was told, and costs nothing here.",
    )


def guess(cost: Under, y: int) -> Opened:
    """p(y | x) = exp(-L_y) / sum_k exp(-L_k), L_y the picture's -ELBO when called y."""
    totals = [float(v) for v in cost.total]
    least = min(totals)
    terms = [f"exp({literal(least)}-({literal(bce)}+{literal(kl)}))"
             for bce, kl in zip(cost.bce.tolist(), cost.kl.tolist(), strict=True)]  # fmt: skip
    share = cost.share.tolist()
    return Opened(
        title=f"Is it a {y}? −ELBO under each label",
        formula=r"p(y\mid x)\approx\frac{e^{-L_y}}{\sum_k e^{-L_k}}",
        substitution=rf"L_{y}={number(totals[y], 5)},\quad \min_k L_k={number(least, 5)}",
        expression=f"{terms[y]}/({'+'.join(terms)})",
        value=float(share[y]),
        rows=[
            Row(
                f"as a {k}",
                rf"{number(float(cost.bce[k]), 5)}+{number(float(cost.kl[k]))}",
                f"{literal(float(cost.bce[k]))}+{literal(float(cost.kl[k]))}",
                totals[k],
                share=float(share[k]),
                chosen=k == y,
            )
            for k in range(len(totals))
        ],
        note="Every digit as frequent as the others, and each bound taken for log p(x | y).",
    )


def _row(label: str, value: float) -> Row:
    return Row(label, number(value, 5), literal(value), value)
