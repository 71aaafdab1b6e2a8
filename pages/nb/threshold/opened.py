"""The filter's cuts opened: rates, costs, areas, and one message's words."""

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import spam
from genmodels.kit.opened import Opened, Row, literal, number, plain
from genmodels.naive_bayes import BernoulliNB, MultinomialNB
from pages.nb import nb_drift
from pages.nb.naive_bayes_opened import shown
from pages.nb.threshold import case as runs
from pages.nb.threshold.case import Setup
from pages.nb.threshold.state import State

SHOWN = 10


def fraction(title: str, words: tuple[str, str], top: str, bottom: str, note: str) -> Opened:
    """A share of counts; `top` and `bottom` are sums of whole numbers."""
    below = sum(int(part) for part in bottom.split("+"))
    above = sum(int(part) for part in top.split("+"))
    return Opened(
        title,
        rf"\frac{{\text{{{words[0]}}}}}{{\text{{{words[1]}}}}}",
        rf"\frac{{{top}}}{{{bottom}}}",
        f"({top}) / ({bottom})" if below else "inf - inf",
        above / below if below else math.nan,
        note=note if below else "There is no such message: 0 / 0.",
    )


def rates(setup: Setup, stop: int) -> Mapping[str, Callable[[], Opened]]:
    """What the table and the measures open, by name, at a stop."""
    t, found = runs.tested(setup).curves, runs.groups(setup)
    tp, fp = int(t.tp[stop]), int(t.fp[stop])
    fn, tn = t.positives - tp, t.negatives - fp
    flagged = found.flagged[:, stop].tolist()

    def group(i: int, note: str) -> Callable[[], Opened]:
        name = runs.WORDS[i]
        title = "Recall: spam flagged" if i == 2 else f"{name.capitalize()} flagged"
        return lambda: fraction(
            title, (f"flagged {name}", f"all {name}"), f"{flagged[i]}", f"{found.totals[i]}", note
        )

    return {
        "precision": lambda: fraction(
            "Precision", ("spam flagged", "all flagged"), f"{tp}", f"{tp} + {fp}",
            f"Of {tp + fp} flagged messages {fp} are ham. It depends on how much spam comes.",
        ),
        "accuracy": lambda: fraction(
            "Accuracy", ("right", "all"), f"{tp} + {tn}", f"{tp} + {tn} + {fp} + {fn}",
            "Calling everything ham would reach "
            f"{plain(t.negatives / len(t.scores))}. {_by_fold(setup, stop)}",
        ),
        "easy": group(0, "False alarms on ordinary mail."),
        "hard": group(1, "Honest mail that looks like spam: newsletters, offers asked for."),
        "spam": group(2, f"{fn} of {t.positives} are missed."),
    }  # fmt: skip


def _by_fold(setup: Setup, stop: int) -> str:
    run = runs.tested(setup)
    if setup.split == "time":
        return "Trained on the earlier collection, tested on the later."
    by_fold = run.accuracy_by_part(float(run.curves.cut[stop]))
    return "In the five folds: " + ", ".join(f"{a:.3f}" for a in by_fold) + "."


def cost(setup: Setup, stop: int, which: int) -> Opened:
    """(r FP + FN) / N at a stop."""
    t, r = runs.tested(setup).curves, runs.COSTS[which]
    return _cost("Cost a message at the cut", setup, stop, r, f"The cut is {_cut(t.cut[stop])}.")


def _cost(title: str, setup: Setup, stop: int, r: float, note: str) -> Opened:
    t = runs.tested(setup).curves
    fp, fn, n = int(t.fp[stop]), int(t.positives - t.tp[stop]), len(t.scores)
    return Opened(
        title,
        r"\frac{r \cdot \text{false alarms} + \text{missed}}{\text{all}}",
        rf"\frac{{{r:g} \cdot {fp} + {fn}}}{{{n}}}",
        f"({literal(r)} * {fp} + {fn}) / {n}",
        float(runs.costs_of(t, r)[stop]),
        "missed spams",
        note=f"A false alarm costs r = {r:g} missed spams. {note}",
    )


def best(setup: Setup, which: int) -> Opened:
    """The cheapest stop of all, beside the cuts that theory and habit name."""
    t, r = runs.tested(setup).curves, runs.COSTS[which]
    each = runs.costs_of(t, r)
    stops = {
        "cheapest": int(each.argmin()),
        "if calibrated": t.stop_at(runs.bayes_cut(r)),
        "P = 1/2": t.stop_at(0.0),
        "flag nothing": 0,
        "flag all": len(t.cut) - 1,
    }
    n = len(t.scores)
    rows = [
        Row(
            f"{name}: {int(t.fp[s])} alarms, {int(t.positives - t.tp[s])} missed",
            "",
            f"({literal(r)} * {int(t.fp[s])} + {int(t.positives - t.tp[s])}) / {n}",
            float(each[s]),
            chosen=name == "cheapest",
        )
        for name, s in stops.items()
    ]
    cheapest = stops["cheapest"]
    return Opened(
        "The cheapest cut",
        r"\min_c \frac{r\, FP(c) + FN(c)}{N}",
        rf"\frac{{{r:g} \cdot {int(t.fp[cheapest])} + {int(t.positives - t.tp[cheapest])}}}{{{n}}}",
        f"-max({', '.join('-' + row.expression for row in rows)})",
        float(each[cheapest]),
        "missed spams",
        rows,
        f"Over all {len(t.cut)} cuts, at {_cut(t.cut[cheapest])}. It was chosen on the messages "
        "that it is judged by, so on new ones it will cost a little more.",
    )


