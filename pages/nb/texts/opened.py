"""Documents under Naive Bayes, opened: a word, a class, the sums, the tests, what drew a document.

Probabilities are rebuilt from the model's counts, not from its logarithms, so that what is shown
is the definition and the value beside it can be checked against it.
"""

import math
from collections.abc import Iterable

import numpy as np

from genmodels.datasets import genres
from genmodels.kit.opened import Opened, Row, evaluate, literal, number, plain
from genmodels.naive_bayes import BernoulliNB, MultinomialNB
from pages.nb.text import Model, Settings, Telling, Verdict, collection, model
from pages.nb.texts import genres as genres_run

SHOWN = 8


def opened(verdict: Verdict, selected: str | None) -> Opened | None:
    """What the judge's selection names: a sum, a class (c3), a word by its start (w17)."""
    if selected is None:
        return None
    if selected == "prior":
        return prior(verdict)
    if selected == "margin":
        return margin(verdict)
    if selected == "absent":
        return absent(verdict) if verdict.absent is not None else None
    at = int(selected[1:])
    if selected[0] == "c":
        return class_posterior(verdict, at)
    return word(verdict, verdict.starts.index(at)) if at in verdict.starts else None


# -- a typed text --------------------------------------------------------------------------------


def word(verdict: Verdict, i: int) -> Opened:
    """The log-odds of token i for the first class of the pair against the second."""
    token = verdict.tokens[i]
    title = f"“{token.word}”"
    k, j = verdict.pair
    if token.feature < 0:
        note = "Not in the vocabulary: the counts say nothing about it, so it adds 0."
        return Opened(title, r"\text{log-odds} = 0", "0", "0", 0.0, "nats", note=note)
    rows = tuple(likelihood(verdict.model, verdict.classes, token.feature, c) for c in (k, j))
    if not verdict.counted[i]:
        note = "It counted where it first stands: under Bernoulli a word is there or not."
        return Opened(
            title, r"0 \cdot \log \frac{p_1}{p_2}", "0", "0", 0.0, "nats", rows=rows, note=note
        )
    p, q = rows
    times = sum(t.feature == token.feature for t in verdict.tokens)
    repeated = f" It stands here {times} times, and counts each time." if times > 1 else ""
    if isinstance(verdict.model, BernoulliNB):
        repeated = f" It stands here {times} times, and counts once." if times > 1 else ""
    return Opened(
        title,
        r"\log \frac{p(w \mid \text{" + verdict.classes[k] + r"})}{p(w \mid \text{"
        + verdict.classes[j] + "})}",
        rf"\log \frac{{{p.substitution}}}{{{q.substitution}}}",
        f"log({p.expression}) - log({q.expression})",
        float(verdict.weights[i]),
        "nats",
        rows=rows,
        note=f"{_definition(verdict.model, collection(verdict.settings.name).unit)}{repeated}",
    )  # fmt: skip


def likelihood(learnt: Model, classes: tuple[str, ...], f: int, k: int) -> Row:
    """The smoothed p(word f | class k) from its counts."""
    count, alpha = int(learnt.feature_count[k, f]), learnt.alpha
    if isinstance(learnt, MultinomialNB):
        total, cells = int(learnt.feature_count[k].sum()), learnt.n_features
    else:
        total, cells = int(learnt.class_count[k]), 2
    expression = _ratio(count, total, alpha, cells)
    return Row(
        f"p(w | {classes[k]})",
        rf"({count} + {alpha:g}) / ({total} + {alpha:g} \cdot {cells})",
        expression,
        (count + alpha) / (total + alpha * cells),
    )


def _ratio(count: int, total: int, alpha: float, cells: int) -> str:
    return f"({count} + {literal(alpha)}) / ({total} + {literal(alpha)} * {cells})"


def _definition(learnt: Model, unit: str) -> str:
    if isinstance(learnt, MultinomialNB):
        return "p = (times in the class + α) / (words of the class + α · vocabulary)."
    return f"p = ({unit}s with the word + α) / ({unit}s of the class + 2α)."


