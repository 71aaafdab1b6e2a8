"""Naive Bayes opened: a word's log-odds, the prior, the total, the probability, the held-out test.

Each sum is rebuilt from the model's counts, not from its logarithms, so that what is shown is the
definition and the value beside it can be checked against it.
"""

import math
from collections.abc import Iterable

import numpy as np

from genmodels.datasets import spam
from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.naive_bayes import BernoulliNB, MultinomialNB
from pages.nb.spam_filter import HeldOut, Model, Reading

SHOWN_TERMS = 8
_CLASSES = ((spam.SPAM, "spam"), (spam.HAM, "ham"))


# -- one word ----------------------------------------------------------------------------------


def word(reading: Reading, i: int) -> Opened:
    """The log-odds of word i: log p(word | spam) - log p(word | ham), times how often it counts."""
    token, counted = reading.tokens[i], int(reading.trace.counted[i])
    title = f"Word {i + 1}: “{shown(token.word)}”"
    if token.feature < 0:
        note = "Not in the vocabulary: the corpus's counts say nothing about it, so it adds 0."
        return Opened(title, r"\text{log-odds} = 0", "0", "0", 0.0, "nats", note=note)
    model, f = reading.model, token.feature
    terms = {name: likelihood(model, f, k) for k, name in _CLASSES}
    rows = tuple(terms.values())
    if counted == 0:
        return Opened(
            title,
            r"0 \cdot \log \frac{p(w \mid \text{spam})}{p(w \mid \text{ham})}",
            "0",
            "0",
            0.0,
            "nats",
            rows=rows,
            note=_why_not_counted(reading, i),
        )
    times = "" if counted == 1 else rf"{counted} \cdot "
    p, q = terms["spam"], terms["ham"]
    return Opened(
        title,
        _word_formula(model, times != ""),
        rf"\begin{{aligned}} & {times}\log \frac{{{number(p.value)}}}{{{number(q.value)}}} \\[4pt]"
        rf" & p_s = {p.substitution} \\[4pt] & p_h = {q.substitution} \end{{aligned}}",
        f"{counted} * (log({p.expression}) - log({q.expression}))",
        float(reading.trace.log_odds[i]),
        "nats",
        rows=rows,
        note=_word_note(reading, i, p.value, q.value),
    )


def likelihood(model: Model, f: int, k: int) -> Row:
    """The smoothed p(word f | class k) from its counts."""
    count, alpha = int(model.feature_count[k, f]), model.alpha
    if isinstance(model, MultinomialNB):
        total, cells = int(model.feature_count[k].sum()), model.n_features
        value = math.exp(model.log_theta[k, f])
    else:
        total, cells = int(model.class_count[k]), 2
        value = math.exp(model.log_p[k, f])
    a = f"{alpha:g}"
    return Row(
        label=f"p(w | {('ham', 'spam')[k]})",
        substitution=rf"\frac{{{count} + {a}}}{{{total} + {a} \cdot {cells}}}",
        expression=f"({count} + {literal(alpha)}) / ({total} + {literal(alpha)} * {cells})",
        value=value,
    )


def _word_formula(model: Model, repeated: bool) -> str:
    times = r"x_w " if repeated else ""
    if isinstance(model, MultinomialNB):
        p = r"\frac{\text{count}_c(w) + \alpha}{\text{words}_c + \alpha V}"
    else:
        p = r"\frac{\text{messages}_c(w) + \alpha}{\text{messages}_c + 2\alpha}"
    return rf"\begin{{aligned}} & {times}\log \frac{{p_s}}{{p_h}} \\ & p_c = {p} \end{{aligned}}"


def _why_not_counted(reading: Reading, i: int) -> str:
    if reading.times[i] == 0:
        return "Struck out: it counts 0 times."
    return (
        "This word already counted where it first stands. Under Bernoulli a word is there or not; "
        "saying it again adds nothing."
    )


def _word_note(reading: Reading, i: int, p_spam: float, p_ham: float) -> str:
    if p_spam == 0 and p_ham == 0:
        return "Neither class has seen this word, and α = 0: both give the message probability 0."
    if p_spam == 0 or p_ham == 0:
        name = "spam" if p_spam == 0 else "ham"
        return (
            f"No {name} message of the training had this word, and α = 0: one unseen word makes "
            f"the whole message impossible under {name}, whatever else it says."
        )
    if isinstance(reading.model, BernoulliNB) and reading.times[i] > 1:
        return "Repeated, yet counted once: under Bernoulli a word is there or not."
    return ""


# -- prior, absent words, total, probability -----------------------------------------------------