def bayes(setup: Setup, which: int) -> Opened:
    """The cut for true posteriors, t = c_fa / (c_fa + c_miss), and how far the cheapest lies."""
    t, r = runs.tested(setup).curves, runs.COSTS[which]
    each = runs.costs_of(t, r)
    stop, cheapest = t.stop_at(runs.bayes_cut(r)), int(each.argmin())
    times = float(each[stop] / each[cheapest])
    gap = (
        f"The cheapest cut is {_cut(t.cut[cheapest])}; this one costs {plain(times)} times as "
        "much. The gap is overconfidence: words that come together are counted as if each were "
        "news."
    )
    return Opened(
        "The cut if P were calibrated",
        r"\begin{aligned} &\text{flag if } (1-P)\, c_{\text{fa}} < P\, c_{\text{miss}} \\"
        r" &t = \frac{c_{\text{fa}}}{c_{\text{fa}} + c_{\text{miss}}} \end{aligned}",
        rf"\frac{{{r:g}}}{{{r:g} + 1}}",
        f"{literal(r)} / ({literal(r)} + 1)",
        runs.calibrated(r),
        rows=[
            Row("as log-odds, nats", "", f"log({literal(r)})", runs.bayes_cut(r)),
            Row("cost there", "", _cost("", setup, stop, r, "").expression, float(each[stop])),
        ],
        note=gap,
    )


def half(setup: Setup, which: int) -> Opened:
    """The cost of the usual cut, P = 1/2."""
    t = runs.tested(setup).curves
    return _cost(
        "Cost a message at P = 1/2", setup, t.stop_at(0.0), runs.COSTS[which],
        "The usual cut is cheapest only where both mistakes cost the same.",
    )  # fmt: skip


def _cut(cut: float) -> str:
    """A cut in nats and as P(spam), or as 1 - P where P is all but 1."""
    odds = math.exp(-abs(cut))
    p = 1 / (1 + odds) if cut >= 0 else odds / (1 + odds)
    as_p = f"1 − P = {plain(odds / (1 + odds))}" if p > 0.999 else f"P = {plain(p)}"
    return f"{plain(float(cut))} nats, {as_p}"


# -- areas -----------------------------------------------------------------------------------------


def auc(setup: Setup) -> Opened:
    """The share of pairs (spam, ham) ranked right: for each ham, how many spams lie above it."""
    t = runs.tested(setup).curves
    ham, positive = np.sort(t.scores[~t.positive]), np.sort(t.scores[t.positive])
    above = len(positive) - np.searchsorted(positive, ham, "right")
    level = np.searchsorted(positive, ham, "right") - np.searchsorted(positive, ham, "left")
    wins, hams = np.unique(2 * above + level, return_counts=True)
    terms = [f"{n} * {w / 2:g}" for w, n in zip(wins.tolist(), hams.tolist(), strict=True)]
    pairs = f"{t.positives} * {t.negatives}"
    order = np.argsort(-hams, kind="stable")[:4]
    rows = [
        Row(
            f"{hams[i]} ham, each below {wins[i] / 2:g} spam",
            "",
            f"{terms[i]} / ({pairs})",
            float(hams[i] * wins[i] / 2 / (t.positives * t.negatives)),
        )
        for i in order
    ]
    total = float((hams * wins).sum() / 2)
    ties = int(level.sum())
    return Opened(
        "Area under the ROC curve",
        r"\frac{\text{pairs with the spam above the ham}}{\text{spam} \cdot \text{ham}}",
        rf"\frac{{{total:.10g}}}{{{t.positives} \cdot {t.negatives}}}",
        f"sum({', '.join(terms)}) / ({pairs})",
        t.auc,
        rows=rows,
        note=f"The largest of {len(terms)} terms. {ties} tied pairs count half. As trapezoids "
        "under the curve it is the same number; it depends on no cut.",
    )


