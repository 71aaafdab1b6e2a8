"""What six betas and ten latents cost and tell, opened."""

import numpy as np

from genmodels import vae
from genmodels.kit.opened import Opened, Row, literal, number
from pages.vae import vae_opened as passage_numbers
from pages.vae.beta import case as run

NAMES = (
    *(f"{whose}:{row}" for whose in ("digit", "test") for row in ("bce", "kl", "elbo", "loss")),
    "active",
)
"""The numbers of the scrubber that open."""


def opened(name: str, i: int, pixels: bytes) -> Opened:
    """The number `name` of NAMES at the i-th beta, for the chosen picture or the test set.

    Raises ValueError for another name.
    """
    if name not in NAMES:
        raise ValueError(f"name must be one of {', '.join(NAMES)}; got {name!r}")
    if name == "active":
        return active(i)
    whose, row = name.split(":")
    if run.BETAS[i] == 0 and row in ("kl", "elbo"):
        return no_rate(i, pixels if whose == "digit" else None)
    if whose == "digit":
        one = run.passed(pixels)[i]
        if row == "loss":
            kl = float(one.kl.sum()) if run.BETAS[i] else 0.0
            return weighed("this digit", i, float(one.reconstruction), kl)
        makers = {
            "bce": passage_numbers.reconstruction,
            "kl": passage_numbers.kl,
            "elbo": passage_numbers.elbo,
        }
        return makers[row](one)
    told = run.figures(i)
    if row in ("bce", "kl"):
        return mean(row, i)
    return (
        weighed("10,000 test digits", i, told["bce"], told["kl"] or 0.0)
        if row == "loss"
        else bound(i)
    )


def weighed(whose: str, i: int, bce: float, kl: float) -> Opened:
    """What training minimised at the i-th beta: BCE + beta KL."""
    beta = run.BETAS[i]
    return Opened(
        title=f"The loss of {whose} at β = {beta:g}",
        formula=r"-\mathbb E_q\log p(x\mid z)+\beta\,\mathrm{KL}(q\,\|\,p)",
        substitution=f"{number(bce, 5)}+{beta:g}\\times{number(kl)}",
        expression=f"{literal(bce)}+{literal(beta)}*{literal(kl)}",
        value=bce + beta * kl,
        unit="nats",
        rows=[
            Row("distortion", number(bce, 5), literal(bce), bce),
            Row("rate", number(kl), literal(kl), kl),
        ],
        note="One training a β, from one seed: neighbours may change places by the luck of a "
        "start.",
    )


def bound(i: int) -> Opened:
    """-ELBO of the test pictures at the i-th beta: BCE + KL, the KL at its full weight."""
    told = run.figures(i)
    return Opened(
        title=f"−ELBO of 10,000 test digits at β = {run.BETAS[i]:g}",
        formula=r"-\mathrm{ELBO}=-\mathbb E_q\log p(x\mid z)+\mathrm{KL}(q\,\|\,p)",
        substitution=f"{number(told['bce'], 5)}+{number(told['kl'])}",
        expression=f"{literal(told['bce'])}+{literal(told['kl'])}",
        value=told["elbo"],
        unit="nats",
        rows=[
            Row("distortion", number(told["bce"], 5), literal(told["bce"]), told["bce"]),
            Row("rate", number(told["kl"]), literal(told["kl"]), told["kl"]),
        ],
        note="Whatever β was in training, the bound on −log p(x) weighs the KL by 1.",
    )


def mean(row: str, i: int) -> Opened:
    """The distortion ("bce") or the rate ("kl") of the test pictures beside the other betas'."""
    values = [(k, run.figures(k)[row]) for k in range(len(run.BETAS))]
    value = float(run.figures(i)[row])
    formula = {
        "bce": r"D=-\tfrac1N\sum_n\mathbb E_{q(z\mid x_n)}\log p(x_n\mid z)",
        "kl": r"R=\tfrac1N\sum_n\mathrm{KL}\left(q(z\mid x_n)\,\|\,p(z)\right)",
    }
    name = {"bce": "Distortion", "kl": "Rate"}[row]
    return Opened(
        title=f"{name} at β = {run.BETAS[i]:g}",
        formula=formula[row],
        substitution=rf"N=10000:\quad {number(value, 5)}",
        expression=literal(value),
        value=value,
        unit="nats",
        rows=[
            Row(f"β = {run.BETAS[k]:g}", number(v, 5), literal(v), v, chosen=k == i)
            for k, v in values
            if v is not None
        ],
        note="Measured when the model was built, over the whole test set. Alemi et al. 2018.",
    )


def no_rate(i: int, pixels: bytes | None) -> Opened:
    """Why an autoencoder has no KL and no ELBO: only its distortion is left."""
    value = (
        float(run.figures(i)["bce"])
        if pixels is None
        else float(run.passed(pixels)[i].reconstruction)
    )
    return Opened(
        title="No rate at β = 0",
        formula=r"\sigma=0\;\Rightarrow\;\mathrm{KL}=\infty,\qquad\beta\,\mathrm{KL}"
        r"\text{ left out}",
        substitution=rf"-\log p(x\mid z)={number(value, 5)}",
        expression=literal(value),
        value=value,
        unit="nats",
        note="A code without noise is a point: it says infinitely much, and there is no bound on "
        "log p(x). Left is the reconstruction loss alone.",
    )


