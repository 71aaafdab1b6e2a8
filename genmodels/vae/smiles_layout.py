"""Where to draw the atoms of a molecule: flat coordinates without a chemistry library.

Rings become regular polygons, joined edge to edge; chains zig-zag at 120 degrees; what is left
crowded is pushed apart. A drawing, not a geometry: bridged cages come out squeezed.
"""

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from genmodels.vae.smiles import Molecule, parse, ring_bonds

STEPS = 80
"""Steps of relaxation."""
VARIANTS = 12
"""Other bends tried where atoms come too close."""


@dataclass(frozen=True)
class Layout:
    """`xy` (N, 2) in bond lengths, centred on 0, y upwards, longer than high; the molecule; and
    its smallest `rings` as atom numbers in order."""

    molecule: Molecule
    xy: np.ndarray
    rings: tuple[tuple[int, ...], ...]


def layout(molecule: Molecule | str) -> Layout:
    """Coordinates for drawing a molecule or a SMILES string, the same for the same string.

    Raises ValueError for a string that is no molecule.
    """
    if isinstance(molecule, str):
        molecule = parse(molecule)
    near = molecule.neighbours()
    rings = smallest_rings(molecule)
    xy = _placed(molecule, near, rings, np.ones(len(near)))
    worst = _crowding(xy, near)
    for variant in range(VARIANTS if worst else 0):  # turn some bends the other way
        turns = np.where(np.random.default_rng(variant).random(len(near)) < 0.3, -1.0, 1.0)
        other = _placed(molecule, near, rings, turns)
        if (crowding := _crowding(other, near)) < worst:
            xy, worst = other, crowding
        if not worst:
            break
    if worst or _strained(molecule, xy):
        xy = _relax(xy, molecule, near)
    xy -= xy.mean(axis=0)
    if len(xy) > 2:
        _, _, axes = np.linalg.svd(xy, full_matrices=False)
        axes[0] *= 1.0 if axes[0][int(np.abs(axes[0]).argmax())] >= 0 else -1.0
        xy = xy @ np.stack([axes[0], [-axes[0][1], axes[0][0]]]).T
    return Layout(molecule, xy - (xy.max(axis=0) + xy.min(axis=0)) / 2.0, rings)


def _placed(
    molecule: Molecule, near: list[list[int]], rings: tuple[tuple[int, ...], ...], turns: np.ndarray
) -> np.ndarray:
    """Coordinates as they grow, part by part; `turns` (N,) of 1 or -1 bends the chains."""
    xy = np.full((len(near), 2), np.nan)
    systems = _systems(rings)
    system_of = {atom: k for k, atoms in enumerate(systems) for atom in atoms}
    shift = 0.0
    for root in _roots(near, systems):
        if np.isnan(xy[root, 0]):
            before = ~np.isnan(xy[:, 0])
            _grow(root, near, rings, systems, system_of, molecule, turns, xy)
            fresh = ~np.isnan(xy[:, 0]) & ~before
            xy[fresh, 0] += shift - xy[fresh, 0].min()
            shift = float(np.nanmax(xy[:, 0])) + 2.0
    return xy


def _crowding(xy: np.ndarray, near: list[list[int]]) -> float:
    """How far pairs without a bond between them come below 0.8 bond lengths, in all."""
    apart = np.linalg.norm(xy[:, None] - xy[None], axis=2)
    for i, others in enumerate(near):
        apart[i, [i, *others]] = np.inf
    return float(np.maximum(0.8 - apart, 0.0).sum())


def _strained(molecule: Molecule, xy: np.ndarray) -> bool:
    """Whether some bond is drawn far from its length of 1."""
    ends = np.array([(bond.a, bond.b) for bond in molecule.bonds], np.int64).reshape(-1, 2)
    length = np.linalg.norm(xy[ends[:, 0]] - xy[ends[:, 1]], axis=1)
    return bool(len(length) and np.abs(length - 1.0).max() > 0.1)


def smallest_rings(molecule: Molecule) -> tuple[tuple[int, ...], ...]:
    """A smallest set of smallest rings: bonds - atoms + parts of them, each as atoms in order.

    Candidates are the shortest ring through each ring bond and, per bond, past each neighbour;
    the shortest independent ones (over GF(2) of their bonds) are kept.
    """
    pairs = [(bond.a, bond.b) for bond in molecule.bonds]
    places = {pair: i for i, pair in enumerate(pairs)}
    cyclic = ring_bonds(len(molecule.atoms), pairs)
    near: dict[int, list[int]] = {}
    for a, b in sorted(cyclic):
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    found: dict[int, tuple[int, ...]] = {}
    for a, b in sorted(cyclic):
        for third in [x for x in near[b] if x != a]:
            path = _shortest(near, third, a, banned=b)
            if path:
                ring = (b, *path)
                bits = 0
                for x, y in zip(ring, ring[1:] + ring[:1], strict=True):
                    bits |= 1 << places[(min(x, y), max(x, y))]
                found.setdefault(bits, ring)
    basis: dict[int, int] = {}
    kept: list[tuple[int, ...]] = []
    wanted = len(cyclic) - len(near) + _parts(near)
    for bits, ring in sorted(found.items(), key=lambda item: (len(item[1]), item[0])):
        left = bits
        while left and left.bit_length() in basis:
            left ^= basis[left.bit_length()]
        if left and len(kept) < wanted:
            basis[left.bit_length()] = left
            kept.append(ring)
    return tuple(kept)