def average_precision(setup: Setup) -> Opened:
    """The mean, over the spam, of the precision at the cut that just flags it."""
    t = runs.tested(setup).curves
    gained = np.diff(t.tp)
    stops = np.flatnonzero(gained) + 1
    terms = [f"{int(gained[s - 1])} * {int(t.tp[s])} / {int(t.flagged[s])}" for s in stops]
    first = terms[0].replace("*", r"\cdot")
    tenths = [int(stops[i]) for i in np.linspace(0, len(stops) - 1, 5).round().astype(int)]
    rows = [
        Row(
            f"recall {plain(float(t.recall[s]))}: precision",
            "",
            f"{int(t.tp[s])} / {int(t.flagged[s])}",
            float(t.precision[s]),
        )
        for s in tenths
    ]
    return Opened(
        "Average precision",
        r"\sum_j (R_j - R_{j-1})\, P_j",
        rf"\tfrac{{1}}{{{t.positives}}} \left({first} + \dots\right)",
        f"sum({', '.join(terms)}) / {t.positives}",
        t.average_precision,
        rows=rows,
        note=f"The area under the stepped precision-recall curve: {len(terms)} steps.",
    )


# -- one message -----------------------------------------------------------------------------------


def message(
    model: MultinomialNB | BernoulliNB,
    features: NDArray[np.int64],
    times: NDArray[np.int64],
    title: str,
    note: str = "",
) -> Opened:
    """log P(spam | x) / P(ham | x) from counts: the prior, then each word that the message has."""
    counted = times if isinstance(model, MultinomialNB) else np.ones_like(times)
    prior = float(model.log_prior[spam.SPAM] - model.log_prior[spam.HAM])
    if isinstance(model, MultinomialNB):
        parts = model.word_contributions(features, counted)
    else:
        parts = model.word_contributions(features)
    values = parts[:, spam.SPAM] - parts[:, spam.HAM]
    vocabulary = spam.load().vocabulary
    terms = [_word(model, f, n) for f, n in zip(features.tolist(), counted.tolist(), strict=True)]
    order = np.argsort(-np.abs(values), kind="stable")
    rows = [Row("prior", "", literal(prior), prior)]
    total = prior + math.fsum(values.tolist())
    if isinstance(model, BernoulliNB):
        absent = model.absent_contributions(features)
        silent = float(absent[spam.SPAM] - absent[spam.HAM])
        rows.append(Row("all absent words", "", literal(silent), silent))
        total += silent
    named = [shown(vocabulary[f]) + (f" ×{n}" if n > 1 else "")
             for f, n in zip(features.tolist(), counted.tolist(), strict=True)]  # fmt: skip
    words = [Row(named[i], "", terms[i], float(values[i])) for i in order]
    left = len(words) - SHOWN
    more = f"{left} more words are in the sum. " if left > 0 else ""
    lead = [number(row.value) for row in (*rows, *words)[:3]]
    return Opened(
        title,
        r"\log \frac{P(\text{spam})}{P(\text{ham})} + \sum_w x_w \log \frac{p(w \mid s)}"
        r"{p(w \mid h)}",
        " + ".join(lead).replace("+ -", "- ") + (r" + \dots" if len(rows) + len(words) > 3 else ""),
        f"sum({', '.join(row.expression for row in (*rows, *words))})",
        total,
        "nats",
        (*rows, *words[:SHOWN]),
        f"{more}Counts only: the text doesn't ship. {note}",
    )


def _word(model: MultinomialNB | BernoulliNB, f: int, times: int) -> str:
    """times * log(p(w | spam) / p(w | ham)) from the counts."""
    a, p = literal(model.alpha), []
    for k in (spam.SPAM, spam.HAM):
        if isinstance(model, MultinomialNB):
            whole, cells = int(model.feature_count[k].sum()), model.n_features
        else:
            whole, cells = int(model.class_count[k]), 2
        p.append(f"log(({int(model.feature_count[k, f])} + {a}) / ({whole} + {a} * {cells}))")
    return f"{times} * ({p[0]} - {p[1]})"


def case(setup: Setup, row: int) -> Opened | None:
    """A tested message (corpus row) under the model that tested it; None if this test hasn't it."""
    run = runs.tested(setup)
    at = np.flatnonzero(run.row == row)
    if not len(at):
        return None
    i = int(at[0])
    model = nb_drift.model_of_part(setup.split, int(run.part[i]), setup.kind, setup.alpha)
    group = runs.WORDS[runs.groups(setup).of[i]]
    return message(
        model, *nb_drift.message(row), f"{group.capitalize()} {row + 1}: log-odds",
        "The model that says so has not seen this message.",
    )  # fmt: skip


def opened(now: State) -> Opened | None:
    """What the inspector shows: a selected message, else the number that was clicked."""
    setup, place = now.setup, now.place
    if place.message is not None:
        return case(setup, place.message - 1)
    stop = runs.tested(setup).curves.stop_at(place.cut)
    others: dict[str, Callable[[], Opened]] = {
        **rates(setup, stop),
        "auc": lambda: auc(setup),
        "ap": lambda: average_precision(setup),
        "cost": lambda: cost(setup, stop, place.cost),
        "best": lambda: best(setup, place.cost),
        "bayes": lambda: bayes(setup, place.cost),
        "half": lambda: half(setup, place.cost),
    }
    return others[place.open]() if place.open in others else None
