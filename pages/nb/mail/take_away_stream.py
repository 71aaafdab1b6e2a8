"""What the page of the stream gives away: figures, every verdict, a picture, a script."""

import csv
import io
import json
from dataclasses import asdict

import numpy as np

from genmodels.kit.script import literal
from genmodels.kit.svg import Drawing, axes
from pages.nb.mail import stream_board as runs
from pages.nb.mail.stream import Setting, Stream, rows_of, training_rows
from pages.nb.threshold.case import WORDS
from pages.nb.threshold.take_away import COUNTS_FILE

COLOURS = {"precision": "#009E73", "recall": "#7F5AB6"}


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _at(run: Stream, step: int) -> dict[str, float | int | None]:
    """A learner's figures after `step` messages."""
    counts = runs.tally(run)
    last = step - 1
    return {
        "accuracy": _finite(run.accuracy[last]) if step else None,
        "precision": _finite(run.precision[last]) if step else None,
        "recall": _finite(run.recall[last]) if step else None,
        "last_100_right": _finite(run.window_accuracy(runs.WINDOW)[last]) if step else None,
        "false_alarms": int(counts.fp[step]),
        "missed_spam": counts.missed(step),
    }


def as_json(setting: Setting, step: int) -> str:
    """The setting and both learners' figures where the stream stands and at its end."""
    pair = runs.pair(setting)
    shared = {k: v for k, v in asdict(setting).items() if k not in ("online", "prior")}
    return json.dumps(
        {
            **shared,
            "messages": len(pair["frozen"].row),
            "judged": step,
            "there": {who: _at(run, step) for who, run in pair.items()},
            "at_the_end": {who: _at(run, len(run.row)) for who, run in pair.items()},
        },
        indent=1,
        allow_nan=False,
    )


def as_csv(setting: Setting) -> str:
    """A row a message in the stream's order, with both learners' verdicts and running measures."""
    pair = runs.pair(setting)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    measures = ("log_odds", "flagged", "precision", "recall", "last_100_right")
    writer.writerow(
        ["place", "message", "kind", *(f"{who}_{name}" for who in pair for name in measures)]
    )
    columns = []
    for run in pair.values():
        columns += [run.log_odds, run.flagged.astype(int), run.precision, run.recall]
        columns.append(run.window_accuracy(runs.WINDOW))
    first = pair["frozen"]
    kinds = np.where(first.is_spam == 1, 2, np.where(first.hard, 1, 0))
    for i, values in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        shown = ["" if value != value else repr(value) for value in values]
        writer.writerow([i + 1, int(first.row[i]) + 1, WORDS[kinds[i]], *shown])
    return out.getvalue()


def as_svg(setting: Setting, step: int) -> str:
    """Running precision and recall of both learners, as far as the stream has played."""
    pair = runs.pair(setting)
    n = len(pair["frozen"].row)
    drawing = Drawing(900, 520, "Spam in real time")
    what = "shuffled" if setting.order == "random" else "the later collection"
    title = f"{setting.kind}, {setting.training} messages learnt before; stream: {what}"
    drawing.text(450, 26, title, size=15)
    low = runs.prepared(setting)["floor"]
    x, y = axes(drawing, (70, 50, 800, 380), (0, n, low, 1), ("messages judged", "share"))
    upto = step or n
    for who, run in pair.items():
        for name, values in (("precision", run.precision), ("recall", run.recall)):
            points = [
                (x(i + 1), y(max(low, v))) for i, v in enumerate(values[:upto]) if np.isfinite(v)
            ]
            if points:
                dash = "" if who == "online" else "6 4"
                drawing.path(points[:: max(1, n // 800)], COLOURS[name], 2.5, dash)
    for i, (name, colour) in enumerate(COLOURS.items()):
        drawing.text(300 + 150 * i, 490, name, colour=colour, bold=True)
    drawing.text(640, 490, "solid: learning; dashed: not learning")
    return str(drawing)


def as_script(setting: Setting) -> str:
    """A script that plays the stream with scikit-learn, learning by `partial_fit` and not."""
    name = "MultinomialNB" if setting.kind == "multinomial" else "BernoulliNB"
    return f'''"""A stream of mail, learning on or not; needs NumPy, SciPy and scikit-learn.

Put {COUNTS_FILE} (the page's counts) beside this script, or name it: python stream.py FILE
"""

import base64
import copy
import io
import sys
import zlib

import numpy as np
from scipy import sparse
from sklearn.naive_bayes import {name}

with np.load(sys.argv[1] if len(sys.argv) > 1 else "{COUNTS_FILE}") as stored:
    stored = dict(stored)
X = sparse.csr_array(
    (stored["data"].astype(float), stored["indices"].astype(np.int32), stored["indptr"]),
    shape=tuple(int(n) for n in stored["shape"]),
)
y = stored["y"].astype(int)  # 1 is spam
# Rows of the counts: learnt before the stream, and the stream in its order.
{literal("before", training_rows(setting))}
{literal("stream", rows_of(setting))}

frozen = {name}(alpha={setting.alpha!r}, force_alpha=True).fit(X[before], y[before])
online = copy.deepcopy(frozen)


def report(who, flagged):
    truth = y[stream] == 1
    print(who, "accuracy", (flagged == truth).mean())
    print(who, "precision", (flagged & truth).sum() / flagged.sum() if flagged.any() else np.nan)
    print(who, "recall", (flagged & truth).sum() / truth.sum())


joint = frozen.predict_joint_log_proba(X[stream])
report("not learning", joint[:, 1] > joint[:, 0])

flagged = []
for row in stream:
    message = X[[row]]
    joint = online.predict_joint_log_proba(message)[0]  # judged first,
    flagged.append(joint[1] > joint[0])
    online.partial_fit(message, y[[row]])  # then its label is told
report("learning", np.array(flagged))
'''