def prior(reading: Reading) -> Opened:
    """log P(spam) / P(ham), where the waterfall begins."""
    p = reading.settings.prior
    return Opened(
        "Prior",
        r"\log \frac{P(\text{spam})}{P(\text{ham})}",
        rf"\log \frac{{{p:g}}}{{{1 - p:g}}}",
        f"log({literal(p)}) - log(1 - {literal(p)})",
        reading.trace.prior,
        "nats",
        note="What is believed before a word is read. In the corpus 30.6 % is spam.",
    )


def absent(reading: Reading) -> Opened:
    """What all words that are not in the message add: Bernoulli only."""
    model, trace = reading.model, reading.trace
    if not isinstance(model, BernoulliNB) or trace.absent is None:
        raise ValueError(f"model must be BernoulliNB; got {type(model).__name__}")
    here = np.unique(trace.features[trace.counted > 0])
    away = np.setdiff1d(np.arange(model.n_features), here)
    counts = model.feature_count[:, away].astype(int)
    with np.errstate(invalid="ignore"):
        odds = model.log_not_p[spam.SPAM, away] - model.log_not_p[spam.HAM, away]
    order = np.argsort(-np.abs(np.nan_to_num(odds, nan=0.0)), kind="stable")[:SHOWN_TERMS]
    vocabulary = spam.load().vocabulary
    rows = tuple(Row(f"no “{shown(vocabulary[away[j]])}”", "", "", float(odds[j])) for j in order)
    # Words with the same counts say the same: one term for all of them.
    pairs, repeats = np.unique(counts, axis=1, return_counts=True)
    sums = [
        _sum(
            f"{n} * log(({int(model.class_count[k])} - {c} + {literal(model.alpha)}) / "
            f"({int(model.class_count[k])} + 2 * {literal(model.alpha)}))"
            for c, n in zip(pairs[k].tolist(), repeats.tolist(), strict=True)
        )
        for k, _ in _CLASSES
    ]
    return Opened(
        f"The {len(away)} words that are not there",
        r"\sum_{w \notin x} \log \frac{1 - p(w \mid \text{spam})}{1 - p(w \mid \text{ham})}",
        rf"\begin{{aligned}} & {_first_terms(odds[order].tolist(), len(away))} \end{{aligned}}",
        f"{sums[0]} - {sums[1]}",
        trace.absent,
        "nats",
        rows=rows,
        note=f"The largest {len(order)} of {len(away)} terms. Under Bernoulli, silence speaks too.",
    )


def total(reading: Reading) -> Opened:
    """The log-odds after the last word: prior + words (+ absent words)."""
    trace, model = reading.trace, reading.model
    log_odds = trace.log_odds
    order = np.argsort(-np.abs(np.nan_to_num(log_odds, nan=np.inf)), kind="stable")[:SHOWN_TERMS]
    rows = [Row("prior", "", literal(trace.prior), trace.prior)]
    if trace.absent is not None:
        rows.append(Row("absent words", "", "", trace.absent))
    rows += [
        Row(shown(reading.tokens[i].word), "", "", float(log_odds[i]))
        for i in order
        if log_odds[i] != 0
    ]
    # By class, because -inf - -inf (both impossible) has no value and inf + -inf no meaning.
    sums = []
    for k, _ in _CLASSES:
        terms = [literal(float(model.log_prior[k]))]
        if isinstance(model, BernoulliNB):
            words = model.word_contributions(trace.features[trace.counted > 0])[:, k]
            missing = model.absent_contributions(trace.features[trace.counted > 0])[k]
            terms += [literal(float(missing))]
        else:
            words = model.word_contributions(trace.features, trace.counted)[:, k]
        sums.append(_sum([*terms, *(literal(v) for v in words.tolist() if v)]))
    absent_term = r" + \text{absent}" if trace.absent is not None else ""
    left = len(trace.features) - len(rows) + (2 if trace.absent is not None else 1)
    note = f"The largest terms, and {left} more." if left > 0 else ""
    if trace.undefined:
        note = "Both classes give this message probability 0: 0 / 0. " + note
    return Opened(
        "Total log-odds",
        rf"\begin{{aligned}} & \log \frac{{P(\text{{spam}} \mid x)}}{{P(\text{{ham}} \mid x)}} = \\"
        rf" & \text{{prior}} + \sum_i \text{{word}}_i{absent_term} \end{{aligned}}",
        rf"\begin{{aligned}} & {_first_terms([r.value for r in rows], len(rows) + max(left, 0))}"
        r" \end{aligned}",
        f"{sums[0]} - {sums[1]}",
        trace.total,
        "nats",
        rows=tuple(rows),
        note=note,
    )


