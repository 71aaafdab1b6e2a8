"""A molecule as lines, circles and letters: the skeletal formula, ready for a canvas or an SVG.

Carbon is implied where bonds meet. Other atoms are written with their hydrogens and charge; bonds
stop short of letters. A ring of aromatic bonds has a circle in it; an aromatic bond outside such a
ring a dashed second line.
"""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import numpy as np

from genmodels.vae.smiles import Molecule
from genmodels.vae.smiles_layout import Layout, layout

SHORT = 0.3
"""Bond lengths that a line keeps away from a written atom."""
GAP = 0.16
"""Between the lines of a double or triple bond."""
COLOURS = {"N": "#0072B2", "O": "#D55E00", "S": "#8C6D31", "F": "#009E73", "Cl": "#009E73"}
COLOURS |= {"Br": "#A8325A", "P": "#7F5AB6", "I": "#7F5AB6"}
SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPT = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
SIDES = {"right": (1.0, 0.0), "left": (-1.0, 0.0), "up": (0.0, 1.0), "down": (0.0, -1.0)}


@dataclass(frozen=True)
class Label:
    """A written atom: `hydrogens` ("H₂") stand at its `side`, where no bond goes."""

    x: float
    y: float
    symbol: str
    hydrogens: str
    charge: str
    side: str


@dataclass(frozen=True)
class Drawing:
    """In bond lengths, y upwards: `lines` (x1, y1, x2, y2, dashed), `circles` (x, y, r), `labels`;
    `box` is what the atoms span (width, height); `formula` is Hill's, as C₁₇H₂₃N₃O."""

    lines: tuple[tuple[float, float, float, float, bool], ...]
    circles: tuple[tuple[float, float, float], ...]
    labels: tuple[Label, ...]
    box: tuple[float, float]
    formula: str

    def plain(self) -> dict[str, object]:
        """As plain data, to three decimals."""
        return {
            "lines": [
                [*(round(v, 3) for v in (x1, y1, x2, y2)), int(dashed)]
                for x1, y1, x2, y2, dashed in self.lines
            ],
            "circles": [[round(v, 3) for v in circle] for circle in self.circles],
            "labels": [
                [round(a.x, 3), round(a.y, 3), a.symbol, a.hydrogens, a.charge, a.side]
                for a in self.labels
            ],
            "box": [round(v, 3) for v in self.box],
            "formula": self.formula,
        }


@lru_cache(maxsize=4096)
def drawing(smiles: str) -> Drawing:
    """The skeletal formula of a SMILES string. Raises ValueError for what is no molecule."""
    return drawn(layout(smiles))


def drawn(laid: Layout) -> Drawing:
    """The skeletal formula of a molecule that has its places."""
    molecule, xy = laid.molecule, laid.xy
    near = molecule.neighbours()
    written = [
        atom.symbol != "C" or atom.charge != 0 or not near[i]
        for i, atom in enumerate(molecule.atoms)
    ]
    kinds = {(bond.a, bond.b): bond.aromatic for bond in molecule.bonds}
    circled: set[tuple[int, int]] = set()
    circles = []
    rings_of: dict[tuple[int, int], tuple[int, ...]] = {}
    for ring in laid.rings:
        pairs = [(min(a, b), max(a, b)) for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
        for pair in pairs:
            rings_of.setdefault(pair, ring)
        if all(kinds.get(pair, False) for pair in pairs):
            circled.update(pairs)
            middle = xy[list(ring)].mean(axis=0)
            apothem = min(np.linalg.norm((xy[a] + xy[b]) / 2 - middle) for a, b in pairs)
            circles.append((float(middle[0]), float(middle[1]), 0.66 * float(apothem)))

    lines: list[tuple[float, float, float, float, bool]] = []

    def line(a: int, b: int, aside: np.ndarray, trim: float, dashed: bool = False) -> None:
        along = xy[b] - xy[a]
        along /= max(float(np.hypot(*along)), 1e-9)
        start = xy[a] + aside + along * (SHORT if written[a] else trim)
        end = xy[b] + aside - along * (SHORT if written[b] else trim)
        (x1, y1), (x2, y2) = start.tolist(), end.tolist()
        lines.append((x1, y1, x2, y2, dashed))

    for bond in molecule.bonds:
        a, b = bond.a, bond.b
        along = xy[b] - xy[a]
        normal = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-9)
        nothing = np.zeros(2)
        if bond.aromatic and (a, b) in circled:
            line(a, b, nothing, 0.0)
        elif bond.aromatic or (bond.order == 2 and (a, b) in rings_of):
            ring = rings_of.get((a, b), (a, b))
            inward = xy[list(ring)].mean(axis=0) - (xy[a] + xy[b]) / 2
            line(a, b, nothing, 0.0)
            inner = GAP if inward @ normal >= 0 else -GAP
            line(a, b, inner * normal, 0.14, bond.aromatic)
        elif bond.order == 2 and min(len(near[a]), len(near[b])) > 1:
            others = [i for end in (a, b) for i in near[end] if i not in (a, b)]
            lean = (xy[others].mean(axis=0) - (xy[a] + xy[b]) / 2) @ normal
            line(a, b, nothing, 0.0)
            line(a, b, (GAP if lean >= 0 else -GAP) * normal, 0.1)
        elif bond.order == 2:
            for side in (-0.5, 0.5):
                line(a, b, side * GAP * normal, 0.0)
        else:
            for side in (-1.0, 0.0, 1.0) if bond.order == 3 else (0.0,):
                line(a, b, side * GAP * normal, 0.0)

    labels = tuple(_label(laid, i, near[i]) for i, kept in enumerate(written) if kept)
    span = np.ptp(xy, axis=0)
    box = (float(span[0]), float(span[1]))
    return Drawing(tuple(lines), tuple(circles), labels, box, formula(molecule))


