"""The worked example's numbers, opened: sums over 784 pixels and 400 units, losses, counts."""

import math
from collections.abc import Sequence

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.vae.forward import HIDDEN, Layer, Pass, Weights, split
from pages.vae import vae_opened as parts

TOP = 6
SIZES = {"bce": "BCE summed", "sse": "MSE summed", "mse": "MSE averaged"}


def opened(name: str, one: Pass, w: Weights) -> Opened:
    """The number called `name` of a pass, opened.

    hidden:k and unit:k (k below 400), mu1, mu2, log_var1, log_var2, sse, mse, and all names of
    `vae_opened.opened`. Raises ValueError for any other.
    """
    kind, _, index = name.partition(":")
    if kind in ("hidden", "unit") and index.isascii() and index.isdigit() and len(index) < 4:
        if int(index) < HIDDEN:
            return unit(one, int(index), w, decoder=kind == "unit")
    elif name in ("mu1", "mu2", "log_var1", "log_var2"):
        return head(one, name, w)
    elif name in ("epsilon1", "epsilon2"):
        return epsilon(one, int(name[-1]) - 1)
    elif name in ("sse", "mse"):
        return squared(one, averaged=name == "mse")
    elif kind not in ("hidden", "unit"):
        return parts.opened(name, one, (w.mu.weight, w.mu.bias))
    raise ValueError(f"number must be hidden:0 to hidden:{HIDDEN - 1} or unit:0 ...; got {name!r}")


def opens(name: str) -> bool:
    """Whether a pass has a number called `name`."""
    kind, _, index = name.partition(":")
    limit = {"hidden": HIDDEN, "unit": HIDDEN, "pixel": 784}.get(kind)
    if limit is not None:
        return index.isascii() and index.isdigit() and len(index) < 4 and int(index) < limit
    named = ("mu1", "mu2", "log_var1", "log_var2", "epsilon1", "epsilon2", "sse", "mse")
    return name in named or name in parts.NAMES


def unit(one: Pass, k: int, w: Weights, *, decoder: bool) -> Opened:
    """relu of a weighted sum: h_k over 784 pixels, or the decoder's g_k over the two z."""
    layer, inputs = (w.units, one.z) if decoder else (w.hidden, one.x)
    letter, source, what = ("g", "z", "V") if decoder else ("h", "x", "W")
    value = float((one.units if decoder else one.hidden)[k])
    name = f"{'g' if decoder else 'h'}{k}"
    words = f"unit {k + 1} of the {'decoder' if decoder else 'encoder'}'s hidden layer"
    if name in one.held:
        return _held(f"{letter}{_sub(k + 1)}: {words}", rf"{letter}_{{{k + 1}}}", value, None)
    rows, every, total = _weighted(layer.weight[k], inputs, float(layer.bias[k]), source)
    count = 2 if decoder else 784
    return Opened(
        title=f"{letter}{_sub(k + 1)}: {words}",
        formula=rf"{letter}_{{{k + 1}}}=\max\Bigl(0,\;b_{{{k + 1}}}+\sum_{{i=1}}^{{{count}}}"
        rf"{what}_{{{k + 1}\,i}}\,{source}_i\Bigr)",
        substitution=_lines(
            [
                rf"\max\bigl(0,\;{number(float(layer.bias[k]))}",
                *[f"+({row.substitution})" for row in rows[:3]],
            ],
            len(every) - 3,
        ).replace(r"\end{aligned}", r"\bigr)\end{aligned}"),
        expression=f"max(0, sum({', '.join([literal(float(layer.bias[k])), *every])}))",
        value=value,
        rows=[*rows, Row("bias", "", literal(float(layer.bias[k])), float(layer.bias[k]))],
        note=(
            f"{len(every)} of the {count} terms aren't 0; the largest are listed. "
            f"Their sum with the bias is {total:.6g}: "
            + ("the unit is on." if total > 0 else "below 0, so ReLU makes it 0.")
        ).replace("-", "−"),
    )


