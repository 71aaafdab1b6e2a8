"""A decoded molecule's numbers, opened: predicted properties, the string's and a token's odds."""

import math
from collections.abc import Sequence

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.vae import molecules_map
from genmodels.vae.molecules import END, PLACE, VOCABULARY
from pages.vae.molecules.case import NAMES, Decoded, Sample

TOP = 6


def predicted(made: Decoded, name: str) -> Opened:
    """intercept + sum_j w_j z_j, the largest terms first."""
    direction = molecules_map.molecule_map().directions[name]
    terms = direction.weights * made.z
    order = np.argsort(-np.abs(terms), kind="stable").tolist()
    products = ", ".join(
        f"{literal(float(direction.weights[j]))}*{literal(float(made.z[j]))}" for j in order
    )
    b = direction.intercept
    rows = [Row("intercept", number(b), literal(b), b)]
    rows += [
        Row(
            f"w·z, latent {j + 1}",
            rf"{number(float(direction.weights[j]))}\cdot{number(float(made.z[j]))}",
            f"{literal(float(direction.weights[j]))}*{literal(float(made.z[j]))}",
            float(terms[j]),
        )
        for j in order[:TOP]
    ]
    left = len(order) - TOP
    return Opened(
        title=f"{NAMES[name]} predicted at this point",
        formula=r"b+\textstyle\sum_{j=1}^{24}w_j z_j",
        substitution=rf"\begin{{aligned}}&{number(direction.intercept)}"
        + "".join(rf"\\&{float(terms[j]):+.3f}\;({j + 1})" for j in order[:3])
        + r"\\&+\dots\end{aligned}",
        expression=f"sum({literal(direction.intercept)}, {products})",
        value=float(direction.predict(made.z)),
        rows=rows,
        note=f"… and {left} smaller terms. A straight line in z, fitted on 18,000 molecules: "
        f"R² {direction.r2:.2f} on the 2,000 held out. It predicts whether or not the point "
        "decodes to a molecule.",
    )


def validity(drawn: Sequence[Sample]) -> Opened:
    """The share of a sheet that are molecules."""
    good, n = sum(one.valid for one in drawn), len(drawn)
    share = good / n
    error = math.sqrt(share * (1 - share) / n)
    return Opened(
        title="Valid on this sheet",
        formula=r"\frac{\#\{\text{molecules}\}}{n}",
        substitution=rf"\frac{{{good}}}{{{n}}}",
        expression=f"{good}/{n}",
        value=share,
        rows=[],
        note=f"Standard error {error:.2f}: a sheet of {n} says little; try another seed. "
        f"{len({one.smiles for one in drawn})} different strings, "
        f"{sum(one.known for one in drawn)} of them among the map's 2,000.",
    )


def probability(made: Decoded) -> Opened:
    """exp of the sum of the tokens' log probabilities."""
    p = made.chosen
    tokens = [*made.trace.tokens, *([END] if made.trace.ended else [])]
    order = np.argsort(p, kind="stable").tolist()
    log_p = float(np.log(p).sum())
    logs = ", ".join(f"log({literal(float(v))})" for v in p)
    return Opened(
        title="Probability of exactly this string at z",
        formula=r"\textstyle\prod_t p(s_t\mid s_{<t},z)=e^{\sum_t\log p_t}",
        substitution=rf"e^{{{log_p:.3f}}}",
        expression=f"exp(sum({logs}))",
        value=math.exp(log_p),
        rows=[
            Row(
                f"{tokens[t]} (token {t + 1})",
                rf"\log {float(p[t]):.4f}",
                f"log({literal(float(p[t]))})",
                math.log(float(p[t])),
            )
            for t in order[:TOP]
        ],
        note=f"Logs of the {min(TOP, len(p))} least sure of {len(p)} tokens. Each is the most "
        "probable where it stands; the string need not be the most probable one.",
    )


def token(made: Decoded, t: int) -> Opened:
    """The softmax that token t (from 0) was the largest of, with its runners-up."""
    p = made.trace.probabilities[t]
    tokens = [*made.trace.tokens, *([END] if made.trace.ended else [])]
    k = PLACE[tokens[t]]
    order = [int(j) for j in np.argsort(-p, kind="stable") if p[j] > 0]
    gaps = {j: math.log(float(p[j]) / float(p[k])) for j in order}
    return Opened(
        title=f"Token {t + 1}: {tokens[t]}",
        formula=r"p_k=\frac{e^{s_k}}{\sum_j e^{s_j}}=\frac1{\sum_j e^{s_j-s_k}}",
        substitution=r"\frac1{1"
        + "".join(f"+e^{{{gaps[j]:.2f}}}" for j in order if j != k)[: 3 * 12].rpartition("+")[0]
        + r"+\dots}",
        expression="1/sum(" + ", ".join(f"exp({literal(gaps[j])})" for j in order) + ")",
        value=float(p[k]),
        rows=[
            Row(VOCABULARY[j], f"{gaps[j]:.3f}", literal(q), q, q, j == k)
            for j in order[:TOP]
            for q in [float(p[j])]
        ],
        note=f"After “{''.join(made.trace.tokens[:t])[-24:]}”. s are the decoder's scores; only "
        "their differences matter.",
    )
