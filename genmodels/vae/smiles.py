"""SMILES strings read, judged, named, measured and drawn by RDKit.

Importing this module imports RDKit, so what must be light takes it at its first use. A molecule
never leaves a function here: RDKit's are not made to be shared between threads.
"""

import logging
import re
import threading
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem import QED, Crippen, Descriptors, rdMolDescriptors
from rdkit.Chem.Draw import rdMolDraw2D

from genmodels.datasets.molecules import LONGEST


class _Said(logging.Handler):
    """What RDKit says while it reads, kept for the thread that asked: nothing is printed."""

    def __init__(self) -> None:
        super().__init__()
        self.of = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        if (lines := getattr(self.of, "lines", None)) is not None:
            lines.append(record.getMessage())


_said = _Said()
rdBase.LogToPythonLogger()
logging.getLogger("rdkit").handlers = [_said]  # its own prints
logging.getLogger("rdkit").propagate = False

# RDKit's words for what is wrong with the text, and what was expected.
_EXPECTED = (
    ("syntax error", "an atom, bond, branch or ring number must follow from what stands before"),
    ("extra open parentheses", "every ( must have its ); a branch was opened and never closed"),
    (
        "extra close parentheses",
        "every ) must have its (; a branch closes that was never opened",
    ),
    ("unclosed ring", "every ring number must come twice; {} opened and never closed"),
    (r"duplicated ring closure (\d+)", "a ring number must join two atoms; {} joins one to itself"),
    (r"closure (\d+) duplicates bond", "two atoms must be joined by one bond; {} joins two twice"),
)


def problem(smiles: str) -> str | None:
    """What is wrong with the string in words, or None for a molecule."""
    found = _read(smiles)
    return found if isinstance(found, str) else None


def is_valid(smiles: str) -> bool:
    """Whether RDKit takes the string for a molecule."""
    return problem(smiles) is None


def parse(smiles: str) -> Chem.Mol:
    """RDKit's molecule, checked. Raises ValueError saying what was expected, what came and where:
    the place in the text where RDKit gives one, else the atoms by their numbers (from 1)."""
    found = _read(smiles)
    if isinstance(found, str):
        raise ValueError(f"SMILES {smiles[:60]!r}: {found}")
    return found


def _read(smiles: str) -> Any:
    """The molecule, or what is wrong with the string."""
    if not smiles:
        return "it must hold at least one atom; it is empty"
    if len(smiles) > LONGEST:
        return f"it must have at most {LONGEST} characters; got {len(smiles)}"
    for place, c in enumerate(smiles, 1):
        if not "!" <= c <= "~":  # after a space RDKit would read a name; the rest it may pass over
            return f"character {place}: SMILES must be printable ASCII without spaces; got {c!r}"
    lines: list[str] = []
    _said.of.lines = lines
    try:
        molecule = Chem.MolFromSmiles(smiles)
        if molecule is not None:
            return molecule
        raw = Chem.MolFromSmiles(smiles, sanitize=False)
        if raw is None:
            return _misread(smiles, "\n".join(lines))
        wrong = [_unsound(raw, p) for p in Chem.DetectChemistryProblems(raw)]
        return "; ".join(wrong[:3]) or "it must be a molecule; RDKit refuses it"
    finally:
        _said.of.lines = None


def _misread(smiles: str, said: str) -> str:
    """Why the text is no SMILES, from RDKit's log."""
    for heard, words in _EXPECTED:
        if found := re.search(heard, said):
            rings = found.groups() or _odd_rings(smiles)
            words = words.format(f"{'ring' if len(rings) == 1 else 'rings'} {', '.join(rings)}")
            break
    else:
        first = re.search(r"Parse Error: (.*?)(?: while parsing| for input|$)", said)
        words = f"RDKit says: {first[1]}" if first else "it must be SMILES; RDKit can't read it"
    place = re.search(r"around position (\d+)", said)
    if not place:
        return words
    at = min(max(int(place[1]), 1), len(smiles))
    return f"around character {at}, “{smiles[at - 1]}”: {words}"