def head(one: Pass, name: str, w: Weights) -> Opened:
    """mu_j or log sigma_j^2: a weighted sum of the 400 hidden units."""
    j = int(name[-1]) - 1
    mean = name.startswith("mu")
    symbol = rf"\mu_{j + 1}" if mean else rf"\log\sigma_{j + 1}^2"
    title = f"μ{_sub(j + 1)}: where q(z|x) stands" if mean else f"log σ²{_sub(j + 1)}: its width"
    value = float((one.mu if mean else one.log_var)[j])
    layer = w.mu if mean else w.log_var
    if f"{'m' if mean else 'v'}{j + 1}" in one.held:
        return _held(title, symbol, value, float(one.said[j if mean else 2 + j]))
    bias = float(layer.bias[j])
    rows, every, _ = _weighted(layer.weight[j], one.hidden, bias, "unit")
    return Opened(
        title=title,
        formula=rf"{symbol}=b_{j + 1}+\sum_{{k=1}}^{{400}}W_{{{j + 1}k}}\,h_k",
        substitution=_lines(
            [number(bias), *[f"+({row.substitution})" for row in rows[:3]]], len(every) - 3
        ),
        expression=f"sum({', '.join([literal(bias), *every])})",
        value=value,
        rows=rows,
        note=f"{len(every)} of the 400 hidden units are on; the largest terms are listed."
        + ("" if mean else " No ReLU here: a logarithm may be negative."),
    )


def epsilon(one: Pass, j: int) -> Opened:
    """epsilon_j = (z_j - mu_j) / sigma_j: how many sigma the draw lies from mu."""
    m, v, z = float(one.mu[j]), float(one.log_var[j]), float(one.z[j])
    return Opened(
        title=f"ε{_sub(j + 1)}: the chance in the draw",
        formula=rf"\varepsilon_{j + 1}=\frac{{z_{j + 1}-\mu_{j + 1}}}{{\sigma_{j + 1}}}"
        r"\sim\mathcal N(0,1)",
        substitution=rf"\frac{{{number(z)}-({number(m)})}}{{{number(math.exp(v / 2))}}}",
        expression=f"({literal(z)}-{literal(m)})/exp({literal(v)}/2)",
        value=float(one.epsilon[j]),
        note="Drawn without a look at the picture: the gradient passes by it to μ and σ.",
    )


def squared(one: Pass, *, averaged: bool) -> Opened:
    """Sum of (x_i - y_i)^2 over the 784 pixels, or their mean."""
    order = np.argsort(-one.mse, kind="stable")
    total = float(one.mse.sum())
    terms = [
        f"({literal(float(x))}-{literal(float(y))})**2" for x, y in zip(one.x, one.y, strict=True)
    ]
    scale = r"\frac1{784}" if averaged else ""
    rows = [
        Row(
            f"row {i // 28 + 1}, column {i % 28 + 1}: x {one.x[i]:.2f}, y {one.y[i]:.2f}",
            rf"({one.x[i]:.2f}-{one.y[i]:.2f})^2",
            terms[i],
            float(one.mse[i]),
            float(one.mse[i]) / total if total else None,
        )
        for i in (int(k) for k in order[:TOP])
    ]
    return Opened(
        title="Mean squared error a pixel" if averaged else "Squared error of the picture",
        formula=rf"{scale}\sum_{{i=1}}^{{784}}(x_i-y_i)^2",
        substitution=_lines(
            [rf"{scale}\bigl[{rows[0].substitution}", *[f"+{r.substitution}" for r in rows[1:3]]],
            781,
        ),
        expression=f"sum({', '.join(terms)})" + ("/784" if averaged else ""),
        value=total / 784 if averaged else total,
        rows=rows,
        note="No nats: a squared grey value. As a loss it is −log p(x|z) of a normal distribution "
        + ("of variance 392 a pixel" if averaged else "of variance ½ a pixel")
        + ", up to a constant.",
    )