def active(i: int) -> Opened:
    """How many latents vary with the picture: Var_x(mu_j) > 0.01. Burda et al. 2016, sec. 5.2."""
    variances = run.board(i).mu.var(axis=0).tolist()
    return Opened(
        title=f"Active latents at β = {run.BETAS[i]:g}",
        formula=r"A=\#\{j:\operatorname{Var}_x(\mu_j)>0.01\}",
        substitution=",\\quad ".join(
            rf"\operatorname{{Var}}\mu_{j + 1}={number(v)}" for j, v in enumerate(variances)
        ),
        expression="+".join(f"({literal(v)}>0.01)" for v in variances),
        value=float(sum(v > 0.01 for v in variances)),
        rows=[
            Row(f"z{j + 1}", number(v), literal(v), v, chosen=v > 0.01)
            for j, v in enumerate(variances)
        ],
        note="Over the 2,000 shown digits. An inactive latent stays at the prior and says nothing.",
    )


def gap(name: str, k: int) -> Opened:
    """The mutual information gap of attribute k in one of the two models of ten latents."""
    extra = vae.describe(name)["extra"]
    factor = extra["factors"][k]
    information = np.array(extra["information"])[:, k]
    order = np.argsort(-information, kind="stable")
    first, second = (float(information[j]) for j in order[:2])
    score = float(extra["mig_of"][factor])
    entropy = (first - second) / score if score > 0 else 1.0
    return Opened(
        title=f"{name}: is {factor} told by one latent alone?",
        formula=r"\frac{I(z_{j^*};v)-\max_{j\ne j^*}I(z_j;v)}{H(v)}",
        substitution=rf"\frac{{{number(first)}-{number(second)}}}{{{number(entropy)}}}",
        expression=f"({literal(first)}-{literal(second)})/{literal(entropy)}",
        value=(first - second) / entropy,
        rows=[
            Row(
                f"latent {j + 1}",
                number(float(information[j])),
                literal(float(information[j])),
                float(information[j]),
                chosen=n == 0,
            )
            for n, j in enumerate(order[:6].tolist())
        ],
        note="In nats of information about the measured attribute; 1 would be one latent that "
        "tells it whole and no other that tells any of it. Chen et al. 2018.",
    )


def score(name: str) -> Opened:
    """The mutual information gap: the mean of the attributes' gaps. Chen et al. 2018, eq. 6."""
    extra = vae.describe(name)["extra"]
    gaps = [float(extra["mig_of"][factor]) for factor in extra["factors"]]
    return Opened(
        title=f"{name}: the mutual information gap",
        formula=r"\mathrm{MIG}=\frac1K\sum_{k=1}^{K}"
        r"\frac{I(z_{j^*};v_k)-\max_{j\ne j^*}I(z_j;v_k)}{H(v_k)}",
        substitution=rf"\tfrac1{len(gaps)}\left({'+'.join(number(g) for g in gaps)}\right)",
        expression=f"sum({','.join(literal(g) for g in gaps)})/{len(gaps)}",
        value=sum(gaps) / len(gaps),
        rows=[
            Row(factor, number(g), literal(g), g)
            for factor, g in zip(extra["factors"], gaps, strict=True)
        ],
        note="Click a cell for its sum, an attribute's name for its gap. One training each: a "
        "difference may be a start's luck.",
    )


def information(name: str, j: int, k: int) -> Opened:
    """I(z_j; v_k) = H(z_j) + H(v_k) - H(z_j, v_k) less its bias, over the shown digits, nats."""
    extra = vae.describe(name)["extra"]
    factor, told = extra["factors"][k], float(extra["information"][j][k])
    counts = run.joint(name, j, k)
    n, (a, b) = int(counts.sum()), counts.shape
    parts = {
        f"H(z{j + 1})": counts.sum(axis=1),
        f"H({factor})": counts.sum(axis=0),
        "H of both": counts.ravel(),
    }
    rows = []
    for label, values in parts.items():
        kept = [int(c) for c in values if c]
        terms = ",".join(f"{c}/{n}*log({n}/{c})" for c in kept)
        value = float(sum(c / n * np.log(n / c) for c in kept))
        rows.append(Row(label, number(value, 4), f"sum({terms})", value))
    bias = (a - 1) * (b - 1) / (2 * n)
    rows.append(Row("bias", number(bias), f"({a}-1)*({b}-1)/(2*{n})", bias))
    first, second, both, last = rows
    return Opened(
        title=f"{name}: what z{j + 1} tells of {factor}, over the 2,000 shown digits",
        formula=r"\begin{aligned}I=\;&H(z_j)+H(v)-H(z_j,v)\\&-\tfrac{(a-1)(b-1)}{2N}\end{aligned}",
        substitution=rf"{first.substitution}+{second.substitution}-{both.substitution}"
        rf"-{last.substitution}",
        expression=f"max(0,{first.expression}+{second.expression}-{both.expression}"
        f"-{last.expression})",
        value=max(0.0, first.value + second.value - both.value - last.value),
        unit="nats",
        rows=rows,
        note=f"The cell's {told:.3f} is the same sum over all 10,000 test pictures. Both variables "
        "are cut at their quantiles into 20 bins.",
    )
