"""A decoded molecule's numbers, opened: properties predicted and its own, the string's odds."""

import math
from collections.abc import Sequence

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.vae import molecules_map, smiles
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


LOOKED_AT = {
    "MW": "weight, Da",
    "ALOGP": "logP",
    "HBA": "hydrogen-bond acceptors",
    "HBD": "hydrogen-bond donors",
    "PSA": "polar surface, Å²",
    "ROTB": "rotatable bonds",
    "AROM": "aromatic rings",
    "ALERTS": "unwanted groups",
}


def own_logp(made: Decoded) -> Opened:
    """The sum of the atoms' shares, the largest first. Raises ValueError where no molecule is."""
    parts = smiles.logp_parts(made.trace.smiles)
    value = made.own("logp")["logp"]
    first = parts[:TOP]
    return Opened(
        title="logP of the molecule decoded",
        formula=r"\log P=\textstyle\sum_{\text{atoms}} c_{\text{type}}",
        substitution="".join(f"{share:+.3f}" for _, _, share in first[:4]) + r"+\dots",
        expression=f"sum({', '.join(literal(share) for _, _, share in parts)})",
        value=value,
        rows=[
            Row(f"{element}, atom {i}", number(share), literal(share), share)
            for element, i, share in first
        ],
        note=f"The {len(first)} largest of {len(parts)} atoms' shares, hydrogens counted; each "
        "depends on the atom and its neighbours alone (Wildman and Crippen 1999, by RDKit). "
        f"Predicted at this point: {made.predicted['logp']:.3f}.",
    )


def own_qed(made: Decoded) -> Opened:
    """exp(sum w log d / sum w), eight desirabilities. Raises ValueError where no molecule is."""
    parts = smiles.qed_parts(made.trace.smiles)
    total = sum(weight for *_, weight in parts)
    logs = ", ".join(f"{literal(w)}*log({literal(d)})" for _, _, d, w in parts)
    over = sum(weight * math.log(d) for _, _, d, weight in parts)
    return Opened(
        title="QED of the molecule decoded",
        formula=r"e^{\sum_i w_i\log d_i\,/\,\sum_i w_i}",
        substitution=rf"e^{{{over:.3f}/{total:.3f}}}",
        expression=f"exp(sum({logs})/{literal(total)})",
        value=made.own("qed")["qed"],
        rows=[
            Row(f"{LOOKED_AT[name]}: {value:.4g}", f"{weight:g}\\log {d:.3f}", literal(d), d)
            for name, value, d, weight in parts
        ],
        note="Desirabilities d of eight properties, 0 to 1, and weights (Bickerton and others "
        f"2012, by RDKit). Predicted at this point: {made.predicted['qed']:.3f}.",
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
