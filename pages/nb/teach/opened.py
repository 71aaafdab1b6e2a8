"""A lesson opened: a word from its counts, a text's posterior, the prior, the held-out accuracy."""

import math

from genmodels.datasets import spam
from genmodels.kit.opened import Opened, Row, literal, number
from pages.nb.naive_bayes_opened import likelihood, shown
from pages.nb.nb_drift import Outcome
from pages.nb.teach import case as nb_teach
from pages.nb.teach.case import Lesson
from pages.nb.teach.learning_curve import Crossing, Curve

SHOWN = 8


def word(lesson: Lesson, f: int) -> Opened:
    """The log-odds that the word f adds, from the counts taught so far."""
    model = lesson.model
    p, q = likelihood(model, f, spam.SPAM), likelihood(model, f, spam.HAM)
    one = nb_teach.read_features(lesson, [f])
    return Opened(
        f"“{shown(spam.load().vocabulary[f])}”",
        r"\log \frac{p(w \mid \text{spam})}{p(w \mid \text{ham})}",
        rf"\begin{{aligned}} & \log \frac{{{number(p.value)}}}{{{number(q.value)}}} \\[4pt]"
        rf" & p_s = {p.substitution} \\[4pt] & p_h = {q.substitution} \end{{aligned}}",
        f"log({p.expression}) - log({q.expression})",
        float(one.log_odds[0]),
        "nats",
        rows=(p, q),
        note="A count of 0 under one label speaks against it only as far as α allows.",
    )


def prior(lesson: Lesson) -> Row:
    """log P(spam) / P(ham) of the lesson."""
    p = lesson.spam_prior
    ham, spam_ = (int(n) for n in lesson.counted.class_count)
    term = literal(p) if lesson.prior is not None else f"({spam_} + 1) / ({ham + spam_} + 2)"
    name = "prior" if lesson.prior is not None else f"prior, ({spam_} + 1)/({ham + spam_} + 2)"
    value = math.log(p / (1 - p))
    return Row(name, number(value), f"log(({term}) / (1 - ({term})))", value)


def posterior(lesson: Lesson, text: str) -> Opened:
    """P(spam | text) after the lesson: prior and words through the sigmoid."""
    trace = nb_teach.read(lesson, text)
    tokens = spam.tokenise(text)
    rows = [prior(lesson)]
    if trace.absent is not None:
        rows.append(Row("absent words", "", literal(trace.absent), trace.absent))
    values = trace.log_odds.tolist()
    order = sorted(range(len(values)), key=lambda i: -abs(values[i]))
    rows += [
        Row(shown(tokens[i].word), number(values[i]), literal(values[i]), values[i])
        for i in order[:SHOWN]
        if values[i]
    ]
    rest = math.fsum(values[i] for i in order[SHOWN:])
    if len(order) > SHOWN:
        rows.append(Row(f"{len(order) - SHOWN} more words", "", literal(rest), rest))
    t = trace.total
    total = f"sum({', '.join(row.expression for row in rows)}, 0)"
    n = len(lesson.taught)
    return Opened(
        f"P(spam | text) after {n} label{'' if n == 1 else 's'}",
        r"\sigma(t),\quad t = \log \frac{\pi}{1 - \pi} + \sum_i \log \frac{p_s(w_i)}{p_h(w_i)}",
        rf"t = {number(t)},\quad \frac{{1}}{{1 + e^{{{number(-t)}}}}}",
        f"1 / (1 + exp(-({total})))" if t >= 0 else f"exp({total}) / (1 + exp({total}))",
        trace.probability,
        rows=tuple(rows),
        note=""
        if any(values)
        else "No word of the text has been counted yet: what is left is the prior."
        if lesson.taught
        else "Nothing taught: every word is equally likely in both classes.",
    )


def accuracy(outcome: Outcome) -> Opened:
    """The share of right verdicts on the messages kept back."""
    total = outcome.tp + outcome.tn + outcome.fp + outcome.fn
    rows = tuple(
        Row(name, str(n), str(n), float(n), share=n / total)
        for name, n in (
            ("spam called spam", outcome.tp),
            ("ham called ham", outcome.tn),
            ("ham called spam", outcome.fp),
            ("spam called ham", outcome.fn),
        )
    )
    return Opened(
        "Held-out accuracy",
        r"\frac{TP + TN}{N}",
        rf"\frac{{{outcome.tp} + {outcome.tn}}}{{{total}}}",
        f"({outcome.tp} + {outcome.tn}) / {total}",
        outcome.accuracy,
        rows=rows,
        note=f"Calling all of them ham would reach {(outcome.tn + outcome.fp) / total:.3f}.",
    )


def mean_accuracy(curve: Curve, i: int) -> Opened:
    """A point of the learning curve: the mean over its draws."""
    values = curve.accuracy[:, i].tolist()
    rows = tuple(Row(f"draw {d + 1}", number(v, 4), literal(v), v) for d, v in enumerate(values))
    return Opened(
        f"{_name(curve.name)}, {curve.sizes[i]:,} messages",
        r"\bar a = \frac{1}{D} \sum_d a_d",
        rf"\frac{{{number(math.fsum(values), 4)}}}{{{len(values)}}}",
        f"sum({', '.join(row.expression for row in rows)}, 0) / {len(values)}",
        math.fsum(values) / len(values),
        rows=rows,
        note=f"Standard deviation over the draws {curve.spread[i]:.4f}.",
    )


def _name(curve: str) -> str:
    return "Logistic regression" if curve.startswith("logistic") else f"Naive Bayes ({curve})"


def crossing(naive: Curve, peer: Curve, found: Crossing) -> Opened:
    """Where the mean accuracies meet: straight lines over log n."""
    i = naive.sizes.index(found.before)
    gaps = (peer.mean - naive.mean)[i : i + 2].tolist()
    low, high = found.before, found.after
    part = f"{literal(gaps[0])} / ({literal(gaps[0])} - {literal(gaps[1])})"
    rows = tuple(
        Row(f"gap at {n:,}", number(gap), literal(gap), gap)
        for n, gap in zip((low, high), gaps, strict=True)
    )
    return Opened(
        f"{_name(found.leader)} overtakes",
        r"n^* = n_0 \left(\frac{n_1}{n_0}\right)^{\frac{g_0}{g_0 - g_1}}",
        rf"{low} \cdot \left(\frac{{{high}}}{{{low}}}\right)^{{{number(_way(gaps))}}}",
        f"exp(log({low}) + {part} * (log({high}) - log({low})))",
        found.at,
        "messages",
        rows=rows,
        note="g is how far logistic regression leads, by the mean over the draws. Within the "
        "draws’ spread the lines may cross more than once.",
    )


def _way(gaps: list[float]) -> float:
    return gaps[0] / (gaps[0] - gaps[1])