def _parts(near: dict[int, list[int]]) -> int:
    seen: set[int] = set()
    parts = 0
    for root in near:
        if root not in seen:
            parts += 1
            queue = [root]
            seen.add(root)
            while queue:
                for other in near[queue.pop()]:
                    if other not in seen:
                        seen.add(other)
                        queue.append(other)
    return parts


def _shortest(near: dict[int, list[int]], start: int, goal: int, banned: int) -> list[int]:
    """The atoms from `start` to `goal` on a shortest way past `banned`; empty if there is none."""
    came = {start: -1}
    queue = deque([start])
    while queue:
        at = queue.popleft()
        if at == goal:
            path = [at]
            while came[path[-1]] >= 0:
                path.append(came[path[-1]])
            return path[::-1]
        for other in near[at]:
            if other not in came and other != banned:
                came[other] = at
                queue.append(other)
    return []


def _systems(rings: tuple[tuple[int, ...], ...]) -> list[set[int]]:
    """Atoms of rings that share atoms, together."""
    systems: list[set[int]] = []
    for ring in rings:
        touching = [s for s in systems if s & set(ring)]
        systems = [s for s in systems if not s & set(ring)]
        systems.append(set(ring).union(*touching))
    return systems


def _roots(near: list[list[int]], systems: list[set[int]]) -> list[int]:
    """Where to begin: the largest ring system, else an end of a chain; then whatever is left."""
    first = [min(sorted(systems, key=len)[-1])] if systems else []
    ends = [i for i, others in enumerate(near) if len(others) <= 1]
    return [*first, *ends, *range(len(near))]


def _grow(
    root: int,
    near: list[list[int]],
    rings: tuple[tuple[int, ...], ...],
    systems: list[set[int]],
    system_of: dict[int, int],
    molecule: Molecule,
    turns: np.ndarray,
    xy: np.ndarray,
) -> None:
    """Place everything connected with `root`, breadth first."""
    straight = {
        atom for bond in molecule.bonds if bond.order == 3 for atom in (bond.a, bond.b)
    } | _cumulated(molecule)
    turn: dict[int, float] = {}

    def put(atom: int, at: np.ndarray, heading: float) -> list[int]:
        """Place an atom, with its ring system if it has one; the atoms that were placed."""
        if atom not in system_of:
            xy[atom] = at
            return [atom]
        members = sorted(systems[system_of[atom]])
        shape = _ring_shape([r for r in rings if r[0] in systems[system_of[atom]]], members)
        middle = shape.mean(axis=0) - shape[members.index(atom)]
        angle = heading - math.atan2(middle[1], middle[0])
        c, s = math.cos(angle), math.sin(angle)
        turned = (shape - shape[members.index(atom)]) @ np.array([[c, s], [-s, c]])
        xy[members] = turned + at
        return members

    queue = deque(put(root, np.zeros(2), 0.0))
    while queue:
        atom = queue.popleft()
        placed = [other for other in near[atom] if not np.isnan(xy[other, 0])]
        waiting = [other for other in near[atom] if np.isnan(xy[other, 0])]
        if not waiting:
            continue
        angles = [math.atan2(*(xy[o] - xy[atom])[::-1]) for o in placed]
        for other, angle in zip(
            waiting,
            _headings(angles, len(waiting), atom in straight, turn.get(atom, 1.0)),
            strict=True,
        ):
            if not np.isnan(xy[other, 0]):  # came with the ring system of a neighbour
                continue
            turn[other] = -turn.get(atom, 1.0) * turns[other]
            step = np.array([math.cos(angle), math.sin(angle)])
            queue.extend(put(other, xy[atom] + step, angle))


def _cumulated(molecule: Molecule) -> set[int]:
    """Atoms with two double bonds and no other: straight, as in C=C=C."""
    doubles = [0] * len(molecule.atoms)
    for bond in molecule.bonds:
        if bond.order == 2 and not bond.aromatic:
            doubles[bond.a] += 1
            doubles[bond.b] += 1
    near = molecule.neighbours()
    return {i for i, n in enumerate(doubles) if n == 2 and len(near[i]) == 2}


def _headings(angles: list[float], n: int, straight: bool, turn: float) -> list[float]:
    """n directions that leave most room beside those taken already."""
    if not angles:
        if n == 1:
            return [math.pi / 6]
        return [math.pi / 6 + 2 * math.pi * k / n for k in range(n)]
    if len(angles) == 1:
        back = angles[0]
        if straight and n == 1:
            return [back + math.pi]
        if n == 1:
            return [back + turn * 2 * math.pi / 3]
        return [back + turn * 2 * math.pi * (k + 1) / (n + 1) for k in range(n)]
    taken = sorted(a % (2 * math.pi) for a in angles)
    gaps = [((taken[(i + 1) % len(taken)] - a) % (2 * math.pi), a) for i, a in enumerate(taken)]
    width, begin = max(gaps)
    return [begin + width * (k + 1) / (n + 1) for k in range(n)]


