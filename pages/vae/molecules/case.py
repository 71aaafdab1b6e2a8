"""Molecules from a map: a base, a place on the plane, what is decoded there, a climb, exports."""

import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels.vae import molecules, molecules_map, smiles
from genmodels.vae.molecules import VOCABULARY, DecodeTrace
from genmodels.vae.molecules_map import PROPERTIES
from genmodels.vae.smiles import Drawing

Array = np.ndarray
LAST = 1999
OWN = LAST + 1
"""The number of a base that a reader typed."""
FARTHEST = 100.0
NAMES = {"logp": "logP", "qed": "QED"}
RUNGS = (-2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0)
"""Steps of a climb, in standard deviations of the training molecules along the direction."""


@dataclass(frozen=True, eq=False)
class Base:
    """A molecule to start from: mean `mu` (24,) of its posterior, its place `xy` (2,) on the plane;
    `given` properties of a molecule of the map, None of a reader's own."""

    number: int
    smiles: str
    mu: Array
    xy: Array
    given: dict[str, float] | None


@dataclass(frozen=True, eq=False)
class Decoded:
    """What the decoder writes at z. `problem` says why it is no molecule (None: it is one, and has
    a `drawing`); `predicted` properties are linear in z."""

    base: Base
    xy: tuple[float, float]
    z: Array
    trace: DecodeTrace
    problem: str | None
    drawing: Drawing | None
    predicted: dict[str, float]

    @property
    def valid(self) -> bool:
        return self.problem is None

    def own(self, *names: str) -> dict[str, float]:
        """`smiles.measure` of the molecule itself by name; empty where there is none."""
        string = self.trace.smiles
        return {name: smiles.measure(string, name) for name in names} if self.valid else {}

    @property
    def is_base(self) -> bool:
        """Whether it is the base's molecule, however written."""
        there = self.base.smiles
        return self.valid and smiles.canonical(self.trace.smiles) == smiles.canonical(there)

    @property
    def chosen(self) -> Array:
        """The probability of each token taken, the end's too, (T + 1,) (T if cut off)."""
        codes = [molecules.PLACE[token] for token in self.trace.tokens]
        codes += [molecules.PLACE[molecules.END]] if self.trace.ended else []
        found: Array = self.trace.probabilities[np.arange(len(codes)), codes]
        return found


def own_problem(text: str) -> str | None:
    """What is wrong with a SMILES that a reader typed, or None. An empty field is no problem."""
    if not text:
        return None
    try:
        smiles.parse(text.strip())
        molecules.to_codes([text.strip()])
    except ValueError as error:
        return str(error)
    return None


def judged(string: str) -> tuple[str | None, Drawing | None]:
    """What is wrong with a string, or the structure of the molecule that it is."""
    problem = smiles.problem(string)
    return problem, None if problem else smiles.drawing(string)


@lru_cache(maxsize=256)
def base(number: int, own: str = "") -> Base:
    """A molecule of the map, or (number OWN) the SMILES `own`, encoded.

    Raises ValueError for a number out of range and a SMILES that can't be encoded.
    """
    mm = molecules_map.molecule_map()
    if number == OWN:
        text = own.strip()
        smiles.parse(text)
        mu = molecules.shared().encode([text])[0][0].astype(np.float64)
        return Base(OWN, text, mu, mm.plane.project(mu), None)
    if not 0 <= number <= LAST:
        raise ValueError(f"the molecule must be a number from 0 to {LAST}; got {number}")
    given = {name: float(mm.properties[name][number]) for name in PROPERTIES}
    return Base(number, mm.smiles[number], mm.mu[number], mm.xy[number], given)


@lru_cache(maxsize=512)
def decoded(number: int, own: str, x: float, y: float) -> Decoded:
    """What is decoded at (x, y) of the plane, the base's other 22 coordinates kept."""
    start = base(number, own)
    return at(start, molecules_map.molecule_map().plane.lift(np.array([x, y]), base=start.mu))


def at(start: Base, z: Array) -> Decoded:
    """Greedy decoding at z (24,), judged, drawn and with its predicted properties."""
    mm = molecules_map.molecule_map()
    trace = molecules.shared_decoder().trace(z)
    x, y = mm.plane.project(z)
    predicted = {name: float(mm.directions[name].predict(z)) for name in PROPERTIES}
    place = (float(x), float(y))
    return Decoded(start, place, z, trace, *judged(trace.smiles), predicted)


def live(made: Decoded) -> dict[str, Any]:
    """What the page draws, as plain data; each token with its probability and the runner-up's."""
    tokens = []
    written = [*made.trace.tokens, *([molecules.END] if made.trace.ended else [])]
    for token, p in zip(written, made.trace.probabilities, strict=False):
        second = int(np.argsort(-p, kind="stable")[1])
        tokens.append(
            [token, round(float(p.max()), 4), VOCABULARY[second], round(float(p[second]), 4)]
        )
    return {
        "smiles": made.trace.smiles,
        "valid": made.valid,
        "problem": made.problem,
        "drawing": made.drawing.plain() if made.drawing else None,
        "own": {name: round(v, 4) for name, v in made.own("logp", "weight").items()},
        "is_base": made.is_base,
        "predicted": {name: round(v, 4) for name, v in made.predicted.items()},
        "tokens": tokens,
        "log_p": round(float(np.log(made.chosen).sum()), 4),
        "xy": [round(v, 4) for v in made.xy],
        "base": {
            "number": made.base.number,
            "smiles": made.base.smiles,
            "drawing": smiles.drawing(made.base.smiles).plain(),
            "given": made.base.given,
        },
    }


