"""A case of the diagnosis page to take away: model, factors, picture, a script."""

import csv
import io
import json
import math

from genmodels.datasets.patients import NOT_A_DEVICE
from genmodels.kit.script import comment, literal
from genmodels.kit.svg import COMPONENTS, INK, LINE, Drawing
from genmodels.naive_bayes.mixed import GAUSSIAN
from pages.nb.diagnosis.case import ILL, PEOPLE, WELL, Reading, frequency, value_text


def as_json(reading: Reading) -> str:
    """The model, the case and all that the page shows of it."""
    study, model = reading.study, reading.study.model
    findings = []
    for f, finding in enumerate(study.findings):
        entry: dict[str, object] = {
            "name": finding.name,
            "unit": finding.unit,
            "value": reading.values[f],
            "shown": value_text(finding, reading.values[f]),
            "log_odds": float(reading.log_odds[f]),
        }
        if study.kinds[f] == GAUSSIAN:
            entry |= {
                "mean": {"well": model.means[WELL, f], "ill": model.means[ILL, f]},
                "variance": {"well": model.variances[WELL, f], "ill": model.variances[ILL, f]},
            }
        else:
            K = study.kinds[f]
            entry |= {
                "categories": list(finding.categories),
                "counts": {
                    "well": model.counts[WELL, f, :K].tolist(),
                    "ill": model.counts[ILL, f, :K].tolist(),
                },
            }
        findings.append(entry)
    return json.dumps(
        {
            "caution": NOT_A_DEVICE,
            "data": study.patients.source.caption(),
            "variant": study.variant,
            "log_of_1_plus_x": study.logs,
            "alpha": model.alpha,
            "trained_on": len(study.trained),
            "base_rate": reading.rate,
            "prior_log_odds": reading.prior,
            "findings": findings,
            "total_log_odds": reading.total,
            "probability": reading.probability,
            "of_people": frequency(reading.total)[1],
        },
        indent=1,
        allow_nan=False,
    )


def as_csv(reading: Reading) -> str:
    """A row a finding: its value, both log factors, the log-odds and the belief after it."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["finding", "value", "log p(x|well)", "log p(x|ill)", "log-odds", "sum so far"])
    total = reading.prior
    write.writerow(["base rate", f"{reading.rate:g}", "", "", reading.prior, total])
    for f, finding in enumerate(reading.study.findings):
        total += float(reading.log_odds[f])
        logs = (float(reading.factors[f, WELL]), float(reading.factors[f, ILL]))
        shown = value_text(finding, reading.values[f])
        write.writerow([finding.name, shown, *logs, float(reading.log_odds[f]), total])
    return out.getvalue()


def as_svg(reading: Reading) -> str:
    """The thousand people, and under them what each finding added."""
    study = reading.study
    columns, cell, top = 50, 13.0, 44
    shown = [f for f, value in enumerate(reading.values) if value is not None]
    height = int(top + PEOPLE / columns * cell + 40 + 20 * (len(shown) + 2) + 30)
    people, words = frequency(reading.total)
    title = f"Of people with these findings, {words} have {study.patients.disease}"
    drawing = Drawing(int(columns * cell) + 40, height, title)
    drawing.text(20, 26, title, size=15, anchor="start", bold=True)
    for i in range(PEOPLE):
        x, y = 20 + (i % columns + 0.5) * cell, top + (i // columns + 0.5) * cell
        if i < people:
            drawing.rectangle(x - 4, y - 4, 8, 8, COMPONENTS[1], "none")
        else:
            drawing.circle(x, y, 4, "none", COMPONENTS[0])
    y = top + PEOPLE / columns * cell + 24
    drawing.text(
        20, y, f"filled: ill; ring: well. {NOT_A_DEVICE}", size=11, anchor="start"
    )  # fmt: skip
    steps = [("base rate", f"{100 * reading.rate:g} %", reading.prior)]
    steps += [
        (
            study.findings[f].name,
            value_text(study.findings[f], reading.values[f]),
            float(reading.log_odds[f]),
        )
        for f in shown
    ]
    ends, at = [0.0], 0.0
    for _, _, odds in steps:
        at += odds
        ends.append(at)
    low, width = min(ends), (max(ends) - min(ends)) or 1.0

    def place(value: float) -> float:
        return 400 + 260 * (value - low) / width

    y += 10
    drawing.path([(place(0), y), (place(0), y + 20 * len(steps) + 6)], LINE, 1, dash="3 3")
    at = 0.0
    for name, value, odds in steps:
        y += 20
        drawing.text(20, y, name, anchor="start")
        drawing.text(190, y, value, anchor="start")
        drawing.text(390, y, f"{odds:+.2f}".replace("-", "−"), anchor="end")
        left, right = sorted((place(at), place(at + odds)))
        drawing.rectangle(left, y - 10, max(right - left, 1), 12, COMPONENTS[odds > 0], "none")
        at += odds
    drawing.text(20, y + 22, f"total {at:+.3f} nats".replace("-", "−"), anchor="start", bold=True)
    drawing.path([(20, y + 6), (660, y + 6)], INK, 0.8)
    return str(drawing)


def script(reading: Reading) -> str:
    """scikit-learn's GaussianNB and CategoricalNB on the same patients, added up; prints both."""
    study, patients = reading.study, reading.study.patients
    normal = [f for f, K in enumerate(study.kinds) if K == GAUSSIAN]
    chosen = [f for f, K in enumerate(study.kinds) if K != GAUSSIAN]
    values = [math.nan if v is None else v for v in reading.values]
    x = ", ".join("np.nan" if math.isnan(v) else repr(v) for v in values)
    rows = study.trained
    logged = "np.log1p(X), np.log1p(x)" if study.logs else "X, x"
    categories = f"""
sizes = {[study.kinds[f] for f in chosen]!r}
c = CategoricalNB(alpha={study.model.alpha!r}, min_categories=sizes).fit(X[:, chosen], y)
for i, f in enumerate(chosen):
    if not np.isnan(x[f]):
        log_odds[f] = np.diff(c.feature_log_prob_[i][:, int(x[f])])[0]
"""
    return f'''"""A diagnosis as it stood on the page; needs NumPy and scikit-learn."""
{comment(NOT_A_DEVICE)}
{comment("Data: " + patients.source.caption())}

import base64
import io
import zlib

import numpy as np
from sklearn.naive_bayes import CategoricalNB, GaussianNB

names = {[f.name for f in study.findings]!r}
{literal("X", patients.X[rows])}
{literal("y", patients.ill[rows].astype(int))}
x = np.array([{x}])  # nan: not measured
base_rate = {reading.rate!r}
normal, chosen = {normal!r}, {chosen!r}
X, x = {logged}

log_odds = np.zeros(len(names))
g = GaussianNB().fit(X[:, normal], y)
density = -0.5 * (np.log(2 * np.pi * g.var_) + (x[normal] - g.theta_) ** 2 / g.var_)
log_odds[normal] = np.nan_to_num(density[1] - density[0], nan=0.0)
{categories if chosen else ""}
total = np.log(base_rate / (1 - base_rate)) + log_odds.sum()
for name, odds in zip(names, log_odds):
    print(f"{{name}}: {{odds:.6f}}")
print(f"total log-odds: {{total:.8f}}")
print(f"P(ill): {{1 / (1 + np.exp(-total)):.10f}}")
'''
