"""A picture cut into segments by a mixture over its pixels, and by k-means beside it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genmodels import gmm, kmeans
from genmodels.datasets.colour_spaces import AXES, SPACES, Space, convert
from genmodels.datasets.pictures import Picture

Array = NDArray[np.float64]
Labels = NDArray[np.uint8]

K_LEAST, K_MOST = 2, 10
SAMPLE = 5000
"""Pixels that EM and k-means run on; all the picture's are labelled afterwards."""
TOLERANCE, MAX_ITERATIONS, REGULARISATION = 1e-3, 100, 1e-6
"""scikit-learn's defaults, which the benchmark's peer shares."""
CHUNK = 8192
"""Pixels at a time: what stands between two steps of arithmetic stays in the cache."""

__all__ = ["SPACES", "Segmentation", "Settings", "Space", "segment"]


@dataclass(frozen=True)
class Settings:
    """What the segments depend on beside the picture. `weight`: of position, in percent."""

    K: int = 5
    space: Space = "RGB"
    position: bool = False
    weight: int = 100
    covariance: gmm.CovarianceType = "full"
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Partition:
    """A picture's pixels in segments.

    labels (N,), colours (K, 3): each segment's mean red, green, blue in [0, 1], sizes (K,) pixels.
    squared_error: sum over pixels of |x - mean of its segment|^2 in the features. colour_error: the
    same in red, green, blue. psnr: 10 log10(1 / mean squared error a channel), dB.
    """

    labels: Labels
    colours: Array
    sizes: NDArray[np.int64]
    squared_error: float
    colour_error: float
    psnr: float


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Both partitions, and what made them.

    K: components, fewer than asked for where the sample has fewer colours. models: EM's, from the
    start to the last, one an iteration. log_likelihood: of the sample under each of them but the
    last, nats. shares (K, N): responsibilities as bytes 0 to 255. message: what was degenerate.
    """

    picture: Picture
    settings: Settings
    K: int
    sample: NDArray[np.int64]
    models: tuple[gmm.GaussianMixture, ...]
    log_likelihood: Array
    stopped: str
    shares: Labels
    mixture: Partition
    clusters: Partition
    centres: Array
    message: str | None

    @property
    def model(self) -> gmm.GaussianMixture:
        return self.models[-1]

    @property
    def columns(self) -> tuple[str, ...]:
        return columns(self.settings)


def columns(settings: Settings) -> tuple[str, ...]:
    """The features' names."""
    place = ("x", "y") if settings.position else ()
    return (*AXES[settings.space], *place)


@lru_cache(maxsize=6)
def features(picture: Picture, settings: Settings) -> Array:
    """(N, D), a row a pixel: its colour, and its place if asked for.

    x and y are in units of the longer side, so from 0 to at most 1, times the weight.
    """
    colour = convert(picture.colours, settings.space)
    if not settings.position:
        return colour
    rows, across = np.divmod(np.arange(len(colour)), picture.width)
    scale = settings.weight / 100 / max(picture.height, picture.width)
    return np.column_stack([colour, (across + 0.5) * scale, (rows + 0.5) * scale])


@lru_cache(maxsize=12)
def segment(picture: Picture, settings: Settings) -> Segmentation:
    """EM and k-means on a seeded sample, from the same pixels; then every pixel of the picture.

    k-means++ chooses the start by colour alone, so that place and its weight don't move it.
    Raises ValueError for K outside 2 to 10 or a weight below 1 percent.
    """
    _check(settings)
    rng = np.random.default_rng(settings.seed)
    X = features(picture, settings)
    N = len(X)
    sample = np.sort(rng.choice(N, size=min(SAMPLE, N), replace=False))
    points = X[sample]
    distinct = len(np.unique(picture.pixels.reshape(-1, 3)[sample], axis=0))
    K = min(settings.K, distinct)
    start = points[gmm.plus_plus(points[:, :3], K, rng)]
    trace = gmm.fit(
        points,
        K,
        covariance_type=settings.covariance,
        init=gmm.mixture_at(
            points, start, covariance_type=settings.covariance, reg_covar=REGULARISATION
        ),
        reg_covar=REGULARISATION,
        tol=TOLERANCE,
        max_iter=MAX_ITERATIONS,
    )
    labels, shares = assigned(trace.model, X)
    lloyd = kmeans.fit(points, K, init=start)
    nearest = _nearest(X, lloyd.centres)
    message = "; ".join((*trace.notes[:2], *lloyd.notes[:1])) or None
    if K < settings.K:
        few = f"{distinct} colour{'' if distinct == 1 else 's'}"
        message = f"K must be at most the sample’s {few}; {settings.K} was asked for. Shown: {K}"
    return Segmentation(
        picture,
        settings,
        K,
        sample,
        (trace.start, *(step.model for step in trace.steps if step.kind == "M")),
        trace.log_likelihood,
        trace.stopped,
        shares,
        partition(picture, X, labels, K),
        partition(picture, X, nearest, K),
        lloyd.centres,
        message,
    )