def class_posterior(verdict: Verdict, k: int) -> Opened:
    """P(class k | text), from every class's log joint."""
    scores, top = verdict.log_joint.tolist(), verdict.top
    order = sorted(range(len(scores)), key=lambda c: -scores[c])
    terms = ", ".join(f"exp({literal(s)} - {literal(scores[top])})" for s in scores)
    rows = tuple(
        Row(verdict.classes[c], "", literal(scores[c]), scores[c],
            share=float(verdict.posterior[c]), chosen=c == k)
        for c in order
    )  # fmt: skip
    return Opened(
        f"P({verdict.classes[k]} | text)",
        r"\frac{e^{L_k}}{\sum_c e^{L_c}},\quad L_c = \log P(c) + \sum_i \log p(w_i \mid c)",
        rf"\frac{{e^{{{number(scores[k], 5)}}}}}{{\sum_c e^{{L_c}}}}",
        f"exp({literal(scores[k])} - {literal(scores[top])}) / sum({terms})",
        float(verdict.posterior[k]),
        rows=rows,
        note="Each class’s log joint L in nats, and its share. Words are not independent, so such "
        "sums run too far: the order is worth more than the certainty.",
    )


def prior(verdict: Verdict) -> Opened:
    """log P(first) / P(second), from the number of training documents of each."""
    learnt, (k, j) = verdict.model, verdict.pair
    n, m = int(learnt.class_count[k]), int(learnt.class_count[j])
    total, unit = int(learnt.class_count.sum()), collection(verdict.settings.name).unit
    return Opened(
        "Prior",
        rf"\log \frac{{P(\text{{{verdict.classes[k]}}})}}{{P(\text{{{verdict.classes[j]}}})}}",
        rf"\log \frac{{{n} / {total}}}{{{m} / {total}}}",
        f"log({n} / {total}) - log({m} / {total})",
        verdict.prior,
        "nats",
        note=f"How many of the {total} training {unit}s are of each class.",
    )


def absent(verdict: Verdict) -> Opened:
    """What all words that are not in the text add: Bernoulli only. Raises ValueError else."""
    learnt = verdict.model
    if not isinstance(learnt, BernoulliNB) or verdict.absent is None:
        raise ValueError(f"model must be BernoulliNB; got {type(learnt).__name__}")
    k, j = verdict.pair
    here = np.unique([t.feature for t in verdict.tokens if t.feature >= 0]).astype(int)
    away = np.setdiff1d(np.arange(learnt.n_features), here)
    odds = learnt.log_not_p[k, away] - learnt.log_not_p[j, away]
    words = collection(verdict.settings.name).vocabulary
    order = np.argsort(-np.abs(odds), kind="stable")[:SHOWN]
    sums = []
    for c in (k, j):
        # Words with the same count say the same: one term for all of them.
        counts, repeats = np.unique(learnt.feature_count[c, away].astype(int), return_counts=True)
        rows, a = int(learnt.class_count[c]), literal(learnt.alpha)
        sums.append(
            _sum(
                f"{n} * log(({rows} - {count} + {a}) / ({rows} + 2 * {a}))"
                for count, n in zip(counts.tolist(), repeats.tolist(), strict=True)
            )
        )
    return Opened(
        f"The {len(away):,} words that are not there",
        r"\sum_{w \notin x} \log \frac{1 - p(w \mid c_1)}{1 - p(w \mid c_2)}",
        rf"{number(odds[odds > 0].sum())} - {number(-odds[odds < 0].sum())}",
        f"{sums[0]} - {sums[1]}",
        float(verdict.absent[k] - verdict.absent[j]),
        "nats",
        rows=tuple(Row(f"no “{words[away[i]]}”", "", "", float(odds[i])) for i in order),
        note=f"The largest {len(order)} terms. Under Bernoulli silence speaks: a short text is "
        "judged by what it doesn’t say.",
    )


