"""A race to take away: the models, every frame's numbers, a picture, a script in hmmlearn."""

import csv
import io
import json
from xml.sax.saxutils import escape

import numpy as np

from genmodels.datasets import digits
from genmodels.datasets.digits import COEFFICIENTS, WORDS, gaussians
from genmodels.kit.figures import COMPONENTS
from genmodels.kit.script import comment, literal
from pages.hmm.speech import case as run
from pages.hmm.speech.case import Case, Race
from pages.hmm.speech.stage import NAMES, recording_name

WIDTH, HEAT, RACE, LEFT = 720, 208, 220, 40  # px of the SVG


def models_json(K: int) -> str:
    """The ten words' models with K states: pi, A, means and variances, all digits."""
    trained = digits.load().trained[K]
    return json.dumps(
        {
            "source": digits.SOURCE.caption(),
            "features": list(NAMES),
            "accuracy_by_fold": trained.fold_accuracy.tolist(),
            "words": {
                word: {
                    "initial": model.initial.tolist(),
                    "transition": model.transition.tolist(),
                    "means": gaussians(model).means.tolist(),
                    "variances": gaussians(model).variances.tolist(),
                }
                for word, model in zip(WORDS, trained.models, strict=True)
            },
        },
        indent=1,
        allow_nan=False,
    )


def race_csv(case: Case) -> str:
    """A row a frame: is it missing, every word's log-likelihood so far, posterior and state."""
    race = run.race(case)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    kinds = ("log_likelihood", "posterior", "state")
    write.writerow(["frame", "missing", *(f"{word}_{kind}" for kind in kinds for word in WORDS)])
    for t in range(race.T):
        write.writerow(
            [
                t + 1,
                int(race.missing[t]),
                *(repr(v) for v in race.prefix[:, t + 1].tolist()),
                *(repr(v) for v in race.posterior[:, t + 1].tolist()),
                *(race.paths[:, t] + 1).tolist(),
            ]
        )
    return out.getvalue()


def race_svg(case: Case, word: int | None = None) -> str:
    """The heat map with a word's path (the winner's by default), the race below it."""
    race = run.race(case)
    shown = race.ranking(race.T)[0] if word is None else word
    step = (WIDTH - LEFT - 90) / race.T
    title = f"{recording_name(case.row)}, {case.order}: path of “{WORDS[shown]}”"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEAT + RACE + 70}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEAT + RACE + 70}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="16">{escape(title)}</text>',
        *_heat(race, step),
        _path(race, shown, step),
        *_lines(race, shown, step),
        "</svg>",
    ]
    return "\n".join(parts)


def _heat(race: Race, step: float) -> list[str]:
    data = digits.load()
    z = (race.coefficients - data.mean) / data.deviation
    cells = []
    for t, row in enumerate(z):
        for d, value in enumerate(row):
            part = min(abs(float(value)) / 2.5, 1.0)
            low = (213, 94, 0) if value > 0 else (0, 114, 178)
            colour = ",".join(str(round(255 + part * (c - 255))) for c in low)
            fill = "#dddddd" if race.missing[t] else f"rgb({colour})"
            cells.append(
                f'<rect x="{LEFT + t * step:.2f}" y="{26 + d * HEAT / COEFFICIENTS:.2f}" '
                f'width="{step + 0.3:.2f}" height="{HEAT / COEFFICIENTS + 0.3:.2f}" fill="{fill}"/>'
            )
    return cells


def _path(race: Race, word: int, step: float) -> str:
    places = []
    for t, k in enumerate(race.paths[word].tolist()):
        y = 26 + (k + 0.5) * HEAT / race.case.K
        places += [f"{LEFT + t * step:.2f},{y:.2f}", f"{LEFT + (t + 1) * step:.2f},{y:.2f}"]
    return f'<polyline points="{" ".join(places)}" fill="none" stroke="#000" stroke-width="2"/>'


def _lines(race: Race, word: int, step: float) -> list[str]:
    behind = race.prefix.max(axis=0) - race.prefix
    most = max(float(behind.max()), 30.0)
    y = HEAT + 50 + np.log1p(behind) / np.log1p(most) * RACE
    parts = [f'<text x="4" y="{HEAT + 54}">0 nats</text>']
    for w, name in enumerate(WORDS):
        points = " ".join(f"{LEFT + t * step:.2f},{v:.2f}" for t, v in enumerate(y[w]))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{COMPONENTS[w]}" '
            f'stroke-width="{4 if w == word else 1.5}"/>'
            f'<text x="{WIDTH - 86}" y="{y[w, -1] + 4:.2f}">{name}, −{behind[w, -1]:.1f}</text>'
        )
    return parts


def script(case: Case) -> str:
    """The race in hmmlearn's terms, data and models inside; prints scores and each word's path."""
    race = run.race(case)
    models = run.models(case.K)
    x = np.nan_to_num(race.x)
    stack = [
        literal(name, np.stack([value(m) for m in models]).reshape(-1, width))
        for name, value, width in (
            ("transition", lambda m: m.transition, case.K),
            ("means", lambda m: gaussians(m).means, len(NAMES)),
            ("variances", lambda m: gaussians(m).variances, len(NAMES)),
        )
    ]
    return f'''"""Ten words' hidden Markov models on one recording; needs NumPy and hmmlearn."""
{comment("Data: " + digits.SOURCE.caption())}
{comment(f"{recording_name(case.row)}, {case.order}; {case.K} states a word")}

import base64
import io
import zlib

import numpy as np
from hmmlearn.hmm import GaussianHMM

K = {case.K}
words = {list(WORDS)!r}
{literal("X", x)}
seen = np.array({(~race.missing).astype(int).tolist()!r}, dtype=bool)  # False: a frame taken out
# Rows of all ten words, one word after the other.
{chr(10).join(stack)}


class Word(GaussianHMM):
    def _compute_log_likelihood(self, X):
        # A missing frame has the factor 1 in every state.
        return np.where(seen[:, None], super()._compute_log_likelihood(X), 0.0)


for w, name in enumerate(words):
    rows = slice(w * K, (w + 1) * K)
    model = Word(K, covariance_type="diag", init_params="")
    model.startprob_ = np.eye(K)[0]
    model.transmat_ = transition[rows]
    model.means_ = means[rows]
    model.covars_ = variances[rows]
    print(name, repr(float(model.score(X))), (model.decode(X)[1] + 1).tolist())
'''
