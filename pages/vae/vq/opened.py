"""A VQ-VAE's numbers, opened: distances, perplexity, the code length, the reconstruction."""

import math
from collections.abc import Sequence

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number, plain

TOP = 8


def distance(z: np.ndarray, codebook: np.ndarray, k: int) -> Opened:
    """|e_k - z|^2 = sum_j (e_kj - z_j)^2, beside the other codes' that the argmin chose from."""
    d2 = ((codebook - z) ** 2).sum(axis=1)
    order = np.argsort(d2, kind="stable").tolist()
    best, shown = order[0], order[:TOP]
    if k not in shown:
        shown = [*shown[:-1], k]
    rows = [
        Row(
            label=f"code {i}" + (" (nearest)" if i == best else ""),
            substitution=_squares(codebook[i], z),
            expression=_squared(codebook[i], z),
            value=float(d2[i]),
            chosen=i == k,
        )
        for i in shown
    ]
    verdict = (
        f"The argmin takes code {best}: this one."
        if k == best
        else f"The argmin took code {best}: code {k} is "
        f"{_ordinal(order.index(k) + 1)} of {len(order)}."
    )
    return Opened(
        title=f"From the encoder's vector to code {k}",
        formula=r"|e_k-z|^2=\sum_{j=1}^{16}(e_{kj}-z_j)^2",
        substitution=_squares(codebook[k], z),
        expression=_squared(codebook[k], z),
        value=float(d2[k]),
        rows=rows,
        note=f"{verdict} The farthest, code {order[-1]}, is {plain(float(d2[order[-1]]))} away. "
        "Every loser's distance stands on the palette.",
    )


def perplexity(counts: np.ndarray) -> Opened:
    """exp(-sum_k p_k log p_k) of the codes' counts."""
    total = int(counts.sum())
    p = counts / total
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(counts > 0, -p * np.log(np.where(counts > 0, p, 1.0)), 0.0)
    order = np.argsort(-terms, kind="stable").tolist()
    used = [k for k in order if counts[k] > 0]
    every = [f"-{int(counts[k])}/{total}*log({int(counts[k])}/{total})" for k in used]
    rows = [
        Row(
            label=f"code {k}, {int(counts[k]):,} times",
            substitution=rf"-{number(float(p[k]))}\log{number(float(p[k]))}",
            expression=every[n],
            value=float(terms[k]),
            share=float(p[k]),
        )
        for n, k in enumerate(used[:TOP])
    ]
    entropy = math.fsum(terms.tolist())
    return Opened(
        title="Perplexity: how many codes are in effect used",
        formula=r"\exp\Bigl(-\sum_{k=1}^{64}p_k\log p_k\Bigr),\quad p_k=n_k/n",
        substitution=r"\begin{aligned}&\exp("
        + "+".join(f"{row.value:.3f}" for row in rows[:3])
        + rf"+\dots)\\&=\exp({number(entropy, 5)})\end{{aligned}}",
        expression=f"exp(sum({', '.join(every)}))",
        value=math.exp(entropy),
        unit=f"of {len(counts)} codes",
        rows=rows,
        note=f"{len(used)} of {len(counts)} codes occur in {total:,} places. Equal use would give "
        f"{len(counts)}; one code alone 1. Share: p.",
    )


