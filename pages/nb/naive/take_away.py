"""What the page on "naive" gives away: its curves, its messages, a script in scikit-learn."""

import csv
import io
import json
from typing import Any

import numpy as np

from genmodels.datasets import spam
from genmodels.kit.script import comment, literal
from genmodels.kit.svg import Drawing, axes
from pages.nb.naive import boards
from pages.nb.naive.case import State
from pages.nb.naive.cost import duplicated_log_odds, halves

PURPLE, GREEN, GREY = "#7F5AB6", "#009E73", "#8a94a0"


def table(state: State) -> list[dict[str, Any]]:
    """One row a stop: what the slider does to accuracy, Brier score and sureness."""
    rows: list[dict[str, Any]] = []
    for i in range(boards.stops_of(state.section)):
        if state.section in boards.EXACT:
            m = boards.exact(state.section, i, state.distance, state.prior)
            rows.append(
                {
                    "rho": m.rho,
                    "features": m.features,
                    "kappa": m.kappa,
                    "accuracy": m.accuracy,
                    "true_accuracy": m.true_accuracy,
                    "brier": m.brier,
                    "true_brier": m.true_brier,
                    "sure": m.sure,
                }
            )
            continue
        row: dict[str, Any] = {"copies": boards.COPIES[i]}
        for name in ("none", "platt", "isotonic"):
            c = boards.case(name, i, state.kind, state.words)
            row[f"brier_{name}"] = c.brier
            row[f"reliability_{name}"] = c.parts.reliability
            row[f"resolution_{name}"] = c.parts.resolution
            if name == "none":
                row |= {"accuracy": c.accuracy, "sure": c.sure, "sure_and_wrong": c.sure_and_wrong}
        rows.append(row)
    return rows


def as_json(state: State) -> str:
    """The settings and every stop's figures."""
    setting = {"section": state.section, "stop": state.stop}
    names = ("distance", "prior") if state.section in boards.EXACT else ("kind", "words", "method")
    setting |= {name: getattr(state, name) for name in names}
    return json.dumps({"setting": setting, "stops": table(state)}, indent=1, allow_nan=False)


def as_csv(state: State) -> str:
    """Every stop's figures, one row each."""
    rows = table(state)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_svg(state: State) -> str:
    """The reliability diagram of the stop."""
    drawing = Drawing(520, 520, f"Reliability, {state.section}")
    x, y = axes(drawing, (60, 40, 430, 420), (0, 1, 0, 1), ("stated", "comes true"))
    drawing.path([(x(0), y(0)), (x(1), y(1))], GREY, 1.2, "2 3")
    if state.section in boards.EXACT:
        m = boards.exact(state.section, state.stop, state.distance, state.prior)
        p = boards.FRACTIONS
        drawing.path([(x(a), y(b)) for a, b in zip(p, m.true_given_naive(p), strict=True)], PURPLE)
        drawing.text(275, 24, f"Reliability of the naive posterior, kappa = {m.kappa:.3g}", size=14)
        return str(drawing)
    for method, colour in (("none", PURPLE), (state.method, GREEN)):
        t = state.case(method).reliability
        low, high = t.interval()
        for p, o, n, a, b in zip(t.mean_p, t.observed, t.count, low, high, strict=True):
            drawing.path([(x(p), y(a)), (x(p), y(b))], colour)
            drawing.circle(x(p), y(o), 3 + 1.6 * float(np.log10(n)), colour)
    drawing.text(
        275, 24, f"Spam, {boards.COPIES[state.stop]} copies: as stated (purple), {state.method}",
        size=14,
    )  # fmt: skip
    return str(drawing)


def as_script(state: State) -> str:
    """A script that finds the stop's numbers with scikit-learn alone."""
    return _exact_script(state) if state.section in boards.EXACT else _spam_script(state)