def margin(verdict: Verdict) -> Opened:
    """The whole evidence for the first class against the second: prior, words, absent words."""
    k, j = verdict.pair
    absent_odds = None if verdict.absent is None else float(verdict.absent[k] - verdict.absent[j])
    rows = [Row("prior", "", literal(verdict.prior), verdict.prior)]
    if absent_odds is not None:
        rows.append(Row("absent words", "", literal(absent_odds), absent_odds))
    rows += [
        Row(f"{name} ×{n}" if n > 1 else name, "", literal(nats), nats)
        for name, n, nats, _ in verdict.deciding
    ]
    weights = verdict.weights[verdict.counted > 0]
    terms = [row.expression for row in rows[: 2 if absent_odds is not None else 1]]
    gains, losses = weights[weights > 0].sum(), -weights[weights < 0].sum()
    rest = rf" + {number(absent_odds)}_{{\text{{absent}}}}" if absent_odds is not None else ""
    return Opened(
        f"{verdict.classes[k]} against {verdict.classes[j]}",
        r"\log \frac{P(c_1 \mid x)}{P(c_2 \mid x)} = \text{prior} + \sum_i \text{word}_i"
        + (r" + \text{absent}" if absent_odds is not None else ""),
        rf"{number(verdict.prior)}_{{\text{{prior}}}}{rest} + {number(gains)} - {number(losses)}",
        _sum([*terms, *(literal(v) for v in weights.tolist())]),
        verdict.margin,
        "nats",
        rows=tuple(rows),
        note=f"{int((weights > 0).sum())} words speak for {verdict.classes[k]}, "
        f"{int((weights < 0).sum())} for {verdict.classes[j]}; the strongest are listed.",
    )


# -- words of a class ------------------------------------------------------------------------------


def telling_word(settings: Settings, k: int, found: Telling) -> Opened:
    """A word's nats per 1,000 words of class k against all others."""
    counts = model(Settings(settings.name, alpha=settings.alpha)).feature_count
    alpha, cells = settings.alpha, counts.shape[1]
    inside, outside = int(counts[k].sum()), int(counts.sum() - counts[k].sum())
    p = _ratio(found.inside, inside, alpha, cells)
    q = _ratio(found.outside, outside, alpha, cells)
    learnt = collection(settings.name)
    few = found.texts <= 2
    return Opened(
        f"“{found.word}” in {learnt.classes[k]}",
        r"1000\, p \log \frac{p}{q}",
        rf"\begin{{aligned}} & p = \frac{{{found.inside} + {alpha:g}}}"
        rf"{{{inside} + {alpha:g} \cdot {cells}}} \\[4pt] "
        rf"& q = \frac{{{found.outside} + {alpha:g}}}"
        rf"{{{outside} + {alpha:g} \cdot {cells}}} \end{{aligned}}",
        f"1000 * {p} * (log({p}) - log({q}))",
        found.nats,
        "nats in 1,000 words",
        rows=(
            Row(f"p(w | {learnt.classes[k]})", "", p, evaluate(p)),
            Row("p(w | all others)", "", q, evaluate(q)),
        ),
        note=f"In {found.texts} of {int((learnt.y == k).sum())} {learnt.unit}s of the class."
        + (" A fingerprint of one text rather than a sign of the class." if few else ""),
    )  # fmt: skip


# -- the cross-validation of genres ----------------------------------------------------------------


def cv_accuracy(result: genres_run.CrossValidated) -> Opened:
    """The mean accuracy of the 25 folds."""
    each = list(zip(result.right.tolist(), result.size.tolist(), strict=True))
    by_repeat = [each[i : i + genres.FOLDS] for i in range(0, len(each), genres.FOLDS)]
    rows = tuple(
        Row(
            f"repeat {i + 1}",
            "",
            f"sum({', '.join(f'{r} / {n}' for r, n in folds)}) / {len(folds)}",
            math.fsum(r / n for r, n in folds) / len(folds),
        )
        for i, folds in enumerate(by_repeat)
    )
    return Opened(
        f"Accuracy, {result.ways} ways",
        r"\frac{1}{25} \sum_{\text{folds}} \frac{\text{right}}{\text{documents}}",
        rf"\begin{{aligned}} & \tfrac{{1}}{{25}}\bigl(\tfrac{{{each[0][0]}}}{{{each[0][1]}}} + "
        rf"\tfrac{{{each[1][0]}}}{{{each[1][1]}}} \\ & + \text{{23 more}}\bigr) \end{{aligned}}",
        f"sum({', '.join(f'{r} / {n}' for r, n in each)}) / {len(each)}",
        result.accuracy,
        rows=rows,
        note=f"Standard deviation of the 25 folds {plain(result.spread)}; from "
        f"{plain(float(result.accuracies.min()))} to {plain(float(result.accuracies.max()))}.",
    )  # fmt: skip