def reconstruction(x: np.ndarray, logits: np.ndarray) -> Opened:
    """-sum_i [x_i log y_i + (1 - x_i) log(1 - y_i)] over 784 pixels, from the logits a."""
    softplus = np.logaddexp(0.0, logits)
    terms = softplus - x * logits
    order = np.argsort(-terms, kind="stable").tolist()
    every = [_pixel(float(x[i]), float(logits[i])) for i in order]
    rows = [
        Row(
            label=f"pixel {i // 28 + 1}, {i % 28 + 1}",
            substitution=rf"x={number(float(x[i]))},\;a={number(float(logits[i]))}",
            expression=every[n],
            value=float(terms[i]),
        )
        for n, i in enumerate(order[:TOP])
    ]
    least = _entropy(x)
    return Opened(
        title="Reconstruction: BCE summed over the picture",
        formula=r"\begin{aligned}&-\sum_{i=1}^{784}x_i\log y_i+(1-x_i)\log(1-y_i)\\"
        r"&=\sum_i\log(1+e^{a_i})-x_ia_i\end{aligned}",
        substitution="+".join(f"{row.value:.3f}" for row in rows[:3]) + r"+\dots",
        expression=f"sum({', '.join(every)})",
        value=math.fsum(terms.tolist()),
        unit="nats",
        rows=rows,
        note=f"Grey pixels cost even a perfect copy: {plain(least)} nats of it.",
    )


def next_code(p: np.ndarray, temperature: float, k: int, place: int, drawn: int) -> Opened:
    """p_k^(1/T) / sum_l p_l^(1/T) of the prior's p at a place; T = 0 takes the largest."""
    order = np.argsort(-p, kind="stable").tolist()
    shown = order[:TOP] if k in order[:TOP] else [*order[: TOP - 1], k]
    title = f"Place {place + 1}: how probable is code {k}?"
    if temperature == 0:
        tempered = np.zeros(len(p))
        tempered[order[0]] = 1.0
        expression = {i: "1" if i == order[0] else "0" for i in order}
        formula = r"T=0:\quad\arg\max_kp(c_t=k\mid c_{<t})"
        substitution = rf"\max_k p_k={number(float(p[order[0]]))},\;k={order[0]}"
    else:
        # Relative to the largest, so that a small T can't underflow every term.
        most = float(p[order[0]])
        power = 1.0 / temperature
        weights = (p / most) ** power
        total = math.fsum(weights.tolist())
        tempered = weights / total
        every = [f"({literal(float(v))}/{literal(most)})**(1/{literal(temperature)})" for v in p]
        whole = f"sum({', '.join(every)})"
        expression = {i: f"{every[i]}/{whole}" for i in shown}
        formula = r"\frac{p_k^{1/T}}{\sum_{l=1}^{64}p_l^{1/T}},\quad p_k=p(c_t=k\mid c_{<t})"
        substitution = (
            rf"\frac{{{number(float(p[k]))}^{{1/{temperature:g}}}}}"
            rf"{{{number(total * most**power)}}}"
        )
    return Opened(
        title=title,
        formula=formula,
        substitution=substitution,
        expression=expression[k],
        value=float(tempered[k]),
        rows=[
            Row(
                label=f"code {i}" + (" (drawn)" if i == drawn else ""),
                substitution=number(float(tempered[i])),
                expression=expression[i],
                value=float(tempered[i]),
                share=float(tempered[i]),
                chosen=i == k,
            )
            for i in shown
        ],
        note=f"Code {drawn} stands here: {plain(-math.log(float(p[drawn])))} nats at T = 1, "
        f"where chance costs log 64 = {math.log(64):.3f}.",
    )


def code_length(by_place: np.ndarray, codes: Sequence[int] | np.ndarray, given: str) -> Opened:
    """-log p(c) = -sum_t log p(c_t | c_<t), in nats."""
    terms = [float(v) for v in by_place]
    order = np.argsort(-by_place, kind="stable").tolist()
    rows = [
        Row(
            label=f"place {t + 1}: code {int(codes[t])}",
            substitution=rf"-\log{number(math.exp(-terms[t]))}",
            expression=literal(terms[t]),
            value=terms[t],
        )
        for t in order[:TOP]
    ]
    total = math.fsum(terms)
    return Opened(
        title="What the prior pays for these codes",
        formula=r"-\log p(c)=-\sum_{t=1}^{49}\log p(c_t\mid c_{<t})",
        substitution="+".join(f"{row.value:.3f}" for row in rows[:3]) + r"+\dots",
        expression=f"sum({', '.join(literal(v) for v in terms)})",
        value=total,
        unit=f"nats = {plain(total / math.log(2), 4)} bits",
        rows=rows,
        note=f"{given} The dearest places above.",
    )