def _exact_script(state: State) -> str:
    m = boards.exact(state.section, state.stop, state.distance, state.prior)
    return f'''"""Naive and true posterior of two Gaussian classes; needs NumPy and scikit-learn."""

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.naive_bayes import GaussianNB

distance, rho, features, prior = {m.distance!r}, {m.rho!r}, {m.features}, {m.prior!r}

# Points whose means and covariance are exactly the model's, so that a fit has nothing to guess:
# mean +- sqrt(m) times each column of a root of the covariance.
covariance = (1 - rho) * np.eye(features) + rho * np.ones((features, features))
values, vectors = np.linalg.eigh(covariance)
root = vectors * np.sqrt(np.maximum(values, 0)) * np.sqrt(features)
around = np.vstack([root.T, -root.T])
X = np.vstack([around - distance / 2, around + distance / 2])
y = np.repeat([0, 1], len(around))
naive = GaussianNB(priors=[1 - prior, prior], var_smoothing=0).fit(X, y)

# The true posterior: the covariance as it is. At rho = 1 all features are one.
true_X = X[:, :1] if rho == 1 else X
true = LinearDiscriminantAnalysis(priors=[1 - prior, prior]).fit(true_X, y)

x = np.full((1, features), 0.4)
print("naive posterior", naive.predict_proba(x)[0, 1])
print("true posterior", true.predict_proba(x[:, : true_X.shape[1]])[0, 1])

# A sample of 100,000: the accuracy and Brier score of the naive verdict.
rng = np.random.default_rng(0)
outcome = rng.random(100_000) < prior
mean = np.where(outcome, distance / 2, -distance / 2)[:, None]
noise = rng.standard_normal((len(outcome), features)) * np.sqrt(np.maximum(values, 0))
sample = mean + noise @ vectors.T
p = naive.predict_proba(sample)[:, 1]
print("accuracy", np.mean((p > 0.5) == outcome))
print("Brier", np.mean((p - outcome) ** 2))
'''


def _spam_script(state: State) -> str:
    score = boards.case("none", state.stop, state.kind, state.words)
    every = _first_half(state)
    name = f"{state.kind}, {boards.COPIES[state.stop]} copies, {state.words} words"
    return f'''"""A spam filter's log-odds recalibrated; needs NumPy and scikit-learn."""
{comment(name)}

import base64
import io
import zlib

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

# Log-odds of spam of held-out messages: one half to learn the map on, the other to measure.
{literal("learn", every[0])}
{literal("learn_is_spam", every[1])}
{literal("score", score.log_odds)}
{literal("is_spam", score.is_spam)}

stated = 1 / (1 + np.exp(-np.clip(score, -700, 700)))
# Platt's sigmoid with his targets: each case is (mostly) its own class and a little the other.
ones, zeros = learn_is_spam.sum(), (1 - learn_is_spam).sum()
target = np.where(learn_is_spam == 1, (ones + 1) / (ones + 2), 1 / (zeros + 2))
scale = np.abs(learn).max()
platt = LogisticRegression(C=1e8, tol=1e-10, max_iter=10_000).fit(
    np.concatenate([learn, learn])[:, None] / scale,
    np.repeat([1, 0], len(learn)),
    sample_weight=np.concatenate([target, 1 - target]),
)
isotonic = IsotonicRegression(out_of_bounds="clip").fit(learn, learn_is_spam)

print("accuracy", np.mean((stated > 0.5) == is_spam))
print("Brier none", brier_score_loss(is_spam, stated))
print("Brier platt", brier_score_loss(is_spam, platt.predict_proba(score[:, None] / scale)[:, 1]))
print("Brier isotonic", brier_score_loss(is_spam, isotonic.predict(score)))
'''


def _first_half(state: State) -> tuple[np.ndarray, np.ndarray]:
    data, (rows, _) = spam.load(), halves()
    copies = boards.COPIES[state.stop]
    score = duplicated_log_odds(state.kind, 1.0, None, copies, state.words)
    return score[np.searchsorted(data.held_out, rows)], data.is_spam[rows]