def probability(reading: Reading) -> Opened:
    """P(spam | message): the total through the sigmoid."""
    t, p = reading.trace.total, reading.trace.probability
    if reading.trace.undefined:
        return Opened(
            "P(spam | message)",
            r"\frac{0}{0 + 0}",
            r"\text{undefined}",
            literal(reading.settings.prior),
            p,
            note=(
                "Every class gives this message probability 0, so Bayes' rule has no answer. "
                "The prior is shown in its place."
            ),
        )
    low = t < 0  # so that the exponential never overflows
    formula = r"\frac{e^t}{1 + e^t}" if low else r"\frac{1}{1 + e^{-t}}"
    power = rf"e^{{{number(-abs(t))}}}"
    return Opened(
        "P(spam | message)",
        rf"\sigma(t) = {formula}",
        rf"\frac{{{power if low else 1}}}{{1 + {power}}}",
        f"exp({literal(t)}) / (1 + exp({literal(t)}))" if low else f"1 / (1 + exp(-{literal(t)}))",
        p,
        note="Words are not independent, so such sums run too far: the verdict is often right, "
        "the certainty hardly ever.",
    )


# -- the held-out test ---------------------------------------------------------------------------


def accuracy(test: HeldOut) -> Opened:
    """The share of right verdicts."""
    (tn, fp), (fn, tp) = test.confusion.tolist()
    return Opened(
        "Accuracy",
        r"\frac{TP + TN}{TP + TN + FP + FN}",
        rf"\frac{{{tp} + {tn}}}{{{tp} + {tn} + {fp} + {fn}}}",
        f"({tp} + {tn}) / ({tp} + {tn} + {fp} + {fn})",
        test.accuracy,
        note=f"Calling everything ham would reach {(tn + fp) / (tn + fp + fn + tp):.3f}.",
    )


def precision(test: HeldOut) -> Opened:
    """Of the messages called spam, the share that is."""
    (_, fp), (_, tp) = test.confusion.tolist()
    if tp + fp == 0:
        note = "No message was called spam: 0 / 0."
        return Opened(
            "Precision", r"\frac{TP}{TP + FP}", r"\frac{0}{0 + 0}", "inf - inf", math.nan, note=note
        )
    return Opened(
        "Precision",
        r"\frac{TP}{TP + FP}",
        rf"\frac{{{tp}}}{{{tp} + {fp}}}",
        f"{tp} / ({tp} + {fp})",
        test.precision,
        note="Of what was called spam, how much is spam. A lost honest letter costs most.",
    )


def recall(test: HeldOut) -> Opened:
    """Of the spam, the share that was called so."""
    _, (fn, tp) = test.confusion.tolist()
    return Opened(
        "Recall",
        r"\frac{TP}{TP + FN}",
        rf"\frac{{{tp}}}{{{tp} + {fn}}}",
        f"{tp} / ({tp} + {fn})",
        test.recall,
        note="Of the spam, how much was caught.",
    )


def confusion_cell(test: HeldOut, truth: int, verdict: int) -> Opened:
    """One cell of the confusion matrix, with the row that it is part of."""
    names = ("ham", "spam")
    count, row = int(test.confusion[truth, verdict]), int(test.confusion[truth].sum())
    other = int(test.confusion[truth, 1 - verdict])
    rows = tuple(
        Row(
            f"called {names[v]}",
            "",
            str(int(test.confusion[truth, v])),
            float(test.confusion[truth, v]),
            share=float(test.confusion[truth, v] / row),
            chosen=v == verdict,
        )
        for v in (spam.HAM, spam.SPAM)
    )
    sign = ">" if verdict == spam.SPAM else r"\le"
    return Opened(
        f"{names[truth].capitalize()} called {names[verdict]}",
        rf"\#\{{\text{{{names[truth]}}},\ \text{{log-odds}} {sign} 0\}}",
        rf"{row} - {other}",
        f"{row} - {other}",
        float(count),
        "messages",
        rows=rows,
        note=f"Of {row} held-out {names[truth]} messages.",
    )


# -- helpers -------------------------------------------------------------------------------------


def shown(word: str) -> str:
    """A word as a reader knows it: the kinds that stand for many words in words of their own."""
    names = {"_url_": "web link", "_email_": "e-mail", "_money_": "$ amount", "_num_": "number"}
    return names.get(word, word)


def _sum(terms: Iterable[str]) -> str:
    return f"sum({', '.join(terms)})"


def _first_terms(values: list[float], n: int) -> str:
    """At most four signed terms on two lines, and how many more there are."""
    parts = [number(v) if v < 0 else f"+{number(v)}" for v in values[:4]]
    lines = [" ".join(parts[:2]), " ".join(parts[2:])]
    if n > len(parts):
        lines.append(rf"+ \text{{{n - len(parts)} more}}")
    return r" \\ & ".join(line for line in lines if line)