def assigned(model: gmm.GaussianMixture, X: Array) -> tuple[Labels, Labels]:
    """Each pixel's likeliest component (N,), and all responsibilities (K, N) as bytes."""
    labels = np.empty(len(X), np.uint8)
    shares = np.empty((model.n_components, len(X)), np.uint8)
    for begin in range(0, len(X), CHUNK):
        part = slice(begin, begin + CHUNK)
        gamma = model.responsibilities(X[part]).T  # (K, n), as it lies in memory
        labels[part] = gamma.argmax(axis=0)
        shares[:, part] = np.rint(255 * gamma)
    return labels, shares


def likeliest(model: gmm.GaussianMixture, X: Array) -> Labels:
    """Each pixel's likeliest component, (N,)."""
    parts = (model.log_joint(X[i : i + CHUNK]).T for i in range(0, len(X), CHUNK))
    return np.concatenate([part.argmax(axis=0) for part in parts]).astype(np.uint8)


def partition(picture: Picture, X: Array, labels: Labels, K: int) -> Partition:
    """The labels' mean colours and what is lost by them. X: the features."""
    colours = picture.colours
    sizes = np.bincount(labels, minlength=K)
    means = segment_means(colours, labels, K)
    colour_error = _scatter(colours, means, sizes)
    mean_squared = colour_error / colours.size
    return Partition(
        labels,
        means,
        sizes,
        _scatter(X, segment_means(X, labels, K), sizes),
        colour_error,
        float(-10 * np.log10(mean_squared)) if mean_squared > 1e-12 else float("inf"),
    )


def segment_means(values: Array, labels: Labels, K: int) -> Array:
    """(K, D): each segment's mean, 0 where no pixel is in it."""
    counts = np.maximum(np.bincount(labels, minlength=K), 1)
    sums = [np.bincount(labels, weights=column, minlength=K) for column in values.T]
    return np.stack(sums, axis=1) / counts[:, None]


def as_bytes(colours: Array) -> NDArray[np.uint8]:
    """Colours in [0, 1] as a screen has them."""
    return np.rint(255 * np.clip(colours, 0, 1)).astype(np.uint8)


def _scatter(values: Array, means: Array, sizes: NDArray[np.int64]) -> float:
    # sum |x - mean|^2 = sum |x|^2 - sum_k n_k |mean_k|^2, about the middle, where little cancels
    middle = values.mean(axis=0)
    total = float(((values - middle) ** 2).sum())
    between = float((sizes[:, None] * (means - middle) ** 2).sum())
    return max(total - between, 0.0)


def _nearest(X: Array, centres: Array) -> Labels:
    """Each pixel's nearest centre, (N,): |x - c|^2 without |x|^2, which all centres share."""
    half = (centres**2).sum(axis=1) / 2
    return (half[:, None] - centres @ X.T).argmin(axis=0).astype(np.uint8)


def _check(settings: Settings) -> None:
    if not K_LEAST <= settings.K <= K_MOST:
        raise ValueError(f"K must be from {K_LEAST} to {K_MOST}; got {settings.K}")
    if settings.weight < 1:
        raise ValueError(f"weight must be at least 1 percent; got {settings.weight}")