def _label(laid: Layout, i: int, near: list[int]) -> Label:
    """Atom i as it is written: its hydrogens where no bond goes."""
    atom, xy = laid.molecule.atoms[i], laid.xy
    away = sum((xy[i] - xy[j] for j in near), np.zeros(2))
    options: tuple[str, ...] = tuple(SIDES)
    if len(near) == 1 or np.hypot(*away) < 0.2:  # beside, unless bonds go both ways
        options = ("right", "left") if abs(away[0]) > 0.2 else ("right", "up", "down")
    side = max(options, key=lambda name: float(away @ np.array(SIDES[name])))
    count = str(atom.hydrogens) if atom.hydrogens > 1 else ""
    hydrogens = f"H{count.translate(SUBSCRIPT)}" if atom.hydrogens else ""
    size = str(abs(atom.charge)) if abs(atom.charge) > 1 else ""
    sign = "" if not atom.charge else size + ("+" if atom.charge > 0 else "-")
    charge = sign.translate(SUPERSCRIPT)
    return Label(float(xy[i, 0]), float(xy[i, 1]), atom.symbol, hydrogens, charge, side)


def formula(molecule: Molecule) -> str:
    """Hill's: carbon, hydrogen, then the others by name, as C₁₇H₂₃N₃O."""
    counts = Counter(atom.symbol for atom in molecule.atoms)
    counts["H"] += sum(atom.hydrogens for atom in molecule.atoms)
    order = sorted(counts, key=lambda s: {"C": "", "H": " "}.get(s, s) if counts["C"] else s)
    return "".join(
        symbol + (str(counts[symbol]).translate(SUBSCRIPT) if counts[symbol] > 1 else "")
        for symbol in order
        if counts[symbol]
    )


def svg(picture: Drawing, title: str, scale: float = 40.0) -> str:
    """The drawing as an SVG on white, `scale` pixels a bond."""
    width, height = (scale * (span + 2.0) for span in picture.box)

    def at(x: float, y: float) -> tuple[float, float]:
        return width / 2 + scale * x, height / 2 - scale * y

    shapes = []
    for x1, y1, x2, y2, dashed in picture.lines:
        (a, b), (c, d) = at(x1, y1), at(x2, y2)
        dash = ' stroke-dasharray="4 3"' if dashed else ""
        shapes.append(f'<path d="M{a:.2f} {b:.2f} L{c:.2f} {d:.2f}"{dash}/>')
    for x, y, r in picture.circles:
        a, b = at(x, y)
        shapes.append(f'<circle cx="{a:.2f}" cy="{b:.2f}" r="{scale * r:.2f}"/>')
    words = []
    for label in picture.labels:
        a, b = at(label.x, label.y)
        fill = COLOURS.get(label.symbol, "#1b2026")
        words.append(_text(a, b, "middle", label.symbol, fill))
        half = scale * 0.12 * len(label.symbol) + 2
        beside = label.hydrogens
        if beside and label.side in ("up", "down"):
            over = -0.4 if label.side == "up" else 0.4
            words.append(_text(a, b + over * scale, "middle", beside, fill))
        elif beside:
            start, anchor = (a - half, "end") if label.side == "left" else (a + half, "start")
            words.append(_text(start, b, anchor, beside, fill))
        if label.charge:
            far = half + (0.36 * scale if beside and label.side == "right" else 0)
            words.append(_text(a + far, b - 0.12 * scale, "start", label.charge, fill))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.2f} {height:.2f}" font-family="sans-serif" '
        f'font-size="{0.4 * scale:.0f}">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n'
        '<g fill="none" stroke="#1b2026" stroke-width="1.8" stroke-linecap="round">\n'
        + "\n".join(shapes)
        + "\n</g>\n"
        + "\n".join(words)
        + "\n</svg>\n"
    )


def _text(x: float, y: float, anchor: str, words: str, fill: str) -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" dominant-baseline="central" '
        f'fill="{fill}">{escape(words)}</text>'
    )
