"""A stroke's race to take away: the models, the numbers step by step, a picture, a script."""

import csv
import io
import json
from collections.abc import Sequence
from xml.sax.saxutils import escape

import numpy as np

from genmodels import strokes
from genmodels.kit.figures import COMPONENTS
from genmodels.kit.script import comment
from genmodels.strokes import PAUSE, Scored, Sign
from pages.hmm.gestures.opened import code_name

SIDE = 480


def models_json(signs: Sequence[Sign], scored: Scored, *, by: str, source: str) -> str:
    """Every sign's tables, and the stroke's codes and log-likelihoods."""
    return json.dumps(
        {
            "source": source,
            "steps_by": by,
            "codes": "0 right, 4 up, 8 left, 12 down, in 22.5 degrees; 16 pause",
            "stroke": scored.walk.codes.tolist(),
            "signs": [
                {
                    "name": sign.name,
                    "initial": sign.model.initial.tolist(),
                    "transition": sign.model.transition.tolist(),
                    "emission": strokes.emission(sign.model).tolist(),
                    "training_range_a_step": [sign.lowest, sign.highest],
                    "log_likelihood": _finite(scored.log_likelihood[s, -1]),
                }
                for s, sign in enumerate(signs)
            ],
        },
        indent=1,
        allow_nan=False,
        ensure_ascii=False,
    )


def steps_csv(signs: Sequence[Sign], scored: Scored) -> str:
    """A row a step: its code, where it ends, the followed sign's state, log P so far by sign."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    states = scored.path.tolist() or [-1] * len(scored.walk.codes)
    write.writerow(
        ["step", "code", "direction", "x", "y", f"state of {_cell(signs[scored.followed].name)}"]
        + [f"log P {_cell(sign.name)}" for sign in signs]
    )
    for t, m in enumerate(scored.walk.codes.tolist()):
        x, y = scored.walk.places[t + 1].tolist()
        values = [f"{v:.6f}" for v in scored.log_likelihood[:, t]]
        write.writerow([t + 1, m, code_name(m), f"{x:.5f}", f"{y:.5f}", states[t] + 1, *values])
    return out.getvalue()


def _cell(name: str) -> str:
    """A reader's name, never taken for a formula by a spreadsheet."""
    return f"'{name}" if name[:1] in "=+-@" else name


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def stroke_svg(signs: Sequence[Sign], scored: Scored) -> str:
    """The walked stroke, each step in the colour of its state, and the three likeliest signs."""
    places = scored.walk.places
    low = np.minimum(places.min(axis=0), 0.0)
    size = float((np.maximum(places.max(axis=0), 1.0) - low).max())

    def at(p: np.ndarray) -> str:
        x, y = 10 + SIDE * (p - low) / size
        return f"{x:.1f},{SIDE + 20 - y:.1f}"

    states = scored.path.tolist() or [0] * len(scored.walk.codes)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE + 20}" height="{SIDE + 90}" '
        f'viewBox="0 0 {SIDE + 20} {SIDE + 90}">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for t, (m, k) in enumerate(zip(scored.walk.codes.tolist(), states, strict=True)):
        colour = COMPONENTS[k % len(COMPONENTS)]
        if m == PAUSE:
            cx, cy = at(places[t + 1]).split(",")
            lines.append(f'<circle cx="{cx}" cy="{cy}" r="4" fill="none" stroke="{colour}"/>')
        else:
            lines.append(
                f'<polyline points="{at(places[t])} {at(places[t + 1])}" fill="none" '
                f'stroke="{colour}" stroke-width="4" stroke-linecap="round"/>'
            )
    for i, s in enumerate(scored.order[:3].tolist()):
        text = f"{i + 1}. {signs[s].name}: log P = {scored.log_likelihood[s, -1]:.3f}"
        lines.append(
            f'<text x="12" y="{SIDE + 40 + 20 * i}" font-family="sans-serif" font-size="15">'
            f"{escape(text)}</text>"
        )
    return "\n".join([*lines, "</svg>", ""])


def script(signs: Sequence[Sign], scored: Scored, *, source: str) -> str:
    """A program that scores the stroke's codes with hmmlearn and prints a line a sign."""
    tables = ",\n".join(
        f"    ({sign.name!r},\n     {np.diag(sign.model.transition).tolist()},\n"
        f"     {strokes.emission(sign.model).tolist()})"
        for sign in signs
    )
    return f'''"""The stroke's log-likelihood under every sign, by hmmlearn."""

{comment(source)}
import numpy as np
from hmmlearn.hmm import CategoricalHMM

# 0 right, 4 up, 8 left, 12 down, in 22.5 degrees; 16 is a pause.
CODES = np.array({scored.walk.codes.tolist()})

# (name, probability to stay in each state, emission rows): left-right, the first state begins.
SIGNS = [
{tables},
]

for name, stay, emission in SIGNS:
    K = len(stay)
    model = CategoricalHMM(n_components=K)
    model.startprob_ = np.eye(K)[0]
    model.transmat_ = np.diag(stay) + np.diag(1 - np.array(stay[:-1]), k=1)
    model.emissionprob_ = np.array(emission)
    print(f"{{name}}\\t{{model.score(CODES[:, None]):.6f}}")
'''