def _ring_shape(rings: list[tuple[int, ...]], members: list[int]) -> np.ndarray:
    """Coordinates of a ring system: the first ring regular, each next one built on what it shares
    with those placed: an edge, an atom, or more (then its free atoms go on an arc)."""
    place = {atom: i for i, atom in enumerate(members)}
    xy = np.full((len(members), 2), np.nan)
    left = sorted(rings, key=lambda r: (-sum(bool(set(r) & set(o)) for o in rings), len(r)))
    while left:

        def shared(ring: tuple[int, ...]) -> int:
            return sum(not math.isnan(xy[place[a], 0]) for a in ring)

        ready = [r for r in left if shared(r) >= 2] or [r for r in left if shared(r)] or left
        ring = min(ready, key=shared) if shared(ready[0]) >= 2 else ready[0]
        left.remove(ring)
        _place_ring([place[a] for a in ring], xy)
    return xy


def _place_ring(ring: list[int], xy: np.ndarray) -> None:
    n = len(ring)
    known = [not math.isnan(xy[i, 0]) for i in ring]
    radius = 0.5 / math.sin(math.pi / n)
    if all(known):
        return
    centre_of_all = np.nanmean(xy, axis=0) if any(known) else np.zeros(2)
    if sum(known) <= 1:
        k = known.index(True) if any(known) else 0
        at = xy[ring[k]] if any(known) else np.array([radius, 0.0])
        away = at - centre_of_all
        far = math.hypot(*away)
        middle = at + radius * away / far if any(known) and far > 1e-9 else at - [radius, 0.0]
        begin = math.atan2(*(at - middle)[::-1])
        for j in range(n):
            angle = begin + 2 * math.pi * j / n
            xy[ring[(k + j) % n]] = middle + radius * np.array([math.cos(angle), math.sin(angle)])
        return
    # The longest run of unplaced atoms goes on an arc between the placed atoms at its ends.
    start = next(i for i in range(n) if known[i] and not known[(i + 1) % n])
    run = [ring[(start + j) % n] for j in range(n + 1)]
    stop = next(j for j in range(1, n + 1) if not math.isnan(xy[run[j], 0]))
    a, b = xy[run[0]], xy[run[stop]]
    chord = b - a
    length = max(math.hypot(*chord), 1e-6)
    normal = np.array([-chord[1], chord[0]]) / length
    outward = 1.0 if (centre_of_all - (a + b) / 2) @ normal < 0 else -1.0
    if length < 1.01:  # one shared bond: a regular polygon on its outer side
        middle = (a + b) / 2 + outward * normal * radius * math.cos(math.pi / n)
        begin = math.atan2(*(a - middle)[::-1])
        step = outward * -1.0 * (2 * math.pi - 2 * math.pi / n) / stop
        for j in range(1, stop):
            angle = begin + step * j
            xy[run[j]] = middle + radius * np.array([math.cos(angle), math.sin(angle)])
    else:
        for j in range(1, stop):
            t = j / stop
            bow = math.sin(math.pi * t) * 0.5 * stop / 2
            xy[run[j]] = a + t * chord + outward * normal * bow
    _place_ring(ring, xy)


def _relax(xy: np.ndarray, molecule: Molecule, near: list[list[int]]) -> np.ndarray:
    """Springs on bonds and (at their drawn length) between second neighbours; others pushed
    beyond 1.1 bond lengths."""
    n = len(xy)
    if n < 3:
        return xy
    rest = np.zeros((n, n))
    stiff = np.zeros((n, n))
    apart = np.linalg.norm(xy[:, None] - xy[None], axis=2)
    for others in near:
        for a in others:
            for b in others:
                if a != b and not stiff[a, b]:
                    rest[a, b], stiff[a, b] = max(apart[a, b], 1.0), 0.1
    for bond in molecule.bonds:
        for a, b in ((bond.a, bond.b), (bond.b, bond.a)):
            rest[a, b], stiff[a, b] = 1.0, 0.3
    # Two atoms on one spot have no direction to part in: a fixed small shift gives them one.
    angles = 2.4 * np.arange(n)
    xy = xy + 0.01 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    free = stiff == 0
    np.fill_diagonal(free, False)
    for _ in range(STEPS):
        d = xy[:, None] - xy[None]
        length = np.sqrt((d**2).sum(axis=2)) + np.eye(n)
        pull = np.where(free, -0.15 * np.maximum(1.1 - length, 0.0), stiff * (length - rest))
        np.fill_diagonal(pull, 0.0)
        xy = xy - ((pull / length)[:, :, None] * d).sum(axis=1)
    return xy
