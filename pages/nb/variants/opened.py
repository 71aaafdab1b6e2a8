"""The three variants opened alike: prior, a feature's factor, the product, the posterior.

Each factor is rebuilt from counts, or from means and squares, not from the model's logarithms.
"""

import math

from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
from pages.nb.naive_bayes_opened import shown
from pages.nb.variants.case_run import Reading


def opened(reading: Reading, key: str | None) -> Opened | None:
    """What `key` names: prior-c, f<i>-c, b<i>-c, product-c, posterior-c with a class's number.

    None for anything else.
    """
    name, dash, tail = (key or "").partition("-")
    if not dash or not tail.isascii() or not tail.isdecimal() or len(tail) > 3:
        return None
    c = int(tail)
    if c >= len(reading.board.classes):
        return None
    whole = {"prior": prior, "product": product, "posterior": posterior}
    if name in whole:
        return whole[name](reading, c)
    if name[:1] in ("f", "b") and name[1:].isascii() and name[1:].isdecimal() and len(name) < 4:
        f, count = int(name[1:]), len(reading.board.features)
        if name[0] == "f" and f < count:
            return factor(reading, f, c)
        if name[0] == "b" and f <= count:
            return belief(reading, f, c)
    return None


def prior(reading: Reading, c: int) -> Opened:
    """p(c): the slider's for the class in focus, else a share of what it leaves."""
    board, p = reading.board, reading.case.prior / 100
    name, focus = board.classes[c], board.classes[board.focus]
    value = math.exp(reading.log_prior[c])
    title, formula = f"Prior of {name}", rf"P(\text{{{name}}})"
    if c == board.focus:
        note = f"Set by the slider. In the training: {_share(reading, c)}."
        return Opened(title, formula, f"{p:g}", literal(p), value, note=note)
    counts = [int(n) for n in reading.model.class_count]
    others = [k for k in range(len(counts)) if k != board.focus]
    if len(others) == 1:
        return Opened(
            title,
            rf"1 - P(\text{{{focus}}})",
            f"1 - {p:g}",
            f"1 - {literal(p)}",
            value,
            note=f"In the training: {_share(reading, c)}.",
        )
    total = " + ".join(str(counts[k]) for k in others)
    return Opened(
        title,
        rf"\bigl(1 - P(\text{{{focus}}})\bigr)"
        rf" \frac{{N_c}}{{\sum_{{k \neq \text{{{focus}}}}} N_k}}",
        rf"(1 - {p:g}) \cdot \frac{{{counts[c]}}}{{{total}}}",
        f"(1 - {literal(p)}) * {counts[c]} / ({total})",
        value,
        note=f"What the slider leaves, shared as in the training: {_share(reading, c)}.",
    )


def _share(reading: Reading, c: int) -> str:
    counts = reading.model.class_count
    n, total = int(counts[c]), int(counts.sum())
    return f"{n:,} of {total:,}, {100 * n / total:.1f} %"


def factor(reading: Reading, f: int, c: int) -> Opened:
    """p(x_f | c): what one feature multiplies the class's product by."""
    board, model = reading.board, reading.model
    feature = board.features[f]
    title = f"{shown(feature.name).capitalize()}, {board.classes[c]}"
    if not reading.case.known[f]:
        return Opened(
            title,
            r"\sum_{x_f} p(x_f \mid c) = 1",
            "1",
            "1",
            1.0,
            note="Not known, so summed over all that it could be: the factor is 1 in each class.",
        )
    if isinstance(model, GaussianNB):
        return _gaussian(reading, model, f, c, title)
    if isinstance(model, MultinomialNB):
        return _multinomial(reading, model, f, c, title)
    return _bernoulli(reading, model, f, c, title)


