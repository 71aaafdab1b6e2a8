"""What the segmentation page shows of a run: the stage's payload, opened numbers, pictures."""

import hashlib
import io
import math
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from genmodels.datasets import pictures
from genmodels.datasets.pictures import Picture
from genmodels.kit.opened import Opened, plain
from pages.gmm.segmentation import case as run
from pages.gmm.segmentation import opened as arithmetic
from pages.gmm.segmentation.case import Segmentation, Settings, as_bytes
from pages.gmm.segmentation.segment_stage import LEFT, RIGHT, View, frames, payload

FRAMES = 20
"""Iterations that the scrubber shows at most: each takes the whole picture's E-step."""


def chosen(name: str, own: Picture | None) -> Picture:
    """The picture of that name; the first sample while there is none of the reader's own."""
    if name in pictures.SAMPLES:
        return pictures.load(name)
    return own if own is not None else pictures.load(pictures.SAMPLES[0])


@lru_cache(maxsize=6)
def stage(picture: Picture, settings: Settings) -> dict[str, Any]:
    """The stage's payload: about 1 MB at K = 5."""
    found = run.segment(picture, settings)
    return payload(
        picture.pixels,
        stage_id=hashlib.sha256(repr((picture.key, settings)).encode()).hexdigest()[:16],
        labels=found.mixture.labels,
        shares=found.shares,
        weights=found.model.weights.tolist(),
        colours=as_bytes(found.mixture.colours),
        clusters=found.clusters.labels,
        cluster_colours=as_bytes(found.clusters.colours),
    )


@lru_cache(maxsize=4)
def played(picture: Picture, settings: Settings) -> dict[str, Any]:
    """EM's iterations as segments of the whole picture, from the start to the end."""
    found = run.segment(picture, settings)
    X = run.features(picture, settings)
    shown = iterations(len(found.models) - 1)
    labels = [run.likeliest(found.models[t], X) for t in shown[:-1]] + [found.mixture.labels]
    colours = [run.segment_means(picture.colours, each, found.K) for each in labels]
    models = [found.models[t] for t in shown]
    return frames(
        shown,
        labels,
        as_bytes(np.array(colours)),
        np.array([model.weights for model in models]),
        [float(model.log_prob(X[found.sample]).mean()) for model in models],
    )


def iterations(last: int) -> list[int]:
    """0 to `last`, at most 20 of them: close at first, where EM changes most."""
    if last < FRAMES:
        return list(range(last + 1))
    spread = np.rint(np.geomspace(1, last, FRAMES - 1)).astype(int)
    return [*sorted({0, *range(1, 6), *spread.tolist()} - {last})[: FRAMES - 1], last]


# -- pictures ------------------------------------------------------------------------------------


def painted(picture: Picture, part: run.Partition) -> NDArray[np.uint8]:
    """Every pixel in its segment's mean colour, (H, W, 3)."""
    return as_bytes(part.colours)[part.labels].reshape(picture.pixels.shape)


@lru_cache(maxsize=12)
def segments_png(picture: Picture, settings: Settings, which: str = "mixture") -> bytes:
    """The segments' picture as PNG, its source inside; `which`: "mixture" or "k-means"."""
    found = run.segment(picture, settings)
    part = {"mixture": found.mixture, "k-means": found.clusters}[which]
    credit = PngInfo()
    credit.add_itxt("Source", f"Segments of: {picture.source.caption()}")
    buffer = io.BytesIO()
    Image.fromarray(painted(picture, part)).save(buffer, "PNG", pnginfo=credit)
    return buffer.getvalue()


# -- numbers -------------------------------------------------------------------------------------


def compared(found: Segmentation) -> dict[str, list[str]]:
    """Mixture and k-means, over all pixels of the picture."""
    both = (found.mixture, found.clusters)
    space = found.settings.space + (" + place" if found.settings.position else "")
    table = {
        "": ["Mixture", "k-means"],
        f"squared error J ({space})": [plain(part.squared_error, 4) for part in both],
    }
    if space != "RGB":
        table["squared error (RGB)"] = [plain(part.colour_error, 4) for part in both]
    return table | {"PSNR (dB)": [plain(part.psnr, 4) for part in both]}


def decibels(part: run.Partition) -> str:
    return f"{part.psnr:.1f} dB" if part.psnr < math.inf else "∞"


