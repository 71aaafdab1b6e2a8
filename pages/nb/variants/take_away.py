"""A variant's board to take away: the model, the factor table, its picture, and a script."""

import csv
import io
import json
import math
from typing import Any

from genmodels.kit.opened import plain
from genmodels.kit.script import comment, literal
from genmodels.kit.svg import COMPONENTS, INK, LINE, Drawing
from genmodels.naive_bayes import GaussianNB
from pages.nb.naive_bayes_opened import shown
from pages.nb.variants.case_run import Reading


def _finite(value: float) -> float | str:
    return value if math.isfinite(value) else ("-inf" if value < 0 else "inf")


def _lists(rows: Any) -> list[list[float | str]]:
    return [[_finite(float(v)) for v in row] for row in rows]


def _value(reading: Reading, f: int) -> float | None:
    return float(reading.x[f]) if reading.case.known[f] else None


def model_json(reading: Reading) -> str:
    """The model, the case and every number of its table; -inf is written as text."""
    board, model = reading.board, reading.model
    parameters: dict[str, Any] = {
        "smoothing": board.smoothings[reading.case.smoothing],
        "class_count": model.class_count.tolist(),
        "prior": [math.exp(v) for v in reading.log_prior],
    }
    if isinstance(model, GaussianNB):
        parameters |= {"means": model.means.tolist(), "variances": model.variances.tolist()}
    else:
        parameters |= {"feature_count": model.feature_count.tolist()}
    return json.dumps(
        {
            "variant": board.kind,
            "data": board.source.caption(),
            "trained_on": board.trained,
            "classes": list(board.classes),
            "features": [
                {"name": f.name, "unit": f.unit, "value": _value(reading, i)}
                for i, f in enumerate(board.features)
            ],
            "model": parameters,
            "log_factors": _lists(reading.terms),
            "log_joint": [_finite(float(v)) for v in reading.log_joint],
            "posterior": None if reading.impossible else reading.posterior.tolist(),
        },
        indent=1,
        allow_nan=False,
    )


def factors_csv(reading: Reading) -> str:
    """A row a factor: the value, and for each class the factor, its log, and the belief so far."""
    board = reading.board
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    kinds = ("factor", "log", "belief")
    write.writerow(["row", "value", *(f"{k} {c}" for k in kinds for c in board.classes)])

    def line(name: str, value: object, logs: Any, belief: Any) -> None:
        write.writerow(
            [name, value, *(math.exp(float(v)) for v in logs)]
            + [float(v) for v in logs]
            + [float(v) for v in belief]
        )

    line("prior", "", reading.log_prior, reading.belief[0])
    for f, feature in enumerate(board.features):
        value = _value(reading, f)
        line(
            feature.name,
            "" if value is None else f"{value:g}",
            reading.terms[f],
            reading.belief[f + 1],
        )
    line("product", "", reading.log_joint, reading.posterior)
    return out.getvalue()


def table_svg(reading: Reading) -> str:
    """The factor table with the belief after each row."""
    board = reading.board
    C, wide, high = len(board.classes), 76, 26
    bar_at = 250 + C * wide
    drawing = Drawing(
        bar_at + 260, 62 + high * (len(board.features) + 3), f"{board.kind} naive Bayes"
    )
    for c, name in enumerate(board.classes):
        x = 250 + c * wide
        drawing.rectangle(x, 16, 10, 10, COMPONENTS[c], "none")
        drawing.text(x + 14, 25, name)
    drawing.text(bar_at, 25, "belief so far")
    y = 36

    def row(name: str, value: str, logs: Any, belief: Any) -> None:
        nonlocal y
        drawing.path([(12, y), (bar_at + 240, y)], LINE, 0.6)
        drawing.text(12, y + 17, name)
        drawing.text(150, y + 17, value)
        for c in range(C):
            drawing.text(250 + c * wide, y + 17, plain(math.exp(float(logs[c]))))
        x = float(bar_at)
        for c in range(C if belief is not None else 0):
            drawing.rectangle(x, y + 4, 240 * float(belief[c]), 17, COMPONENTS[c], "none")
            x += 240 * float(belief[c])
        y += high

    row("prior", "", reading.log_prior, reading.belief[0])
    for f, feature in enumerate(board.features):
        value = _value(reading, f)
        text = "not known" if value is None else f"{value:g} {feature.unit}"
        row(shown(feature.name), text, reading.terms[f], reading.belief[f + 1])
    row("product", "", reading.log_joint, None)
    best = board.classes[reading.winner]
    verdict = "0 / 0" if reading.impossible else f"{best} {plain(float(reading.posterior.max()))}"
    with_log = [math.log(p) if p > 0 else -math.inf for p in reading.posterior.tolist()]
    row("posterior", verdict, with_log, None if reading.impossible else reading.posterior)
    drawing.path([(12, y), (bar_at + 240, y)], INK, 0.6)
    return str(drawing)


