"""A segmented picture to take away: model, tables, and a script in scikit-learn's terms."""

import inspect
import json

from genmodels.datasets import colour_spaces
from genmodels.kit.script import comment, literal
from pages.gmm import mixture_take_away as mixture
from pages.gmm.segmentation.case import REGULARISATION, Segmentation, as_bytes


def model_json(found: Segmentation) -> str:
    """The mixture over the pixels' features, every digit, with the segments' colours and scores."""
    settings = found.settings
    text = mixture.model_json(
        found.model,
        columns=found.columns,
        source=found.picture.source.caption(),
        settings={
            "colour_space": settings.space,
            "position": settings.position,
            "position_weight": settings.weight / 100,
            "seed": settings.seed,
            "sampled_pixels": len(found.sample),
            "picture": [found.picture.width, found.picture.height],
            "mean_colours": found.mixture.colours.tolist(),
            "psnr": _finite(found.mixture.psnr),
            "k_means": {
                "centres": found.centres.tolist(),
                "mean_colours": found.clusters.colours.tolist(),
                "psnr": _finite(found.clusters.psnr),
            },
        },
    )
    json.loads(text)
    return text


def _finite(value: float) -> float | None:
    return value if value < float("inf") else None


def segments_csv(found: Segmentation) -> str:
    """A row a component: weight, pixels, mean red, green, blue; then k-means' of that number."""
    names = ["component", "weight", "pixels", "red", "green", "blue"]
    names += [f"kmeans_{name}" for name in names[2:]]
    ours, theirs = found.mixture, found.clusters
    return mixture.table_csv(
        names,
        (
            [
                k + 1,
                float(found.model.weights[k]),
                int(ours.sizes[k]),
                *as_bytes(ours.colours[k]).tolist(),
                int(theirs.sizes[k]),
                *as_bytes(theirs.colours[k]).tolist(),
            ]
            for k in range(found.K)
        ),
    )


def labels_csv(found: Segmentation) -> str:
    """The component's number from 1 of each pixel: a row of cells a row of pixels, no names."""
    grid = found.mixture.labels.reshape(found.picture.height, found.picture.width) + 1
    return "".join(",".join(map(str, row)) + "\n" for row in grid.tolist())


def script(found: Segmentation) -> str:
    """A script that segments the same picture by scikit-learn from the page's start.

    It prints weights, segment sizes, PSNR of both: the page's own figures, to rounding.
    """
    settings, start = found.settings, found.models[0]
    convert = colour_spaces.CONVERSIONS[settings.space]
    matrices = settings.covariance in ("full", "tied")
    invert = "np.linalg.inv(covariances)" if matrices else "1 / covariances"
    place = (
        f"""rows, columns = np.divmod(np.arange(len(X)), {found.picture.width})
scale = {settings.weight / 100!r} / {max(found.picture.height, found.picture.width)}
X = np.column_stack([X, (columns + 0.5) * scale, (rows + 0.5) * scale])
"""
        if settings.position
        else ""
    )
    iterations = len(found.log_likelihood)
    return f'''"""A picture segmented as it stood on the page; needs NumPy and scikit-learn."""
{comment(found.picture.source.citation)}
{comment("Licence of the picture: " + found.picture.source.licence)}
{comment("Features: " + ", ".join(found.columns))}

import base64
import io
import warnings
import zlib

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

Array = np.ndarray


{inspect.getsource(convert)}

# Every pixel's red, green and blue, row by row of a picture {found.picture.width} wide.
{literal("pixels", found.picture.pixels.reshape(-1, 3))}
# The pixels that both algorithms run on.
{literal("sample", found.sample)}

# The start: every component as wide as the sample, its mean where the page had it.
{literal("weights", start.weights)}
{literal("means", start.means)}
{literal("covariances", start.covariances)}

colours = pixels / 255
X = {convert.__name__}(colours)
{place}
# The page stopped after {iterations} iterations ({found.stopped}); tol=0 runs exactly as many,
# and scikit-learn would warn that it did not converge.
warnings.simplefilter("ignore", ConvergenceWarning)
mixture = GaussianMixture(
    n_components={found.K},
    covariance_type="{settings.covariance}",
    reg_covar={REGULARISATION!r},
    tol=0,
    max_iter={iterations},
    weights_init=weights,
    means_init=means,
    precisions_init={invert},
).fit(X[sample])
clusters = KMeans({found.K}, init=means, n_init=1, tol=0).fit(X[sample])


def psnr(labels):
    """Of the picture in its segments' mean colours, dB."""
    shown = np.zeros_like(colours)
    for k in np.unique(labels):
        shown[labels == k] = colours[labels == k].mean(axis=0)
    return -10 * np.log10(((colours - shown) ** 2).mean())


labels = mixture.predict(X)
print("weights", mixture.weights_.tolist())
print("pixels", np.bincount(labels, minlength={found.K}).tolist())
print("PSNR", psnr(labels))
print("PSNR of k-means", psnr(clusters.predict(X)))
'''