def unigram(counts: np.ndarray, codes: Sequence[int] | np.ndarray) -> Opened:
    """-sum_t log(n_{c_t} / n): each code by its frequency alone. A code never seen counts once."""
    total, smooth = int(counts.sum()), np.maximum(counts, 1)
    found, times = np.unique(codes, return_counts=True)
    order = np.argsort(-times, kind="stable").tolist()
    every, values = [], []
    for i in order:
        n = int(smooth[found[i]])
        every.append(f"-{int(times[i])}*log({n}/{total})")
        values.append(-int(times[i]) * math.log(n / total))
    rows = [
        Row(f"code {int(found[i])}, {int(times[i])} times", number(values[n]), every[n], values[n])
        for n, i in enumerate(order[:TOP])
    ]
    return Opened(
        title="What counting alone would pay",
        formula=r"-\sum_{t=1}^{49}\log\frac{n_{c_t}}{n}",
        substitution="+".join(f"{v:.3f}" for v in values[:3])
        + (r"+\dots" if len(values) > 3 else ""),
        expression=f"sum({', '.join(every)})",
        value=math.fsum(values),
        unit="nats",
        rows=rows,
        note=f"n: the code's uses in the test set's {total:,} places. The place, the neighbours "
        "and the digit are forgotten.",
    )


def uniform() -> Opened:
    """49 log 64: every code as likely as any other."""
    return Opened(
        title="What knowing nothing would pay",
        formula=r"-\sum_{t=1}^{49}\log\tfrac1{64}=49\log64",
        substitution=rf"49\times{math.log(64):.4f}",
        expression="49*log(64)",
        value=49 * math.log(64),
        unit="nats = 294 bits",
        note="Six bits a place: the most that a picture of 49 codes can carry.",
    )


def bound(bce: float, nats: float) -> Opened:
    """BCE - log p(c): an upper bound of -log p(x), as the encoder is deterministic."""
    return Opened(
        title="−log p(x) is at most",
        formula=r"\mathrm{BCE}(x;g(e_c))-\log p(c)",
        substitution=f"{number(bce, 5)}+{number(nats, 5)}",
        expression=f"{literal(bce)}+{literal(nats)}",
        value=bce + nats,
        unit="nats",
        note="Comparable with −ELBO: the codes' prior takes the place of the KL.",
    )


def _squared(e: np.ndarray, z: np.ndarray) -> str:
    pairs = zip(e.tolist(), z.tolist(), strict=True)
    return "sum(" + ", ".join(f"({literal(a)}-{literal(b)})**2" for a, b in pairs) + ")"


def _squares(e: np.ndarray, z: np.ndarray) -> str:
    lines = [f"({number(float(e[j]))}-{_bracket(float(z[j]))})^2" for j in range(2)]
    return r"\begin{aligned}&" + r"\\&+".join(lines) + r"+\dots\end{aligned}"


def _bracket(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _pixel(x: float, a: float) -> str:
    """log(1 + exp(a)) - x a without overflow."""
    return f"max({literal(a)}, 0)+log(1+exp({literal(-abs(a))}))-{literal(x)}*{literal(a)}"


def _entropy(x: np.ndarray) -> float:
    """-sum_i [x_i log x_i + (1 - x_i) log(1 - x_i)], where y = x."""
    inner = x[(x > 0) & (x < 1)]
    return float(-(inner * np.log(inner) + (1 - inner) * np.log(1 - inner)).sum())


def _ordinal(n: int) -> str:
    tail = {1: "st", 2: "nd", 3: "rd"}.get(n % 10 if n % 100 not in (11, 12, 13) else 0, "th")
    return f"{n}{tail}"