def layer_count(layer: Layer) -> Opened:
    """inputs x outputs weights and a bias an output."""
    outputs, inputs = layer.weight.shape
    return Opened(
        title=f"{layer.name}: parameters",
        formula=r"n_\text{in}\times n_\text{out}+n_\text{out}",
        substitution=rf"{inputs}\times{outputs}+{outputs}",
        expression=f"{inputs}*{outputs}+{outputs}",
        value=float(layer.parameters),
        note="Counted from the trained model's arrays: one weight a pair, one bias an output.",
    )


def network_count(name: str, layers: Sequence[Layer]) -> Opened:
    """The layers' parameters, summed."""
    rows = []
    for layer in layers:
        outputs, inputs = layer.weight.shape
        text = rf"{inputs}\cdot{outputs}+{outputs}"
        count = float(layer.parameters)
        rows.append(Row(layer.name, text, f"({inputs}*{outputs}+{outputs})", count))
    total = sum(row.value for row in rows)
    slipped = name == "decoder"
    return Opened(
        title=f"{name}: parameters",
        formula=r"\sum_{\text{layers}}\left(n_\text{in}\,n_\text{out}+n_\text{out}\right)",
        substitution=_lines([rows[0].substitution, *[f"+{r.substitution}" for r in rows[1:]]], 0),
        expression="+".join(row.expression for row in rows),
        value=total,
        rows=[Row(r.label, r.substitution, r.expression, r.value, r.value / total) for r in rows],
        note="A lecture that prints 315,184 has left out the 400 biases of decoder_hidden."
        if slipped
        else "",
    )


def midpoint(a: Sequence[float], b: Sequence[float], alpha: float, j: int) -> Opened:
    """z_j = (1 - alpha) a_j + alpha b_j."""
    first, second = float(a[j]), float(b[j])
    return Opened(
        title=f"z{_sub(j + 1)} between the codes",
        formula=rf"z_{j + 1}=(1-\alpha)\,a_{j + 1}+\alpha\,b_{j + 1}",
        substitution=_lines(
            [
                rf"{number(1 - alpha)}\times({number(first)})",
                rf"\;+{number(alpha)}\times({number(second)})",
            ],
            0,
        ),
        expression=f"(1-{literal(alpha)})*{literal(first)}+{literal(alpha)}*{literal(second)}",
        value=(1 - alpha) * first + alpha * second,
    )


def _weighted(
    w: np.ndarray, inputs: np.ndarray, bias: float, source: str
) -> tuple[list[Row], list[str], float]:
    terms = w * inputs
    order = [int(i) for i in np.argsort(-np.abs(terms), kind="stable") if terms[i] != 0.0]
    label = {"x": "pixel in row {0}, column {1}", "z": "z, dimension {2}", "unit": "unit {2}"}[
        source
    ]
    every = [f"{literal(float(w[i]))}*{literal(float(inputs[i]))}" for i in order]
    rows = [
        Row(
            label.format(i // 28 + 1, i % 28 + 1, i + 1),
            rf"{number(float(w[i]))}\times{number(float(inputs[i]))}",
            text,
            float(terms[i]),
        )
        for i, text in zip(order[:TOP], every, strict=False)
    ]
    return rows, every, math.fsum([bias, *terms.tolist()])


def _held(title: str, symbol: str, value: float, said: float | None) -> Opened:
    note = "" if said is None else f" The network says {said:.6g}.".replace("-", "−")
    return Opened(
        title=title,
        formula=rf"{symbol}=\text{{as you hold it}}",
        substitution=number(value),
        expression=literal(value),
        value=value,
        note=f"Held by you in place of what the network computes.{note}",
    )


def held_name(name: str) -> str:
    """ "h37" as the pass's own name for it: "hidden:37"."""
    kind, place = split(name)
    whole = {"x": "pixel", "h": "hidden", "g": "unit"}.get(kind)
    return f"{whole}:{place}" if whole else f"{'mu' if kind == 'm' else 'log_var'}{place + 1}"


def _lines(lines: Sequence[str], more: int) -> str:
    tail = [rf"+\;\dots\;\text{{{more} more terms}}"] if more > 0 else []
    return r"\begin{aligned}&" + r"\\&".join([*lines, *tail]) + r"\end{aligned}"


def _sub(n: int) -> str:
    return str(n).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
