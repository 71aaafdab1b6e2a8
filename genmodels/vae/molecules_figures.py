"""Judge the SMILES VAE and write its map: `python -m genmodels.vae.molecules_figures --data DIR`.

Everything stands beside a floor: validity beside strings of a character Markov chain, R2 beside a
ridge regression on character trigrams.
"""

import argparse
import os
from collections import Counter, defaultdict
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import Ridge

from genmodels.datasets import molecules as data_set
from genmodels.vae import loop, smiles
from genmodels.vae.molecules import LATENT, PROPERTIES, Decoder, load
from genmodels.vae.molecules_map import FIGURES_FILE, MAP_FILE
from genmodels.vae.molecules_train import split
from genmodels.vae.train import write_json

SAMPLES = 2000
ORDERS = (3, 5, 8)
CLIMBED = 100
CLIMB = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
"""Steps along the direction, in standard deviations of the training molecules along it."""


def markov_samples(
    strings: Sequence[str], order: int, n: int, *, rng: np.random.Generator
) -> list[str]:
    """n strings of a character Markov chain: p(c | the last `order` characters), counts alone."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for string in strings:
        padded = "^" * order + string + "$"
        for i in range(order, len(padded)):
            counts[padded[i - order : i]][padded[i]] += 1
    tables = {}
    for context, found in counts.items():
        letters = sorted(found)
        tables[context] = letters, np.cumsum([found[c] for c in letters])
    made = []
    for _ in range(n):
        text = "^" * order
        while not text.endswith("$") and len(text) < order + 200:
            letters, cumulated = tables[text[-order:]]
            text += letters[
                int(np.searchsorted(cumulated, rng.random() * cumulated[-1], side="right"))
            ]
        made.append(text[order:].removesuffix("$"))
    return made


def judged(strings: Sequence[str], known: set[str]) -> dict[str, Any]:
    """Shares: valid of all; unique of the valid; novel (not in `known`) of the unique. Molecules
    are told apart by their canonical strings, which `known` holds too."""
    valid = [s for s in strings if smiles.is_valid(s)]
    unique = {smiles.canonical(s) for s in valid}
    return {
        "samples": len(strings),
        "valid": len(valid) / len(strings),
        "unique": len(unique) / max(len(valid), 1),
        "novel": len(unique - known) / max(len(unique), 1),
        "mean_length": float(np.mean([len(s) for s in strings])),
    }


def r2(truth: np.ndarray, guess: np.ndarray) -> float:
    """1 - the mean squared error over the variance."""
    return float(1.0 - ((truth - guess) ** 2).mean() / truth.var())


class Trigrams:
    """Ridge regression of a property on the counts of three-character pieces, shorter ones too."""

    def __init__(self, strings: Sequence[str], values: np.ndarray) -> None:
        self.cut = CountVectorizer(analyzer="char", ngram_range=(1, 3), lowercase=False)
        self.fit = Ridge(alpha=1.0, solver="sparse_cg").fit(
            sparse.csr_matrix(self.cut.fit_transform(strings), dtype=np.float64), values
        )

    def predict(self, strings: Sequence[str]) -> np.ndarray:
        counts = sparse.csr_matrix(self.cut.transform(strings), dtype=np.float64)
        return np.asarray(self.fit.predict(counts))


def climb(
    decoder: Decoder, mu: np.ndarray, one: np.ndarray, predict: Any, name: str
) -> list[dict[str, Any]]:
    """Decode (greedily) at mu + step * one for each step, from several molecules.

    `predicted` is the linear prediction at z, which rises by itself; `judged` is the mean
    property of the molecules that come out, which need not.
    """
    rows = []
    for step in CLIMB:
        z = mu + step * one
        strings = decoder.decode(z)
        valid = [s for s in strings if smiles.is_valid(s)]
        rows.append(
            {
                "step": step,
                "valid": len(valid) / len(strings),
                "distinct": len(set(valid)),
                "predicted": float(np.mean(predict(z))),
                "judged": float(np.mean([smiles.measure(s, name) for s in valid]))
                if valid
                else None,
            }
        )
    return rows


def build(folder: str, map_path: Path, figures_path: Path) -> dict[str, Any]:
    """Compute everything; write the map and the figures."""
    data = data_set.read(folder)
    learnt, held_out = split(len(data.smiles))
    train = [data.smiles[i] for i in learnt]
    test = [data.smiles[i] for i in held_out]
    model = load()
    decoder = model.decoder
    train_mu, test_mu = model.encode(train)[0], model.encode(test)[0]
    loop.say("canonical strings of the known molecules")
    known = {smiles.canonical(s) for s in data.smiles}

    floor: dict[str, Any] = {}
    for which in data_set.FILES:
        strings = data_set.read(folder, which).smiles
        accepted = float(np.mean([smiles.is_valid(s) for s in strings]))
        floor[which] = {"accepted_of_given": accepted, "given": len(strings)}
        for order in ORDERS:
            made = markov_samples(strings, order, SAMPLES, rng=np.random.default_rng(order))
            if which == "moses":
                floor[which][f"order_{order}"] = judged(made, known)
            else:
                valid = [smiles.is_valid(s) for s in made]
                floor[which][f"order_{order}"] = {
                    "samples": SAMPLES,
                    "valid": float(np.mean(valid)),
                }
        loop.say(f"{which}: {floor[which]}")

    rng = np.random.default_rng(0)
    z = rng.standard_normal((SAMPLES, LATENT))
    samples = {
        "prior": judged(decoder.decode(z, temperature=1.0, rng=rng), known),
        "prior_temperature_0.7": judged(decoder.decode(z, temperature=0.7, rng=rng), known),
        "prior_greedy": judged(decoder.decode(z), known),
    }
    loop.say(f"{samples}")
    back = decoder.decode(test_mu)
    reconstruction = {
        "exact": float(np.mean([a == b for a, b in zip(back, test, strict=True)])),
        "valid": float(np.mean([smiles.is_valid(s) for s in back])),
        "says": "greedy decoding at the posterior mean of 2,000 held-out molecules",
    }

    origin = train_mu.mean(0)
    centred = train_mu - origin
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    held: dict[str, Any] = {
        "smiles": np.array([s.encode("ascii") for s in test]),
        "mu": test_mu.astype(np.float32),
        "origin": origin,
        "principal_axes": axes[:2] * np.sign(axes[:2].sum(1, keepdims=True)),
        "principal_share": sizes[:2] ** 2 / (sizes**2).sum(),
    }
    regressions: dict[str, Any] = {}
    climbs: dict[str, Any] = {}
    starts = rng.choice(len(test), CLIMBED, replace=False)
    for name in PROPERTIES:
        values = data.properties[name]
        ridge = Ridge(alpha=1.0).fit(train_mu, values[learnt])
        trigrams = Trigrams(train, values[learnt])
        truth = values[held_out]
        regressions[name] = {
            "latent_r2": r2(truth, ridge.predict(test_mu)),
            "trigram_r2": r2(truth, trigrams.predict(test)),
        }
        held |= {
            name: truth.astype(np.float32),
            f"{name}_weights": ridge.coef_,
            f"{name}_intercept": np.float64(ridge.intercept_),
            f"{name}_r2": np.float64(regressions[name]["latent_r2"]),
        }
        unit = ridge.coef_ / np.linalg.norm(ridge.coef_)
        sd = float((train_mu @ unit).std())
        regressions[name]["sd_along"] = sd
        climbs[name] = climb(decoder, test_mu[starts], sd * unit, ridge.predict, name)
    # Gram and Schmidt: logP's direction, then what QED's adds to it.
    span = np.linalg.qr(np.stack([held[f"{name}_weights"] for name in PROPERTIES], 1))[0].T
    span *= np.sign((span * np.stack([held[f"{n}_weights"] for n in PROPERTIES])).sum(1))[:, None]
    held |= {"axes": span, "share": (centred @ span.T).var(0) / centred.var(0).sum()}
    for name in PROPERTIES:
        values = data.properties[name]
        for key, plane in (("plane_r2", span), ("principal_r2", held["principal_axes"])):
            fit = Ridge(alpha=1.0).fit(centred @ plane.T, values[learnt])
            guess = fit.predict((test_mu - origin) @ plane.T)
            regressions[name][key] = r2(values[held_out], guess)
    map_path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(map_path, **held)
    found = {
        "judge": f"RDKit {version('rdkit')}",
        "floor": floor,
        "samples": samples,
        "reconstruction": reconstruction,
        "latent_used": int((train_mu.var(0) > 0.1).sum()),
        "mean_variance": float(train_mu.var(0).mean()),
        "regressions": regressions,
        "climb_from": CLIMBED,
        "climbs": climbs,
    }
    write_json(figures_path, found)
    return found


def main(words: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m genmodels.vae.molecules_figures")
    parser.add_argument("--data", default=os.environ.get("GENMODELS_DATA"))
    parser.add_argument("--map", type=Path, default=MAP_FILE)
    parser.add_argument("--figures", type=Path, default=FIGURES_FILE)
    asked = parser.parse_args(words)
    if not asked.data:
        parser.error("--data must be given (the molecules' folder), or GENMODELS_DATA set")
    loop.say(str(build(asked.data, asked.map, asked.figures)))


if __name__ == "__main__":
    main()
