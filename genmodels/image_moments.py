"""What can be measured on a digit's picture without a model: its ink, place, slant and stroke.

All from the ink's moments (Hu 1962; the slant is the one by which digits are commonly deskewed,
LeCun et al. 1998), in pixels, for pictures (N, 784) of 28 x 28 in [0, 1], row by row from the top.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

SIDE = 28
INK = 0.5
"""A pixel at least this bright counts as ink for height, width, perimeter and thickness."""


@dataclass(frozen=True)
class ImageMoments:
    """One number a picture, float64 (N,).

    mass       sum of the pixels: how much ink, in full pixels
    centre_x, centre_y  the ink's centroid in pixels from the middle, x right, y up
    slant      tan of the lean: Cov(x, y) / Var(y) with y up; above 0 leans right like /
    height, width       of the box around the ink (pixels >= 0.5)
    aspect     height / width
    thickness  2 * area / perimeter of the ink: a long stroke of width t has perimeter 2 * length,
               so area / (perimeter / 2) = t; the perimeter counts edges between ink and no ink,
               times pi / 4 for the staircase of slanted edges
    A picture without ink has all zeros; one without a pixel >= 0.5 has zero size and thickness.
    """

    mass: np.ndarray
    centre_x: np.ndarray
    centre_y: np.ndarray
    slant: np.ndarray
    height: np.ndarray
    width: np.ndarray
    aspect: np.ndarray
    thickness: np.ndarray


ATTRIBUTES = tuple(field.name for field in fields(ImageMoments))
FACTORS = ("mass", "slant", "height", "width", "thickness")
"""Those that vary in MNIST of themselves; its digits are centred, so the centroid hardly does."""


def image_moments(x: ArrayLike) -> ImageMoments:
    """The moments of pictures x (N, 784). Raises ValueError on wrong shapes and values."""
    pictures = np.asarray(x, dtype=np.float64)
    if pictures.ndim != 2 or pictures.shape[1] != SIDE * SIDE:
        raise ValueError(f"x must have shape (N, {SIDE * SIDE}); got {pictures.shape}")
    if not (np.isfinite(pictures).all() and ((pictures >= 0) & (pictures <= 1)).all()):
        raise ValueError("x must lie in [0, 1]; it holds other values")
    grid = pictures.reshape(-1, SIDE, SIDE)
    along = np.arange(SIDE) - (SIDE - 1) / 2
    mass = grid.sum(axis=(1, 2))
    safe = np.where(mass > 0, mass, 1.0)
    columns, rows = grid.sum(axis=1), grid.sum(axis=2)
    centre_x = columns @ along / safe
    centre_y = rows @ -along / safe
    var_y = rows @ along**2 / safe - centre_y**2
    covariance = np.einsum("nij,i,j->n", grid, -along, along) / safe - centre_x * centre_y
    slant = np.where(var_y > 1e-9, covariance / np.where(var_y > 1e-9, var_y, 1.0), 0.0)

    ink = grid >= INK
    height = _extent(ink.any(axis=2))
    width = _extent(ink.any(axis=1))
    framed = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    edges = (framed[:, 1:] != framed[:, :-1]).sum(axis=(1, 2))
    edges = edges + (framed[:, :, 1:] != framed[:, :, :-1]).sum(axis=(1, 2))
    perimeter = edges * (np.pi / 4)
    area = ink.sum(axis=(1, 2))
    thickness = np.where(perimeter > 0, 2 * area / np.where(perimeter > 0, perimeter, 1.0), 0.0)
    aspect = np.where(width > 0, height / np.where(width > 0, width, 1.0), 0.0)
    return ImageMoments(mass, centre_x, centre_y, slant, height, width, aspect, thickness)


def table(x: ArrayLike, names: tuple[str, ...] = FACTORS) -> np.ndarray:
    """The named moments side by side, (N, len(names)). Raises ValueError for an unknown name."""
    unknown = [name for name in names if name not in ATTRIBUTES]
    if unknown:
        raise ValueError(f"names must be among {', '.join(ATTRIBUTES)}; got {', '.join(unknown)}")
    measured = image_moments(x)
    return np.column_stack([getattr(measured, name) for name in names])


def _extent(any_ink: Any) -> np.ndarray:
    """From the first to the last True of each row, both counted; 0 where there is none."""
    n = any_ink.shape[1]
    first = any_ink.argmax(axis=1)
    last = n - 1 - any_ink[:, ::-1].argmax(axis=1)
    return np.asarray(np.where(any_ink.any(axis=1), last - first + 1, 0), dtype=np.float64)


# -- disentanglement ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Disentanglement:
    """`information` (J, K): I(z_j; v_k) in nats; `entropy` (K,): H(v_k); `gaps` (K,) and their
    mean `score`, the mutual information gap, in [0, 1].
    """

    information: np.ndarray
    entropy: np.ndarray
    gaps: np.ndarray
    score: float


def mutual_information_gap(z: ArrayLike, v: ArrayLike, *, bins: int = 20) -> Disentanglement:
    """How much each measured attribute is told by one latent alone. Chen et al. (2018), eq. 6.

        MIG = (1/K) sum_k (I(z_j*; v_k) - max_{j != j*} I(z_j; v_k)) / H(v_k),
        j* = argmax_j I(z_j; v_k)

    z (N, J) are draws from q(z | x), v (N, K) the attributes of the same pictures. Both are cut at
    their quantiles into at most `bins` bins; information comes from the joint counts, less the
    Miller-Madow bias ((a-1)(b-1) / 2N for a and b occupied bins), and not below 0. The paper has
    true factors; MNIST has none, so v is what can be measured. An attribute that never varies
    counts 0. Raises ValueError on wrong shapes, fewer than two latents, or values not finite.
    """
    latents, attributes = np.asarray(z, dtype=np.float64), np.asarray(v, dtype=np.float64)
    if latents.ndim != 2 or attributes.ndim != 2 or len(latents) != len(attributes):
        raise ValueError(
            f"z and v must have shapes (N, J) and (N, K); got {latents.shape}, {attributes.shape}"
        )
    if latents.shape[1] < 2 or len(latents) < bins:
        raise ValueError(f"z must have 2 latents and {bins} rows or more; got {latents.shape}")
    if not (np.isfinite(latents).all() and np.isfinite(attributes).all()):
        raise ValueError("z and v must be finite; got infinities or NaN")
    cut_z = [_binned(column, bins) for column in latents.T]
    cut_v = [_binned(column, bins) for column in attributes.T]
    information = np.array([[_information(a, b, bins) for b in cut_v] for a in cut_z])
    entropy = np.array([_entropy(np.bincount(b)) for b in cut_v])
    ranked = np.sort(information, axis=0)
    gaps = (ranked[-1] - ranked[-2]) / np.where(entropy > 0, entropy, 1.0)
    return Disentanglement(information, entropy, gaps, float(gaps.mean()))


def joint_counts(z: ArrayLike, v: ArrayLike, *, bins: int = 20) -> np.ndarray:
    """How often a latent z (N,) and an attribute v (N,) fall into each pair of bins, (a, b).

    The counts that `mutual_information_gap` takes its information from, empty bins left out.
    """
    a, b = (_binned(np.asarray(values, dtype=np.float64), bins) for values in (z, v))
    joint = np.bincount(a * bins + b, minlength=bins * bins).reshape(-1, bins)
    return np.asarray(joint[joint.sum(axis=1) > 0][:, joint.sum(axis=0) > 0])


def _binned(values: np.ndarray, bins: int) -> np.ndarray:
    """The bin of every value, cut at quantiles; values that tie share one."""
    edges = np.unique(np.quantile(values, np.arange(1, bins) / bins))
    return np.searchsorted(edges, values, side="right")


def _entropy(counts: np.ndarray) -> float:
    p = counts[counts > 0] / counts.sum()
    return max(0.0, float(-(p * np.log(p)).sum()))


def _information(a: np.ndarray, b: np.ndarray, bins: int) -> float:
    joint = np.bincount(a * bins + b, minlength=bins * bins).reshape(-1, bins)
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    bias = ((rows > 0).sum() - 1) * ((columns > 0).sum() - 1) / (2 * len(a))
    return max(0.0, _entropy(rows) + _entropy(columns) - _entropy(joint.ravel()) - float(bias))