def majority(share_of: int, total: int, name: str, value: float) -> Opened:
    """What calling everything the largest class would reach."""
    return Opened(
        f"Always “{name}”",
        r"\frac{\text{texts of the largest class}}{\text{texts}}",
        rf"\frac{{{share_of}}}{{{total}}}",
        f"{share_of} / {total}",
        value,
        note="What a model must beat before it has learnt anything.",
    )


def cv_majority(result: genres_run.CrossValidated) -> Opened:
    counts = np.bincount(result.truth)
    name = genres.classes(result.ways)[int(counts.argmax())]
    return majority(int(counts.max()), int(counts.sum()), name, result.majority)


def cell(found: genres_run.Cell) -> Opened:
    """A cell of the confusion matrix, with the words that drew its documents there."""
    names = genres.classes(found.ways)
    table = genres_run.cross_validated(found.ways, found.alpha).confusion
    row = table[found.truth].tolist()
    others = [n for v, n in enumerate(row) if v != found.called and n]
    less = "".join(f" - {n}" for n in others)
    docs = ", ".join(found.docs[:14]) + (" …" if len(found.docs) > 14 else "")
    note = f"Documents: {docs}. " if docs else "No document. "
    if found.pulls:
        note += "Listed: what each word added, in nats, over all of them, against " + (
            "each one’s runner-up." if found.truth == found.called else "their true class."
        )
    return Opened(
        f"{names[found.truth]} called {names[found.called]}",
        r"\#\{\text{of the class}\} - \#\{\text{called otherwise}\}",
        f"{sum(row)}{less}",
        f"{sum(row)}{less}",
        float(len(found.rows)),
        f"of {sum(row)} documents",
        rows=tuple(Row(p.word, "", "", p.nats) for p in found.pulls),
        note=note,
    )


def pull(found: genres_run.Cell, i: int) -> Opened:
    """Word i's pull: the sum over the cell's documents of its count times its log-odds."""
    names, word_pull = genres.classes(found.ways), found.pulls[i]
    alpha, cells = found.alpha, len(genres.load().vocabulary)
    terms = [
        f"{t.count} * (log({_ratio(*t.up, alpha, cells)}) - log({_ratio(*t.down, alpha, cells)}))"
        for t in word_pull.terms
    ]
    rows = tuple(
        Row(f"{t.doc} ×{t.count}", "", term, t.nats)
        for t, term in sorted(
            zip(word_pull.terms, terms, strict=True), key=lambda pair: -pair[0].nats
        )[:SHOWN]
    )
    first = max(word_pull.terms, key=lambda t: t.nats)
    more = len(word_pull.terms) - 1
    return Opened(
        f"“{word_pull.word}”: {names[found.truth]} called {names[found.called]}",
        r"\sum_d x_{dw} \log \frac{p_d(w \mid \text{called})}{p_d(w \mid \text{other})}",
        rf"\begin{{aligned}} & {first.count} \cdot \log \frac{{({first.up[0]} + {alpha:g}) / "
        rf"({first.up[1]} + {alpha:g} \cdot {cells})}}{{({first.down[0]} + {alpha:g}) / "
        rf"({first.down[1]} + {alpha:g} \cdot {cells})}} \\ & + \text{{{more} more}} "
        r"\end{aligned}",
        _sum(terms),
        word_pull.nats,
        "nats",
        rows=rows,
        note="Each document by the model of the folds that it isn’t in.",
    )


def _sum(terms: Iterable[str]) -> str:
    return f"sum({', '.join(terms)})"
