"""SMILES strings read, checked and compared without a chemistry library.

This stands in where RDKit is absent (`pip install genmodels[molecules]` brings it); `is_valid`
asks RDKit where it can be imported. Ours reads atoms, bonds, branches, ring closures, brackets and
aromatic lowercase, checks every atom's valence, and gives aromatic rings their double bonds by a
perfect matching. It knows neither stereochemistry (read over) nor strain: a molecule it accepts
can be written down, not necessarily made. Weininger (1988); valences as in OpenSMILES.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec

LONGEST = 300
"""Characters at most."""
VALENCES = {
    "H": (1,),
    "B": (3,),
    "C": (4,),
    "N": (3,),
    "O": (2,),
    "F": (1,),
    "Si": (4,),
    "P": (3, 5),
    "S": (2, 4, 6),
    "Cl": (1,),
    "Se": (2, 4, 6),
    "Br": (1,),
    "I": (1, 3, 5),
}
"""How many bonds a neutral atom may have, double bonds counted twice."""
ROWS = {symbol: row for row in ("B C N O F", "Al Si P S Cl") for symbol in row.split()}
AROMATIC = {"b": "B", "c": "C", "n": "N", "o": "O", "p": "P", "s": "S"}
ORDERS = {"-": 1, "/": 1, "\\": 1, "=": 2, "#": 3, ":": 0}
BRACKET = re.compile(
    r"\[(?P<isotope>[0-9]{0,3})(?P<symbol>[A-Z][a-z]?|[bcnops]|se)(?P<chiral>@{0,2})"
    r"(?P<h>H[0-9]?)?(?P<charge>\+{1,3}|-{1,3}|[+-][1-9])?(?::[0-9]{1,3})?\]"
)
PLAIN = re.compile(r"Cl|Br|[BCNOPSFI]|[bcnops]")


@dataclass(frozen=True)
class Atom:
    """`hydrogens` are all of them, written or implied; `text` is how the string has the atom."""

    symbol: str
    aromatic: bool
    charge: int
    hydrogens: int
    text: str


@dataclass(frozen=True)
class Bond:
    """Atoms `a` < `b`; `order` 1, 2 or 3 after kekulisation; `aromatic` as it was written."""

    a: int
    b: int
    order: int
    aromatic: bool


@dataclass(frozen=True)
class Molecule:
    """A checked molecule: its heavy atoms (and written hydrogens) and bonds in string order."""

    smiles: str
    atoms: tuple[Atom, ...]
    bonds: tuple[Bond, ...]

    def neighbours(self) -> list[list[int]]:
        """The atoms bonded to each atom."""
        found: list[list[int]] = [[] for _ in self.atoms]
        for bond in self.bonds:
            found[bond.a].append(bond.b)
            found[bond.b].append(bond.a)
        return found


def has_rdkit() -> bool:
    """Whether RDKit can be imported here."""
    return find_spec("rdkit") is not None


def judge_name() -> str:
    """Who judges validity here, for a page to say."""
    return "RDKit" if has_rdkit() else "this program's own checker"


def is_valid(smiles: str, *, own: bool = False) -> bool:
    """Whether the string is a molecule: by RDKit where it is installed, unless `own`."""
    if not own and has_rdkit():
        from rdkit import Chem, RDLogger

        RDLogger.DisableLog("rdApp.*")
        return bool(smiles) and Chem.MolFromSmiles(smiles) is not None
    return problem(smiles) is None


def problem(smiles: str) -> str | None:
    """What is wrong with the string in words, or None."""
    try:
        parse(smiles)
    except ValueError as error:
        return str(error)
    return None


@dataclass
class _Raw:
    """An atom while reading: `given` hydrogens are None outside brackets."""

    symbol: str
    aromatic: bool
    charge: int
    given: int | None
    text: str


@lru_cache(maxsize=4096)
def parse(smiles: str) -> Molecule:
    """The molecule that the string names. Raises ValueError saying where it breaks and why."""
    if not isinstance(smiles, str) or not smiles:
        raise ValueError("SMILES must hold at least one atom; got an empty string")
    if len(smiles) > LONGEST:
        raise ValueError(f"SMILES must have at most {LONGEST} characters; got {len(smiles)}")
    atoms, written = _read(smiles)
    bonds = _with_aromatic(atoms, written)
    doubles = _kekulise(atoms, bonds)
    finished = tuple(
        Bond(min(a, b), max(a, b), 2 if i in doubles else max(order, 1), order == 0)
        for i, (a, b, order) in enumerate(bonds)
    )
    total = [0] * len(atoms)
    for bond in finished:
        total[bond.a] += bond.order
        total[bond.b] += bond.order
    nitro = _nitrogens_of_nitro(atoms, finished)
    return Molecule(
        smiles,
        tuple(
            Atom(
                raw.symbol,
                raw.aromatic,
                raw.charge,
                _hydrogens(raw, total[i], i in nitro),
                raw.text,
            )
            for i, raw in enumerate(atoms)
        ),
        finished,
    )


def _read(smiles: str) -> tuple[list[_Raw], dict[tuple[int, int], int | None]]:
    """Atoms, and bonds (a, b) with the order written: 1, 2, 3, 0 for ":", None for nothing."""
    atoms: list[_Raw] = []
    bonds: dict[tuple[int, int], int | None] = {}
    branches: list[int] = []
    rings: dict[str, tuple[int, int | None]] = {}
    last, order, place = -1, None, 0
    pending = False  # a bond was written and waits for its atom
    opened = False  # a branch was opened and has no atom yet

    def fail(what: str) -> ValueError:
        return ValueError(f"SMILES {smiles[:60]!r}, character {place + 1}: {what}")

    def join(a: int, b: int, how: int | None) -> None:
        key = (min(a, b), max(a, b))
        if a == b:
            raise fail("a ring closure must join two atoms; it joins one to itself")
        if key in bonds:
            raise fail("two atoms must be joined by one bond; these are joined twice")
        bonds[key] = how

    while place < len(smiles):
        c = smiles[place]
        size = 1
        if c == "[" or (match := PLAIN.match(smiles, place)):
            if c == "[":
                bracket = BRACKET.match(smiles, place)
                if bracket is None:
                    raise fail("a bracket must hold one atom, as in [nH] or [N+]; this doesn't")
                raw, size = _bracket_atom(bracket, fail), len(bracket.group())
            else:
                assert match is not None
                text = match.group()
                raw, size = (
                    _Raw(AROMATIC.get(text, text), text in AROMATIC, 0, None, text),
                    len(text),
                )
            atoms.append(raw)
            if last >= 0:
                join(last, len(atoms) - 1, order)
            elif pending:
                raise fail("a bond must follow an atom; nothing stands before it")
            last, order, pending, opened = len(atoms) - 1, None, False, False
        elif c in ORDERS:
            if last < 0 or pending:
                raise fail(f"a bond {c!r} must stand between two atoms")
            order, pending = ORDERS[c], True
        elif c == "(":
            if last < 0 or pending or opened:
                raise fail("a branch must follow an atom")
            branches.append(last)
            opened = True
        elif c == ")":
            if not branches:
                raise fail("a bracket is closed that was never opened")
            if pending or opened:
                raise fail("a branch must end in an atom")
            last = branches.pop()
        elif c.isdigit() or c == "%":
            name = c
            if c == "%":
                name, size = smiles[place + 1 : place + 3], 3
                if len(name) != 2 or not (name.isascii() and name.isdigit()):
                    raise fail("% must be followed by two digits")
            elif not c.isascii():
                raise fail(f"{c!r} is no SMILES")
            if last < 0 or opened:
                raise fail("a ring number must follow an atom")
            number = str(int(name))
            if number in rings:
                other, before = rings.pop(number)
                if before is not None and order is not None and before != order:
                    raise fail(f"ring {number} must have one bond; its ends say two")
                join(other, last, order if before is None else before)
            else:
                rings[number] = (last, order)
            order, pending = None, False
        elif c == ".":
            if last < 0 or pending or branches:
                raise fail("a dot must stand between two molecules")
            last = -1
        else:
            raise fail(f"{c!r} is no atom, bond, branch or ring number")
        place += size
    if pending:
        raise fail("a bond must be followed by an atom; the string ends")
    if branches:
        raise fail(f"{len(branches)} branch(es) opened and never closed")
    if rings:
        raise fail(f"ring {', '.join(sorted(rings))} opened and never closed")
    if last < 0:
        raise fail("an atom must follow a dot; the string ends")
    return atoms, bonds


def _bracket_atom(match: "re.Match[str]", fail: Callable[[str], ValueError]) -> _Raw:
    symbol = match["symbol"]
    aromatic = symbol[0].islower()
    symbol = "Se" if symbol == "se" else AROMATIC.get(symbol, symbol)
    if symbol not in VALENCES:
        raise fail(f"{symbol} is no element that this checker knows")
    h, charge = match["h"], match["charge"] or ""
    hydrogens = 0 if not h else int(h[1:] or 1)
    sign = -1 if charge.startswith("-") else 1
    size = int(charge[1]) if charge[1:].isdigit() else len(charge)
    return _Raw(symbol, aromatic, sign * size, hydrogens, match.group())


def allowed(symbol: str, charge: int) -> tuple[int, ...]:
    """The valences of an atom of this charge: those of the neutral atom with as many electrons.

    N+ bonds as C does (4), O- as F (1); an atom without such a neighbour may bond with nothing.
    """
    if not charge or symbol not in ROWS:
        if not charge:
            return VALENCES[symbol]
        return (0,) if symbol == "H" else tuple(max(v - abs(charge), 0) for v in VALENCES[symbol])
    row = ROWS[symbol].split()
    place = row.index(symbol) - charge
    if not 0 <= place < len(row):
        return (0,)
    return (3,) if row[place] == "Al" else VALENCES[row[place]]


def _nitrogens_of_nitro(atoms: list[_Raw], bonds: tuple[Bond, ...]) -> set[int]:
    """Neutral nitrogens with two double bonds to oxygen: N(=O)=O, the usual short way to write
    [N+](=O)[O-], has five bonds there, and RDKit takes it too."""
    doubles = [0] * len(atoms)
    for bond in bonds:
        for one, other in ((bond.a, bond.b), (bond.b, bond.a)):
            doubles[one] += bond.order == 2 and atoms[other].symbol == "O"
    return {i for i, raw in enumerate(atoms) if raw.symbol == "N" and doubles[i] == 2}


def _hydrogens(raw: _Raw, bonds: int, nitro: bool = False) -> int:
    """All hydrogens of the atom, given the sum of its bond orders; checks its valence."""
    valences = (5,) if nitro and not raw.charge else allowed(raw.symbol, raw.charge)
    total = bonds + (raw.given or 0)
    if total > valences[-1]:
        raise ValueError(
            f"{raw.text} must have at most {valences[-1]} bonds; it has {total}"
            + (f" ({raw.given} to hydrogen)" if raw.given else "")
        )
    if raw.given is not None:
        return raw.given
    return min(v for v in valences if v >= total) - total


# -- aromatic rings ----------------------------------------------------------------------------


def _with_aromatic(
    atoms: list[_Raw], written: dict[tuple[int, int], int | None]
) -> list[tuple[int, int, int]]:
    """Bonds (a, b, order), order 0 for aromatic: unwritten, in a ring, between aromatic atoms."""
    in_ring = ring_bonds(len(atoms), list(written))
    ringed = {atom for pair in in_ring for atom in pair}
    for i, raw in enumerate(atoms):
        if raw.aromatic and i not in ringed:
            raise ValueError(f"aromatic {raw.text} (atom {i + 1}) must be in a ring; it isn't")
    bonds = []
    for (a, b), order in written.items():
        both = atoms[a].aromatic and atoms[b].aromatic
        if order is None:
            order = 0 if both and (a, b) in in_ring else 1
        elif order == 0 and not both:
            raise ValueError("an aromatic bond ':' must join two aromatic atoms")
        bonds.append((a, b, order))
    return bonds


def ring_bonds(n: int, pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """The bonds that lie on a ring: those whose removal leaves their atoms connected (Tarjan)."""
    near: list[list[tuple[int, int]]] = [[] for _ in range(n)]
    for i, (a, b) in enumerate(pairs):
        near[a].append((b, i))
        near[b].append((a, i))
    order, low, bridges = [0] * n, [0] * n, set()
    clock = 0
    for root in range(n):
        if order[root]:
            continue
        clock += 1
        order[root] = low[root] = clock
        stack = [(root, -1, iter(near[root]))]
        while stack:
            at, came, rest = stack[-1]
            for to, i in rest:
                if i == came:
                    continue
                if order[to]:
                    low[at] = min(low[at], order[to])
                    continue
                clock += 1
                order[to] = low[to] = clock
                stack.append((to, i, iter(near[to])))
                break
            else:
                stack.pop()
                if stack:
                    above = stack[-1][0]
                    low[above] = min(low[above], low[at])
                    if low[at] > order[above]:
                        bridges.add(came)
    return {pair for i, pair in enumerate(pairs) if i not in bridges}


def _kekulise(atoms: list[_Raw], bonds: list[tuple[int, int, int]]) -> set[int]:
    """Which aromatic bonds become double, so that every aromatic atom's valence is filled.

    An atom with one place left after its sigma bonds and hydrogens must have exactly one double
    bond: a perfect matching of such atoms over the aromatic bonds. Raises ValueError if none.
    """
    sigma, touched = [0] * len(atoms), [False] * len(atoms)
    for a, b, order in bonds:
        for atom in (a, b):
            sigma[atom] += max(order, 1)
            touched[atom] |= order == 0
    needs = set()
    for i, raw in enumerate(atoms):
        if raw.aromatic and touched[i]:
            total = sigma[i] + (raw.given or 0)
            room = [v for v in allowed(raw.symbol, raw.charge) if v >= total]
            if room and room[0] > total:
                needs.add(i)
    options: dict[int, list[tuple[int, int]]] = {i: [] for i in needs}
    for i, (a, b, order) in enumerate(bonds):
        if order == 0 and a in needs and b in needs:
            options[a].append((b, i))
            options[b].append((a, i))
    chosen = _match(options)
    if chosen is None:
        raise ValueError("the aromatic rings must admit alternating double bonds; these don't")
    return chosen


def _match(options: dict[int, list[tuple[int, int]]]) -> set[int] | None:
    """A perfect matching by search, the atom with the fewest partners first; None if there is
    none (or none within 20,000 tries)."""
    tries = 0

    def search(free: frozenset[int]) -> set[int] | None:
        nonlocal tries
        tries += 1
        if not free:
            return set()
        if tries > 20_000:
            return None
        partners = {i: [p for p in options[i] if p[0] in free] for i in free}
        atom = min(sorted(free), key=lambda i: len(partners[i]))
        for other, bond in partners[atom]:
            found = search(free - {atom, other})
            if found is not None:
                return found | {bond}
        return None

    return search(frozenset(options))


# -- sameness ----------------------------------------------------------------------------------


def signature(molecule: Molecule) -> str:
    """A name that does not depend on the order of writing: equal for equal molecules.

    Weisfeiler-Lehman refinement of (element, charge, hydrogens, aromatic) over bond orders,
    until stable. Different strings of one molecule agree, unless one writes a ring as
    aromatic and the other its double bonds; very regular different molecules could agree too.
    """
    n = len(molecule.atoms)
    near: list[list[tuple[str, int]]] = [[] for _ in range(n)]
    for bond in molecule.bonds:
        kind = "a" if bond.aromatic else str(bond.order)
        near[bond.a].append((kind, bond.b))
        near[bond.b].append((kind, bond.a))
    names = [f"{a.symbol}{a.charge}{a.hydrogens}{a.aromatic}" for a in molecule.atoms]
    classes = 0
    while len(set(names)) > classes:  # until no round tells more atoms apart
        classes = len(set(names))
        names = [
            _digest(names[i] + "".join(sorted(f"|{kind}{names[j]}" for kind, j in near[i])))
            for i in range(n)
        ]
    return _digest("".join(sorted(names)))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
