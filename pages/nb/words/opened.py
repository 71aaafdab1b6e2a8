"""A telling word opened: its weight from counts, its weight in each collection, a measured time."""

import math

from genmodels.datasets import spam
from genmodels.kit.opened import Opened, Row, literal, number
from pages.nb.naive_bayes_opened import likelihood, shown
from pages.nb.words import case as nb_words
from pages.nb.words.speed import Speed


def word(kind: str, alpha: float, source: str, f: int) -> Opened:
    """The weight of the word f under alpha; at alpha = 0 it may be infinite, or undefined."""
    model = nb_words.model(kind, alpha, source)
    ham, spam_ = (int(n) for n in model.feature_count[:, f])
    name = shown(spam.load().vocabulary[f])
    p, q = likelihood(model, f, spam.SPAM), likelihood(model, f, spam.HAM)
    value = float(nb_words.weights(kind, alpha, source)[f])
    return Opened(
        f"“{name}”",
        r"w = \log \frac{p(w \mid \text{spam})}{p(w \mid \text{ham})}",
        rf"\begin{{aligned}} & \log \frac{{{number(p.value)}}}{{{number(q.value)}}} \\[4pt]"
        rf" & p_s = {p.substitution} \\[4pt] & p_h = {q.substitution} \end{{aligned}}",
        f"log({p.expression}) - log({q.expression})",
        value,
        "nats",
        rows=(p, q),
        note=_note(value, ham, spam_, f),
    )


def _note(value: float, ham: int, spam_: int, f: int) -> str:
    if math.isnan(value):
        return "Neither class has seen it, and α = 0: log 0 − log 0 has no value."
    if math.isinf(value):
        return (
            f"{'Ham' if value > 0 else 'Spam'} never had it, and α = 0: log 0 = −∞. One such word "
            "makes the class impossible, whatever else a message says."
        )
    had = nb_words.across().has[:, :, f].sum(axis=0)
    said = f"In both collections {int(had[0])} ham and {int(had[1])} spam messages have it. "
    mark = nb_words.mark(f)
    if mark:
        said += "Fingerprint: see it under “Fingerprints”."
    return said


def collection(f: int, t: int) -> Opened:
    """The weight of the word f in collection t (0 earlier, 1 later), by messages that have it."""
    times = nb_words.across()
    name = ("earlier", "later")[t]
    terms = []
    for label, title in ((spam.SPAM, "spam"), (spam.HAM, "ham")):
        had, total = int(times.has[t, label, f]), int(times.messages[t, label])
        terms.append(
            Row(
                f"{title} messages with it",
                rf"\frac{{{had} + 0.5}}{{{total} + 1}}",
                f"({had} + 0.5) / ({total} + 1)",
                (had + 0.5) / (total + 1),
            )
        )
    return Opened(
        f"“{shown(spam.load().vocabulary[f])}”, {name} collection",
        r"w = \log \frac{(n_s + 1/2) / (N_s + 1)}{(n_h + 1/2) / (N_h + 1)}",
        rf"\log {terms[0].substitution} - \log {terms[1].substitution}",
        f"log({terms[0].expression}) - log({terms[1].expression})",
        float(times.weight[t, f]),
        "nats",
        rows=tuple(terms),
        note=f"Standard error {times.error[t, f]:.2f} nats.",
    )


def verdict(f: int) -> Opened:
    """Why a word is a fingerprint, or isn't: what it lost, in standard errors."""
    times = nb_words.across()
    early, late = float(times.weight[0, f]), float(times.weight[1, f])
    sign = 1 if early > 0 else -1
    errors = [float(times.error[t, f]) for t in (0, 1)]
    mark = nb_words.mark(f)
    spoken = spam.SPAM if early > 0 else spam.HAM
    found, expected = int(times.has[1, spoken, f]), float(times.expected()[f])
    kept = number(sign * late) if sign * late >= 0 else f"({number(sign * late)})"
    note = {
        "gone": f"Gone: {expected:.0f} later messages of its class should have it, {found} do.",
        "turned": f"Turned: it keeps {100 * sign * late / abs(early):.0f} % of its weight.",
        "": "No fingerprint: it tells in the later collection too, or too little is known of it.",
    }[mark]
    return Opened(
        "What it lost",
        r"z = \frac{|w_e| - \text{sign}(w_e)\, w_l}{\sqrt{s_e^2 + s_l^2}}",
        rf"\frac{{{number(abs(early))} - {kept}}}"
        rf"{{\sqrt{{{number(errors[0])}^2 + {number(errors[1])}^2}}}}",
        f"({literal(abs(early))} - {literal(sign * late)}) / "
        f"sqrt({literal(errors[0])} ** 2 + {literal(errors[1])} ** 2)",
        (abs(early) - sign * late) / math.sqrt(errors[0] ** 2 + errors[1] ** 2),
        "standard errors",
        note=note,
    )


def speed(one: Speed, other: Speed) -> Opened:
    """A measured time an item, and how it compares."""
    ratio = other.seconds / one.seconds
    return Opened(
        f"{one.who}, {one.what}",
        r"\frac{\text{median seconds}}{\text{items}}",
        rf"\frac{{{number(1e6 * one.seconds)}\,\mu s}}{{{one.items}}}",
        f"1e6 * {literal(one.seconds)} / {one.items}",
        one.microseconds,
        "µs",
        rows=(Row("items a second", "", f"{one.items} / {literal(one.seconds)}", one.per_second),),
        note=f"Median of {one.repeats} turns. {other.who} took {ratio:.2f} times as long.",
    )
