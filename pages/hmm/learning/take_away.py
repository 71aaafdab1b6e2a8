"""A run of Baum-Welch to take away: the tables on show, posteriors, a picture, a script."""

import csv
import io
from functools import partial

import numpy as np

from genmodels import hmm
from genmodels.datasets.sequences import PRESETS
from genmodels.kit.script import comment, literal
from genmodels.kit.svg import COMPONENTS, INK, LINE, Drawing
from pages.hmm import hmm_take_away as export
from pages.hmm.learning.case import MAX_ITERATIONS, TOLERANCE, Run, emissions, smoothed, states_of


def model_json(one: Run, step: int) -> str:
    """The tables at a half step, with what they were learnt from and how far."""
    setup, m = one.setup, step // 2
    return export.model_json(
        one.models[m],
        states=states_of(setup),
        symbols=PRESETS[setup.preset].symbols,
        source=PRESETS[setup.preset].source.caption(),
        settings={
            "start": setup.start,
            "seed": setup.seed,
            "locked": list(setup.locks),
            "iteration": m,
            "log_likelihood": float(one.log_likelihood[m]) if len(one.log_likelihood) else None,
            "tol": TOLERANCE,
            "max_iter": MAX_ITERATIONS,
            "sequences": [list(x) for x in setup.sequences],
        },
    )