def _odd_rings(smiles: str) -> list[str]:
    """The ring numbers that come once, or thrice."""
    counts = Counter(re.findall(r"%\d\d|\d", re.sub(r"\[.*?\]", "", smiles)))
    return sorted(number for number, times in counts.items() if times % 2)


def _unsound(raw: Chem.Mol, found: Any) -> str:
    """Why the atoms can't be: a valence, or aromatic rings without alternating double bonds."""
    kind, message = found.GetType(), found.Message()
    if kind == "KekulizeException":
        atoms = ", ".join(str(i + 1) for i in found.GetAtomIndices())
        word = "atoms" if "," in atoms else "atom"
        return f"aromatic rings must admit alternating double bonds; not so at {word} {atoms}"
    if kind not in ("AtomValenceException", "AtomKekulizeException"):
        return f"RDKit says: {message}"
    atom = raw.GetAtomWithIdx(found.GetAtomIdx())
    name = f"{atom.GetSymbol()} (atom {atom.GetIdx() + 1})"
    if kind == "AtomKekulizeException":
        return f"aromatic {name} must be in a ring; it isn't"
    bonds = int(re.findall(r", (\d+),", message)[-1])
    # A charged atom bonds as the neutral one with as many electrons: N+ as C, O- as F.
    like = max(atom.GetAtomicNum() - atom.GetFormalCharge(), 0)
    most = max(Chem.GetPeriodicTable().GetValenceList(like), default=-1)
    if not 0 <= most < bonds:
        return f"{name} has more bonds than it may have: {bonds}"
    return f"{name} must have at most {most} {'bond' if most == 1 else 'bonds'}; it has {bonds}"


@lru_cache(maxsize=4096)
def canonical(smiles: str) -> str:
    """The string that RDKit writes: one for every way of writing the molecule."""
    return str(Chem.MolToSmiles(parse(smiles)))


_MEASURES = {"logp": Crippen.MolLogP, "qed": QED.qed, "weight": Descriptors.MolWt}


@lru_cache(maxsize=4096)
def measure(smiles: str, name: str) -> float:
    """`logp` (Wildman and Crippen 1999), `qed` (Bickerton and others 2012, 0 to 1; it takes five
    times as long) or `weight` in daltons, of the molecule itself. Raises ValueError as `parse`."""
    return float(_MEASURES[name](parse(smiles)))


def logp_parts(smiles: str) -> list[tuple[str, int, float]]:
    """Every atom's share of logP, the hydrogens' too, largest first: (element, number from 1,
    share). Their sum is the molecule's logP. Raises ValueError as `parse`."""
    molecule = Chem.AddHs(parse(smiles))
    shares = rdMolDescriptors._CalcCrippenContribs(molecule)
    found = [
        (atom.GetSymbol(), atom.GetIdx() + 1, float(share))
        for atom, (share, _) in zip(molecule.GetAtoms(), shares, strict=True)
    ]
    return sorted(found, key=lambda part: -abs(part[2]))


def qed_parts(smiles: str) -> list[tuple[str, float, float, float]]:
    """The eight things that QED looks at: (name, value, desirability from 0 to 1, weight). QED is
    the weighted geometric mean of the desirabilities. Raises ValueError as `parse`."""
    looked_at = QED.properties(parse(smiles))._asdict()
    return [
        (name, float(value), float(QED.ads(value, QED.adsParameters[name])), float(weight))
        for (name, value), weight in zip(looked_at.items(), QED.WEIGHT_MEAN, strict=True)
    ]


# -- drawing -----------------------------------------------------------------------------------

BOND = 40.0
"""Pixels a bond in RDKit's pictures."""
LENGTH = 1.5
"""Of a bond in RDKit's coordinates."""
_PART = re.compile(
    r"<path class='bond[^>]* d='([^']*)'|<text x='([^']*)' y='([^']*)' class='atom-(\d+)' "
    r"style='font-size:(\d+)px[^>]*>([^<]*)<"
)
SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPT = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")