def _gaussian(reading: Reading, model: GaussianNB, f: int, c: int, title: str) -> Opened:
    feature, x = reading.board.features[f], float(reading.x[f])
    mu, squares, n = (
        float(model.means[c, f]),
        float(model.squares[c, f]),
        int(model.class_count[c]),
    )
    added = model.smoothing
    variance = f"({literal(squares)} / {n} + {literal(added)})"
    s2 = float(model.variances[c, f])
    rows = (
        Row("x", "", literal(x), x),
        Row("μ", "", literal(mu), mu),
        Row("σ², of the class", "", f"{literal(squares)} / {n}", squares / n),
        Row("σ², added to all", "", literal(added), added),
        Row("(x − μ) / σ", "", "", (x - mu) / math.sqrt(s2)),
    )
    return Opened(
        title,
        r"\frac{1}{\sqrt{2 \pi \sigma^2}} \exp\Bigl(-\frac{(x - \mu)^2}{2 \sigma^2}\Bigr)",
        rf"\begin{{aligned}} & \frac{{1}}{{\sqrt{{2 \pi \cdot {number(s2)}}}}} \\[4pt]"
        rf" & \cdot \exp\Bigl(-\frac{{({number(x)} - {number(mu)})^2}}{{2 \cdot {number(s2)}}}"
        r"\Bigr) \end{aligned}",
        f"exp(-({literal(x)} - {literal(mu)})**2 / (2 * {variance})) / sqrt(2 * pi * {variance})",
        math.exp(float(reading.terms[f, c])),
        f"per {feature.unit}",
        rows=rows,
        note="A density, not a probability: it may exceed 1. Only its ratio between the classes "
        "counts." + (" Too small for a float: 0." if reading.terms[f, c] < -745 else ""),
    )


def _multinomial(reading: Reading, model: MultinomialNB, f: int, c: int, title: str) -> Opened:
    times, alpha = int(reading.x[f]), model.alpha
    count, total, V = (
        int(model.feature_count[c, f]),
        int(model.feature_count[c].sum()),
        model.n_features,
    )
    if times == 0:
        return Opened(
            title,
            r"\theta_{c,w}^{\,0} = 1",
            "1",
            "1",
            1.0,
            note="The word is not there: anything to the power 0 is 1, in every class. The "
            "multinomial is blind to what a message leaves out.",
        )
    one = f"({count} + {literal(alpha)}) / ({total} + {literal(alpha)} * {V})"
    shown_one = rf"\frac{{{count} + {alpha:g}}}{{{total} + {alpha:g} \cdot {V}}}"
    power = "" if times == 1 else f"^{{{times}}}"
    return Opened(
        title,
        rf"\theta_{{c,w}}{power},\quad \theta_{{c,w}} = \frac{{N_{{c,w}} + \alpha}}"
        r"{N_c + \alpha V}",
        shown_one if times == 1 else rf"\Bigl({shown_one}\Bigr){power}",
        f"({one})**{times}",
        math.exp(float(reading.terms[f, c])),
        note=_zero(reading, f, c)
        or f"Of the {total:,} times that a word of this list stands in {reading.board.classes[c]}, "
        f"{count:,} are this one.",
    )


def _bernoulli(reading: Reading, model: BernoulliNB, f: int, c: int, title: str) -> Opened:
    there, alpha = reading.x[f] > 0, model.alpha
    count, total = int(model.feature_count[c, f]), int(model.class_count[c])
    name = reading.board.classes[c]
    if there:
        formula, top, note = (
            r"p_{c,w} = \frac{N_{c,w} + \alpha}{N_c + 2\alpha}",
            f"{count}",
            f"{count:,} of {total:,} {name} messages have it."
            + (" Said again, it counts once." if reading.x[f] > 1 else ""),
        )
    else:
        formula, top, note = (
            r"1 - p_{c,w} = \frac{N_c - N_{c,w} + \alpha}{N_c + 2\alpha}",
            f"{total} - {count}",
            f"It is not there: {total - count:,} of {total:,} {name} messages lack it too.",
        )
    return Opened(
        title,
        formula,
        rf"\frac{{{top} + {alpha:g}}}{{{total} + 2 \cdot {alpha:g}}}",
        f"({top} + {literal(alpha)}) / ({total} + 2 * {literal(alpha)})",
        math.exp(float(reading.terms[f, c])),
        note=_zero(reading, f, c) or note,
    )