def posteriors_csv(one: Run, step: int) -> str:
    """A row a column of every sequence: what was seen, and each state's posterior.

    Under the tables on show. Impossible sequences have no posterior: their cells are empty.
    """
    setup = one.setup
    symbols, states = PRESETS[setup.preset].symbols, states_of(setup)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["sequence", "column", "observation", *(f"P({name})" for name in states)])
    for n, (x, trace) in enumerate(
        zip(setup.sequences, smoothed(setup, step // 2), strict=True), start=1
    ):
        possible = trace.impossible_at is None
        for t, row in enumerate(trace.posterior):
            seen = symbols[x[t]] if x[t] >= 0 else "?"
            values = [f"{p:.12g}" if possible else "" for p in row]
            write.writerow([n, t + 1, seen, *values])
    return out.getvalue()


def svg(one: Run, shown: int, step: int) -> str:
    """The shown sequence's posteriors over the tables on show, each entry with its bar."""
    setup = one.setup
    states, symbols = states_of(setup), PRESETS[setup.preset].symbols
    K, M = setup.K, len(symbols)
    x = setup.sequences[shown - 1]
    trace = smoothed(setup, step // 2)[shown - 1]
    row, left = 40, 110
    column = (900 - left - 20) / len(x)
    tables = 60 + row * K + 40
    drawing = Drawing(900, tables + 40 + 30 * K + 30, f"Baum-Welch, half step {step}")
    drawing.text(450, 22, f"Sequence {shown} under the tables of iteration {step // 2}", size=15)
    x_of = partial(_middle, left, column)
    for t in range(len(x) - 1):
        for i in range(K):
            for j in range(K):
                if (share := float(trace.pairwise[t, i, j])) > 0.01:
                    ends = [(x_of(t), 60 + row * (i + 0.5)), (x_of(t + 1), 60 + row * (j + 0.5))]
                    drawing.path(ends, COMPONENTS[i], max(0.4, 6 * share))
    width = max(3.0, 0.6 * column)
    for t, seen in enumerate(x):
        for k in range(K):
            top, share = 60 + row * k + 4, float(trace.posterior[t, k])
            drawing.rectangle(x_of(t) - width / 2, top, width, row - 8, "#ffffff", COMPONENTS[k])
            drawing.rectangle(
                x_of(t) - width / 2, top + (row - 8) * (1 - share), width, (row - 8) * share,
                COMPONENTS[k], "none",
            )  # fmt: skip
        drawing.text(x_of(t), 60 + row * K + 16, symbols[seen] if seen >= 0 else "?")
    for k, name in enumerate(states):
        drawing.text(left - 12, 64 + row * (k + 0.5), name, anchor="end", colour=COMPONENTS[k])
    model = one.models[step // 2]
    cell = min((900 - left - 20 - 60) / (1 + K + M), 90)
    start = float(left)
    for title, heads, values in (
        ("π", ("",), model.initial[:, None]),
        ("A", states, model.transition),
        ("B", symbols, emissions(model)),
    ):
        drawing.text(start, tables, title, anchor="start", bold=True)
        for j, head in enumerate(heads):
            drawing.text(start + cell * (j + 0.5), tables + 18, head)
            for k in range(K):
                p, top = float(values[k, j]), tables + 26 + 30 * k
                drawing.rectangle(start + cell * j, top, cell * p, 28, "#d5dae0", "none")
                drawing.rectangle(start + cell * j, top, cell, 28, "none", LINE)
                drawing.text(start + cell * (j + 0.5), top + 18, f"{p:.3f}", colour=INK)
        start += cell * len(heads) + 30
    for k, name in enumerate(states):
        drawing.text(left - 12, tables + 44 + 30 * k, name, anchor="end", colour=COMPONENTS[k])
    return str(drawing)


def _middle(left: float, column: float, t: int) -> float:
    return left + column * (t + 0.5)


def script(one: Run) -> str:
    """A script that learns the same from the same start with hmmlearn, iteration by iteration.

    hmmlearn takes no missing observations, locks no rows and has no row for a state without
    counts: a few lines of the script add all three. It prints log P before each iteration and
    after the last, as the page's curve has it, then the learnt tables.
    """
    setup = one.setup
    M = len(PRESETS[setup.preset].symbols)
    start = one.models[0]
    X = np.concatenate([np.array(x) for x in setup.sequences])
    X = np.where(X == hmm.MISSING, M, X)
    rows = {table: [int(c[1:]) - 1 for c in setup.locks if c[0] == table] for table in "AB"}
    return f'''"""Baum-Welch as it ran on the page; needs NumPy and hmmlearn 0.3.3."""
{comment("Data: " + PRESETS[setup.preset].source.caption())}

import base64
import io
import warnings
import zlib

import numpy as np
from hmmlearn import hmm

warnings.filterwarnings("ignore")
{literal("startprob", start.initial)}
{literal("transmat", start.transition)}
{literal("emissionprob", emissions(start))}
{literal("X", X[:, None].astype(float))}
X = X.reshape(-1, 1).astype(int)
lengths = {[len(x) for x in setup.sequences]}
K, M = emissionprob.shape
MISSING = M  # written as one symbol more: its emission term is 1 in every state
LOCKED = {{"startprob_": {"range(K)" if "pi" in setup.locks else "[]"}, "transmat_": {rows["A"]}, \
"emissionprob_": {rows["B"]}}}


class Learner(hmm.CategoricalHMM):
    """CategoricalHMM with missing observations and locked rows."""

    def _check_and_set_n_features(self, X):
        pass

    def _compute_log_likelihood(self, X):
        with np.errstate(divide="ignore"):
            return np.log(np.column_stack([self.emissionprob_, np.ones(K)]))[:, X[:, 0]].T

    def _initialize_sufficient_statistics(self):
        return {{**super()._initialize_sufficient_statistics(), "obs": np.zeros((K, M + 1))}}

    def _do_mstep(self, stats):
        before = {{name: getattr(self, name).copy() for name in LOCKED}}
        stats["obs"] = stats["obs"][:, :M]
        super()._do_mstep(stats)
        for name, locked in LOCKED.items():
            after = getattr(self, name).copy()
            if after.ndim == 2:  # a row without counts stays as it was
                empty = ~(after.sum(axis=1) > 0)
                after[empty] = before[name][empty]
            after[list(locked)] = before[name][list(locked)]
            setattr(self, name, after)


model = Learner(K, n_features=M, init_params="", n_iter={max(len(one.steps), 1)}, tol=-np.inf)
model.startprob_, model.transmat_, model.emissionprob_ = startprob, transmat, emissionprob
model.fit(X, lengths)
for iteration, log_p in enumerate(model.monitor_.history):
    print(f"log P {{iteration}} {{log_p:.9f}}")
print(f"log P {{model.monitor_.iter}} {{model.score(X, lengths):.9f}}")
for name in LOCKED:
    print(name)
    print(np.round(getattr(model, name), 6))
'''