# -- samples -----------------------------------------------------------------------------------

SHEET = 24
TEMPERATURES = (0.0, 0.7, 1.0)
MAX_SEED = 9999


@dataclass(frozen=True, eq=False)
class Sample:
    """A string drawn from the prior, judged; `known` if it is one of the map's 2,000 molecules,
    however written."""

    smiles: str
    problem: str | None
    drawing: Drawing | None
    known: bool

    @property
    def valid(self) -> bool:
        return self.problem is None


@lru_cache(maxsize=32)
def sheet(seed: int, temperature: float) -> tuple[Sample, ...]:
    """SHEET strings: z ~ N(0, I), then every token drawn (temperature 0: the most probable).

    The z are the same at every temperature. Raises ValueError outside MAX_SEED and TEMPERATURES.
    """
    if not 0 <= seed <= MAX_SEED:
        raise ValueError(f"seed must be from 0 to {MAX_SEED}; got {seed}")
    if temperature not in TEMPERATURES:
        raise ValueError(f"temperature must be one of {TEMPERATURES}; got {temperature}")
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((SHEET, molecules.LATENT))
    known = set(molecules_map.molecule_map().smiles)
    strings = molecules.shared_decoder().decode(z, temperature=temperature, rng=rng)
    found = []
    for s in strings:
        problem, drawing = judged(s)
        found.append(
            Sample(s, problem, drawing, drawing is not None and smiles.canonical(s) in known)
        )
    return tuple(found)


# -- climbing ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Rung:
    """`step` standard deviations along the direction; `judged` is the property of the molecule that
    came out, None where it is none."""

    step: float
    made: Decoded
    judged: float | None


@lru_cache(maxsize=16)
def climb(number: int, own: str, name: str) -> tuple[Rung, ...]:
    """Seven strings on the way along a property's direction from the base's own place."""
    if name not in PROPERTIES:
        raise ValueError(f"property must be one of {', '.join(PROPERTIES)}; got {name!r}")
    start = base(number, own)
    sd = float(molecules_map.figures()["regressions"][name]["sd_along"])
    unit = molecules_map.molecule_map().directions[name].unit
    rungs = []
    for step in RUNGS:
        made = at(start, start.mu + step * sd * unit)
        rungs.append(Rung(step, made, made.own(name).get(name)))
    return tuple(rungs)


def climbed(name: str, first: float = 0.0, last: float = 4.0) -> dict[str, float]:
    """How far the mean climb over 100 molecules rises: predicted, judged, and where it started."""
    rows = {row["step"]: row for row in molecules_map.figures()["climbs"][name]}
    return {key: rows[last][key] - rows[first][key] for key in ("predicted", "judged")} | {
        "valid": rows[last]["valid"]
    }


# -- to take away ------------------------------------------------------------------------------


def point_json(number: int, own: str, x: float, y: float) -> str:
    """The point, its string with every token's probability, atoms and bonds."""
    made = decoded(number, own, x, y)
    record = live(made) | {"z": made.z.tolist(), "predicted": made.predicted}
    if made.valid:
        record["own"] = made.own("logp", "qed", "weight")
        record["atoms"], record["bonds"] = smiles.structure(made.trace.smiles)
    return json.dumps(record, indent=1, allow_nan=False)


def map_csv() -> str:
    """The 2,000 molecules: SMILES, place, given and predicted properties."""
    mm = molecules_map.molecule_map()
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["smiles", "x", "y", "logp", "qed", "logp_predicted", "qed_predicted"])
    guessed = [mm.directions[name].predict(mm.mu).tolist() for name in PROPERTIES]
    given = [mm.properties[name].tolist() for name in PROPERTIES]
    for row in zip(mm.smiles, *mm.xy.T.tolist(), *given, *guessed, strict=True):
        write([row[0], *(f"{v:.6g}" for v in row[1:])])
    return out.getvalue()


def structure_svg(number: int, own: str, x: float, y: float) -> str:
    """The decoded molecule, or (where there is none) the base."""
    made = decoded(number, own, x, y)
    return smiles.svg(made.trace.smiles if made.valid else made.base.smiles)


def script(number: int, own: str, x: float, y: float) -> str:
    """A program that lifts the place to z and predicts both properties there, in NumPy, and
    measures the string decoded there with RDKit."""
    mm, start = molecules_map.molecule_map(), base(number, own)
    directions = "".join(
        f'    "{name}": ({mm.directions[name].intercept!r}, '
        f"np.array({mm.directions[name].weights.tolist()!r})),\n"
        for name in PROPERTIES
    )
    return f'''"""logP and QED predicted at a place of the map of molecules, and the molecule's own.

Needs numpy and rdkit.
"""

import numpy as np
from rdkit import Chem
from rdkit.Chem import QED, Crippen, Descriptors

mu = np.array({start.mu.tolist()!r})  # the base's code
origin = np.array({mm.plane.origin.tolist()!r})
axes = np.array({mm.plane.axes.tolist()!r})
xy = np.array({[x, y]!r})
z = mu + (xy - (mu - origin) @ axes.T) @ axes  # the base's other 22 coordinates stay
directions = {{
{directions}}}
for name, (intercept, weights) in directions.items():
    print("predicted", name, repr(float(intercept + weights @ z)))
molecule = Chem.MolFromSmiles({decoded(number, own, x, y).trace.smiles!r})  # decoded at z
if molecule is None or not molecule.GetNumAtoms():
    print("no molecule")
else:
    print("own logp", repr(Crippen.MolLogP(molecule)))
    print("own qed", repr(QED.qed(molecule)))
    print("own weight", repr(Descriptors.MolWt(molecule)))
'''