def script(reading: Reading) -> str:
    """scikit-learn's model from the same data or counts; prints the table and the posterior."""
    board, model = reading.board, reading.model
    prior = [math.exp(float(v)) for v in reading.log_prior]
    smoothing = board.smoothings[reading.case.smoothing]
    title = f"{board.kind.capitalize()} naive Bayes as it stood on the page; needs scikit-learn."
    head = f'''"""{title}"""
{comment("Data: " + board.source.caption())}

import base64
import io
import zlib

import numpy as np
from sklearn.naive_bayes import {type(model).__name__}

classes = {list(board.classes)!r}
features = {[f.name for f in board.features]!r}
prior = np.array({prior!r})
prior /= prior.sum()  # to the last digit, as scikit-learn asks
x = np.array({[float(v) for v in reading.x]!r})
known = np.array({[bool(k) for k in reading.case.known]!r})
'''
    tail = """
log_joint = np.log(prior) + terms[:, known].sum(axis=1)
print("log joint:", *(f"{v:.6f}" for v in log_joint))
if np.isneginf(log_joint).all():
    print("posterior: 0 / 0")
else:
    posterior = np.exp(log_joint - log_joint.max())
    print("posterior:", *(f"{v:.9f}" for v in posterior / posterior.sum()))
if known.all() and np.isfinite(terms).all():  # scikit-learn's own word for it
    print("predict_proba:", *(f"{v:.9f}" for v in model.predict_proba(x[None])[0]))
"""
    if isinstance(model, GaussianNB):
        assert board.X is not None
        assert board.y is not None
        body = f"""
{literal("X", board.X)}
{literal("y", board.y)}
model = GaussianNB(priors=prior, var_smoothing={smoothing!r}).fit(X, y)
terms = -0.5 * (np.log(2 * np.pi * model.var_) + (x - model.theta_) ** 2 / model.var_)
"""
    elif board.kind == "multinomial":
        body = f"""
# How often each word stands in each class's messages; a message of them all is as good as many.
counts = np.array({[[int(v) for v in row] for row in model.feature_count]!r})
np.seterr(divide="ignore", invalid="ignore")  # alpha = 0 has log 0
model = MultinomialNB(alpha={smoothing!r}, class_prior=prior).fit(counts, [0, 1])
terms = np.where(x > 0, x * model.feature_log_prob_, 0.0)
"""
    else:
        body = f"""
# How many messages of each class have each word: rows with just these counts give the model.
counts = np.array({[[int(v) for v in row] for row in model.feature_count]!r})
sizes = {[int(n) for n in model.class_count]!r}
X = np.vstack([np.arange(n)[:, None] < c for n, c in zip(sizes, counts)])
y = np.repeat([0, 1], sizes)
np.seterr(divide="ignore", invalid="ignore")  # alpha = 0 may have log 0
model = BernoulliNB(alpha={smoothing!r}, class_prior=prior).fit(X, y)
log_p = model.feature_log_prob_
terms = np.where(x > 0, log_p, np.log1p(-np.exp(log_p)))
"""
    return head + body + tail