def verdict(found: Segmentation) -> str:
    """What the comparison means, by what came out."""
    ours, theirs = found.mixture, found.clusters
    told = []
    if theirs.squared_error < ours.squared_error:
        told.append(
            "k-means has the smaller squared error because that is what it minimises; the mixture "
            "maximises the likelihood, under which a wide component may hold far colours"
        )
    else:
        told.append("Here even the squared error, which k-means minimises, is not k-means’ win")
    if theirs.psnr > ours.psnr:
        gap = f"by {plain(theirs.psnr - ours.psnr)} dB: a property of the aim, no defect"
        plainly = found.settings.space == "RGB" and not found.settings.position
        told.append(
            f"so the mixture’s PSNR is lower, {gap}"
            if plainly
            else f"its PSNR, which asks about red, green and blue, is lower too, {gap}"
        )
    elif theirs.psnr < ours.psnr:
        aim = "place as well as colour" if found.settings.position else f"{found.settings.space}"
        told.append(
            f"yet PSNR asks about red, green and blue alone, and k-means here minimises {aim}: the "
            "mixture’s is higher"
        )
    return "; ".join(told) + ". Neither knows what an object is."


def segment_table(found: Segmentation) -> dict[str, list[str]]:
    """Each component: its weight, its pixels, its mean colour; k-means' beside it."""
    ours, theirs = found.mixture, found.clusters
    return {
        "": [str(k + 1) for k in range(found.K)],
        "weight π": [plain(float(w)) for w in found.model.weights],
        "pixels": [f"{n:,}" for n in ours.sizes.tolist()],
        "mean R G B": [_triple(c) for c in ours.colours],
        "k-means’ pixels": [f"{n:,}" for n in theirs.sizes.tolist()],
        "k-means’ R G B": [_triple(c) for c in theirs.colours],
    }


def _triple(colour: NDArray[np.float64]) -> str:
    return " ".join(f"{v}" for v in as_bytes(colour).tolist())


def opened_pixel(found: Segmentation, view: View, playing: bool = False) -> Opened | None:
    """The chosen pixel's responsibility: of the soft map's component, else of the likeliest.

    While EM plays, under the model of the iteration on show.
    """
    if view.pixel is None:
        return None
    column, row = view.pixel
    x = run.features(found.picture, found.settings)[row * found.picture.width + column]
    last = len(found.models) - 1
    shown = iterations(last)
    t = shown[view.step] if playing and view.step < len(shown) else last
    model = found.models[t]
    soft = view.right == "soft map" and t == last
    k = view.component if soft else int(model.log_joint(x[None])[0].argmax())
    when = "" if t == last else f", iteration {t}" if t else ", EM’s start"
    return arithmetic.pixel(
        model, x, k, found.columns, f"Pixel {column}, {row}{when}: component {k + 1}"
    )


def openable(found: Segmentation) -> dict[str, Callable[[], Opened]]:
    """What opens below the pictures, by the name of its tab; each is made when called."""
    X, colours = run.features(found.picture, found.settings), found.picture.colours
    numbers: dict[str, Callable[[], Opened]] = {}
    for name, part in (("mixture", found.mixture), ("k-means", found.clusters)):
        numbers[f"PSNR, {name}"] = partial(
            arithmetic.psnr, colours, part.labels, found.K, f"PSNR, {name}"
        )
        numbers[f"J, {name}"] = partial(
            arithmetic.squared_error, X, part.labels, found.K, f"Squared error, {name}"
        )
    return numbers


def summary(found: Segmentation) -> str:
    """How the run went, in one line."""
    per_pixel = float(found.log_likelihood[-1]) / len(found.sample)
    return (
        f"EM on {len(found.sample):,} pixels: {len(found.log_likelihood)} iterations, "
        f"{found.stopped}; {plain(per_pixel, 4)} nats a pixel. Then all "
        f"{len(found.mixture.labels):,} pixels are labelled."
    )


# -- the link ------------------------------------------------------------------------------------


def checked_pixel(text: str | None, size: tuple[int, int]) -> tuple[Any, str | None]:
    """`gmms_at`, "column-row", within a picture of (width, height): the pixel, or a message."""
    if text is None:
        return None, None
    parts = text.split("-")
    if len(parts) == 2 and all(p.isascii() and p.isdigit() and len(p) < 5 for p in parts):
        column, row = map(int, parts)
        if column < size[0] and row < size[1]:
            return (column, row), None
    shown = text if len(text) <= 40 else text[:40] + "…"
    return None, (
        f"The link's gmms_at must be a pixel, “column-row”, up to {size[0] - 1}-{size[1] - 1}; it "
        f"says “{shown}”. Shown instead: none."
    )


def link_of(view: View, playing: bool) -> dict[str, object | None]:
    """The view's part of the link; what is the default is left out."""
    plainly = View()
    return {
        "gmms_left": view.left if view.left != LEFT[0] else None,
        "gmms_right": view.right if view.right != RIGHT[0] else None,
        "gmms_comp": view.component + 1 if view.component else None,
        "gmms_wipe": view.wipe if view.wipe != plainly.wipe else None,
        "gmms_at": f"{view.pixel[0]}-{view.pixel[1]}" if view.pixel else None,
        "gmms_step": view.step if playing and view.step < plainly.step else None,
    }
