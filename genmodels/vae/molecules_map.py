"""The map of 2,000 held-out molecules, its plane to drag in and its directions: without Torch."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from genmodels import ASSETS, assets

MAP_FILE = ASSETS / "data" / "molecules_2000.npz"
FIGURES_FILE = ASSETS / "data" / "molecules_figures.json"
PROPERTIES = ("logp", "qed")


@dataclass(frozen=True)
class Plane:
    """Two orthonormal directions of the latent space through the training molecules' mean of mu.
    `share` (2,) is how much of the variance of mu each holds."""

    origin: np.ndarray  # (L,)
    axes: np.ndarray  # (2, L)
    share: np.ndarray

    def project(self, z: np.ndarray) -> np.ndarray:
        """The plane's coordinates (N, 2) of points z (N, L): (z - origin) . axes."""
        xy: np.ndarray = (np.asarray(z) - self.origin) @ self.axes.T
        return xy

    def lift(self, xy: np.ndarray, base: np.ndarray | None = None) -> np.ndarray:
        """The latent point (L,) at xy (2,) that differs from `base` only within the plane.

        Without a base the other directions are at the origin. Dragging a molecule with its own mu
        as the base starts at that molecule exactly. Raises ValueError on a wrong shape or NaN.
        """
        at = np.asarray(xy, dtype=np.float64)
        start = self.origin if base is None else np.asarray(base, dtype=np.float64)
        for name, value, size in (("xy", at, 2), ("base", start, len(self.origin))):
            if value.shape != (size,) or not np.isfinite(value).all():
                raise ValueError(f"{name} must be {size} finite numbers; got {value.shape}")
        lifted: np.ndarray = start + (at - (start - self.origin) @ self.axes.T) @ self.axes
        return lifted


@dataclass(frozen=True)
class Direction:
    """A property as a linear function of z, by ridge regression on the training molecules:
    property = intercept + weights . z; `r2` on the 2,000 held-out molecules' means."""

    name: str
    weights: np.ndarray  # (L,)
    intercept: float
    r2: float

    @property
    def unit(self) -> np.ndarray:
        """The direction of steepest ascent, of length 1."""
        unit: np.ndarray = self.weights / np.linalg.norm(self.weights)
        return unit

    def predict(self, z: np.ndarray) -> np.ndarray:
        """The property predicted at z (..., L)."""
        value: np.ndarray = self.intercept + np.asarray(z) @ self.weights
        return value


@dataclass(frozen=True)
class MoleculeMap:
    """Held-out molecules: `smiles`, posterior means `mu` (2000, L), given `properties` (2000,)
    each (logp, qed from MOSES), and the map `xy` (2000, 2) = plane.project(mu).

    `plane` is spanned by the two regression directions: logP grows to the right, QED (less what
    it shares with logP) upwards. `principal` is spanned by the first two principal components.
    """

    smiles: tuple[str, ...]
    mu: np.ndarray
    properties: dict[str, np.ndarray]
    plane: Plane
    principal: Plane
    directions: dict[str, Direction]
    xy: np.ndarray


@lru_cache(maxsize=2)
def molecule_map(path: Path = MAP_FILE) -> MoleculeMap:
    """The map that ships. Raises ValueError naming the file if it is missing or unsound."""
    with assets.arrays(path, "the molecules' map") as file:
        held = {key: file[key] for key in file.files}
        smiles = tuple(str(s, "ascii") for s in held["smiles"].tolist())
        mu = held["mu"].astype(np.float64)
        n, latent = mu.shape
        shapes: dict[str, tuple[int, ...]] = {"origin": (latent,)}
        for prefix in ("", "principal_"):
            shapes |= {f"{prefix}axes": (2, latent), f"{prefix}share": (2,)}
        shapes |= {f"{name}_weights": (latent,) for name in PROPERTIES}
        shapes |= dict.fromkeys(PROPERTIES, (n,))
        for key, shape in shapes.items():
            if held[key].shape != shape or not np.isfinite(held[key]).all():
                raise ValueError(f"{key} must be finite of shape {shape}; got {held[key].shape}")
        if len(smiles) != n:
            raise ValueError(f"smiles must be {n}; got {len(smiles)}")
    plane, principal = (
        Plane(*(held[key].astype(np.float64) for key in ("origin", f"{p}axes", f"{p}share")))
        for p in ("", "principal_")
    )
    directions = {
        name: Direction(
            name,
            held[f"{name}_weights"].astype(np.float64),
            float(held[f"{name}_intercept"]),
            float(held[f"{name}_r2"]),
        )
        for name in PROPERTIES
    }
    properties = {name: held[name].astype(np.float64) for name in PROPERTIES}
    return MoleculeMap(smiles, mu, properties, plane, principal, directions, plane.project(mu))


def figures(path: Path = FIGURES_FILE) -> dict[str, Any]:
    """Validity beside the Markov floor, R2 beside trigrams, the climbs. Raises ValueError naming
    the file if it is missing or no JSON object."""
    return assets.record(path, "the molecules' figures as JSON")