def _zero(reading: Reading, f: int, c: int) -> str:
    if math.isinf(reading.terms[f, c]):
        return "The training holds no such case, and α = 0: the whole product is 0, whatever else."
    return ""


def product(reading: Reading, c: int) -> Opened:
    """log p(x, c): the prior's log and each factor's, added."""
    board = reading.board
    rows = [Row("prior", "", literal(float(reading.log_prior[c])), float(reading.log_prior[c]))]
    rows += [
        Row(
            shown(feature.name) if known else f"{shown(feature.name)} (not known)",
            "",
            literal(float(term)),
            float(term),
        )
        for feature, known, term in zip(
            board.features, reading.case.known, reading.terms[:, c], strict=True
        )
    ]
    value = float(reading.log_joint[c])
    as_product = math.exp(value) if value < 700 else math.inf
    return Opened(
        f"Product, {board.classes[c]}: its log",
        r"\begin{aligned} & \log \Bigl[P(c) \prod_f p(x_f \mid c)\Bigr] \\ & ="
        r" \log P(c) + \sum_f \log p(x_f \mid c) \end{aligned}",
        r"\begin{aligned} & "
        + r" \\ & ".join(
            " ".join(_signed(r.value) for r in rows[i : i + 3]) for i in range(0, len(rows), 3)
        )
        + r" \end{aligned}",
        f"sum({', '.join(r.expression for r in rows)})",
        value,
        "nats",
        rows=tuple(rows),
        note=f"The product itself: {as_product:.4g}. Logs add where products would run out of "
        "digits.",
    )


def _signed(value: float) -> str:
    return number(value) if value < 0 else f"+{number(value)}"


def belief(reading: Reading, f: int, c: int) -> Opened:
    """What is believed after the prior and the first f features."""
    board = reading.board
    so_far = [float(v) for v in reading.log_prior + reading.terms[:f].sum(axis=0)]
    after = "the prior" if f == 0 else shown(board.features[f - 1].name)
    title = f"{board.classes[c].capitalize()}, after {after}"
    return _shares(reading, title, so_far, c, [float(v) for v in reading.belief[f]])


def posterior(reading: Reading, c: int) -> Opened:
    """p(c | x): this class's product over all classes'."""
    logs = [float(v) for v in reading.log_joint]
    title = f"Posterior of {reading.board.classes[c]}"
    return _shares(reading, title, logs, c, [float(v) for v in reading.posterior])


def _shares(reading: Reading, title: str, logs: list[float], c: int, shares: list[float]) -> Opened:
    """One class's product over all of them, from their logs."""
    names, value, top = reading.board.classes, shares[c], max(logs)
    formula = r"\frac{P(c) \prod_f p(x_f \mid c)}{\sum_k P(k) \prod_f p(x_f \mid k)}"
    if math.isinf(top):
        note = "Every class gives this case probability 0: no answer. The prior stands in."
        return Opened(title, r"\frac{0}{0}", r"\text{undefined}", literal(value), value, note=note)
    parts = [f"exp({literal(v)} - {literal(top)})" for v in logs]
    ratios = [math.exp(v - top) for v in logs]
    rows = tuple(
        Row(names[k], "", literal(v), v, shares[k], shares[k] == max(shares))
        for k, v in enumerate(logs)
    )
    return Opened(
        title,
        formula,
        rf"\frac{{{number(ratios[c])}}}{{{' + '.join(number(r) for r in ratios)}}}",
        f"{parts[c]} / ({' + '.join(parts)})",
        value,
        rows=rows,
        note="Each product over the largest one; the rows show their logs.",
    )
