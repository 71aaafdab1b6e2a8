"""Pictures as SVG: a small layer of shapes, and the mixture on its points."""

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.gmm import GaussianMixture

# Okabe-Ito as the pages have it (frontend/palette.js).
COMPONENTS = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9",
    "#E69F00", "#7F5AB6", "#8C6D31", "#B8A800", "#6B7280",
)  # fmt: skip
INK, LINE = "#1b2026", "#8a94a0"

Box = tuple[float, float, float, float]


class Drawing:
    """Shapes in pixels, written as one SVG text. Any text is escaped."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self.width, self.height, self.title = width, height, title
        self.shapes: list[str] = []

    def circle(self, x: float, y: float, r: float, fill: str, stroke: str = "none") -> None:
        self.shapes.append(
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{r:.2f}" fill="{fill}" stroke="{stroke}"/>'
        )

    def path(
        self,
        points: ArrayLike,
        colour: str,
        width: float = 1.5,
        dash: str = "",
        close: bool = False,
    ) -> None:
        steps = " L".join(f"{x:.2f} {y:.2f}" for x, y in np.asarray(points, dtype=float))
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.shapes.append(
            f'<path d="M{steps}{" Z" if close else ""}" fill="none" stroke="{colour}" '
            f'stroke-width="{width}"{dashed}/>'
        )

    def rectangle(self, x: float, y: float, w: float, h: float, fill: str, stroke: str) -> None:
        self.shapes.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{w:.2f}" height="{h:.2f}" fill="{fill}" '
            f'stroke="{stroke}"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: int = 12,
        anchor: str = "middle",
        colour: str = INK,
        turn: int = 0,
        bold: bool = False,
    ) -> None:
        turned = f' transform="rotate({turn} {x:.2f} {y:.2f})"' if turn else ""
        weight = ' font-weight="700"' if bold else ""
        self.shapes.append(
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size}" text-anchor="{anchor}" '
            f'fill="{colour}"{weight}{turned}>{escape(clean(words))}</text>'
        )

    def __str__(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" font-family="sans-serif">\n'
            f"<title>{escape(clean(self.title))}</title>\n"
            f'<rect width="{self.width}" height="{self.height}" fill="#ffffff"/>\n'
            + "\n".join(self.shapes)
            + "\n</svg>\n"
        )


def clean(text: str) -> str:
    """`text` without the control characters that XML can't hold."""
    return "".join(c for c in text if c.isprintable())


def ticks(low: float, high: float, count: int = 6) -> list[float]:
    """Round numbers in [low, high], about `count` of them."""
    raw = (high - low) / count
    if not raw > 0:
        return [low]
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first = np.ceil(low / step)
    return [float(i * step) for i in np.arange(first, np.floor(high / step + 1e-9) + 1)]


class Scale:
    """A linear map from [low, high] to pixels [start, end]."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.start = low, start
        self.slope = (end - start) / ((high - low) or 1.0)

    def __call__(self, value: float) -> float:
        return float(self.start + (value - self.low) * self.slope)


def axes(drawing: Drawing, box: Box, limits: Box, labels: Sequence[str]) -> tuple[Scale, Scale]:
    """A frame with ticks and names. box: left, top, width, height; limits: x low, high, y."""
    left, top, width, height = box
    x = Scale(limits[0], limits[1], left, left + width)
    y = Scale(limits[2], limits[3], top + height, top)
    drawing.rectangle(left, top, width, height, "none", LINE)
    for tick in ticks(limits[0], limits[1]):
        drawing.text(x(tick), top + height + 17, f"{tick:.6g}")
    for tick in ticks(limits[2], limits[3]):
        drawing.text(left - 7, y(tick) + 4, f"{tick:.6g}", anchor="end")
    drawing.text(left + width / 2, top + height + 38, labels[0])
    drawing.text(18, top + height / 2, labels[1], turn=-90)
    return x, y


def mixture_svg(
    X: ArrayLike, model: GaussianMixture, columns: Sequence[str], title: str, limits: Box
) -> str:
    """Points in the colours of their responsibilities, ellipses at 1 and 2 sigma, means numbered.

    X (N, 2); `limits` as the stage has them: x low, x high, y low, y high.
    """
    points = np.asarray(X, dtype=np.float64)
    drawing = Drawing(900, 640, title)
    drawing.text(475, 22, title, size=15)
    x, y = axes(drawing, (70, 36, 810, 545), limits, columns)
    hues = np.array([_rgb(COMPONENTS[k]) for k in range(model.n_components)])
    colours = np.round(model.responsibilities(points) @ hues).astype(int)
    for (px, py), (r, g, b) in zip(points, colours, strict=True):
        drawing.circle(x(px), y(py), 3.2, f"#{r:02x}{g:02x}{b:02x}")
    for k, (mean, covariance) in enumerate(zip(model.means, model.full_covariances(), strict=True)):
        for sigmas, dash in ((1, ""), (2, "5 4")):
            ring = ellipse(mean, covariance, sigmas)
            drawing.path(
                [(x(a), y(b)) for a, b in ring], COMPONENTS[k], 2.5 / sigmas, dash, close=True
            )
        drawing.circle(x(mean[0]), y(mean[1]), 10, COMPONENTS[k], "#ffffff")
        drawing.text(x(mean[0]), y(mean[1]) + 4, str(k + 1), colour="#ffffff", bold=True)
    return str(drawing)


def ellipse(mean: NDArray, covariance: NDArray, sigmas: float, steps: int = 72) -> NDArray:
    """The contour at `sigmas` standard deviations, (steps, 2)."""
    variances, directions = np.linalg.eigh(covariance)
    turn = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    circle = np.stack([np.cos(turn), np.sin(turn)])
    return mean + sigmas * ((directions * np.sqrt(np.maximum(variances, 0))) @ circle).T


def _rgb(colour: str) -> tuple[int, int, int]:
    value = int(colour[1:], 16)
    return value >> 16, value >> 8 & 255, value & 255