@dataclass(frozen=True)
class Drawing:
    """RDKit's skeletal formula, in bond lengths from the top left corner, y downwards: `lines`
    (x1, y1, x2, y2); `letters` (x, y, text, size, element), x where the text begins, y its
    baseline; `box` (width, height); `formula` is Hill's, as C₁₇H₂₃N₃O."""

    lines: tuple[tuple[float, float, float, float], ...]
    letters: tuple[tuple[float, float, str, float, str], ...]
    box: tuple[float, float]
    formula: str

    def plain(self) -> dict[str, object]:
        """As plain data."""
        return {
            "lines": [list(line) for line in self.lines],
            "letters": [list(letter) for letter in self.letters],
            "box": list(self.box),
            "formula": self.formula,
        }


@lru_cache(maxsize=4096)
def drawing(smiles: str) -> Drawing:
    """The skeletal formula of a SMILES string. Raises ValueError for what is no molecule."""
    molecule = _flat(parse(smiles))
    picture = _painted(molecule, letters=True)
    lines: list[tuple[float, float, float, float]] = []
    letters: list[tuple[float, float, str, float, str]] = []
    for path, x, y, atom, size, text in _PART.findall(picture):
        if path:
            at = [round(float(v) / BOND, 3) for v in re.findall(r"-?[\d.]+", path)]
            ends = list(zip(at[::2], at[1::2], strict=True))
            lines += [(*one, *other) for one, other in pairwise(ends)]
        else:
            symbol = molecule.GetAtomWithIdx(int(atom)).GetSymbol()
            place = (round(float(x) / BOND, 3), round(float(y) / BOND, 3))
            letters.append((*place, text, round(float(size) / BOND, 3), symbol))
    width, height = map(float, re.findall(r"(?:width|height)='(\d+)px'", picture)[:2])
    atoms, sign, charge = re.split(
        r"([+-]|$)", rdMolDescriptors.CalcMolFormula(molecule), maxsplit=1
    )
    formula = atoms.translate(SUBSCRIPT) + f"{charge}{sign}".translate(SUPERSCRIPT)
    return Drawing(tuple(lines), tuple(letters), (width / BOND, height / BOND), formula)


def svg(smiles: str) -> str:
    """RDKit's picture on white. Raises ValueError for what is no molecule."""
    return _painted(_flat(parse(smiles)), letters=False)


def _flat(molecule: Chem.Mol) -> Chem.Mol:
    """With coordinates, and its aromatic rings' double bonds written out."""
    return rdMolDraw2D.PrepareMolForDrawing(molecule, kekulize=True, addChiralHs=False)


def _painted(molecule: Chem.Mol, *, letters: bool) -> str:
    """An SVG of the size that the molecule needs; with `letters` in black, letters as text."""
    painter = rdMolDraw2D.MolDraw2DSVG(-1, -1, -1, -1, letters)
    options = painter.drawOptions()
    options.scalingFactor = BOND / LENGTH
    options.baseFontSize = 0.9
    options.prepareMolsBeforeDrawing = False
    if letters:
        options.useBWAtomPalette()  # the page's theme has the colours
    painter.DrawMolecule(molecule)
    painter.FinishDrawing()
    return str(painter.GetDrawingText())


def structure(smiles: str) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """Atoms (`symbol`, `hydrogens`, `charge`, `x`, `y` in bond lengths, y upwards) and bonds
    [a, b, order after kekulisation, aromatic]. Raises ValueError for what is no molecule."""
    molecule = parse(smiles)
    flat = _flat(molecule)
    xy = (flat.GetConformer().GetPositions()[:, :2] / LENGTH).round(4).tolist()
    atoms = [
        {
            "symbol": atom.GetSymbol(),
            "hydrogens": atom.GetTotalNumHs(),
            "charge": atom.GetFormalCharge(),
            "x": x,
            "y": y,
        }
        for atom, (x, y) in zip(molecule.GetAtoms(), xy, strict=True)
    ]
    bonds = [
        [
            bond.GetBeginAtomIdx(),
            bond.GetEndAtomIdx(),
            round(bond.GetBondTypeAsDouble()),
            molecule.GetBondWithIdx(bond.GetIdx()).GetIsAromatic(),
        ]
        for bond in flat.GetBonds()
    ]
    return atoms, bonds
