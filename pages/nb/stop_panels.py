"""A slider over panels: every stop's numbers are computed here, the widget looks them up.

So the pictures move under the hand, however long a stop took to compute.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register

_mount = register("nb/stop-panels")
_OPEN = re.compile(r"[a-z]+(?:-[a-z]+)*:\d{1,4}")

Kind = Literal["line", "area", "bars", "dots"]
WIDTHS = {"line": (2,), "area": (3,), "bars": (3,), "dots": (3, 5)}
Ticks = Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Layer:
    """What is drawn at each stop: `values` (stops or 1, n, width).

    width: line x, y (a NaN y parts strokes); area x, low, high; bars left, right, height; dots x,
    y, radius in pixels (and low, high of an interval). colour: an index of the palette, or "text".
    open: what a press on element i tells, as "<open>:<i>"; None where nothing opens.
    """

    kind: Kind
    values: ArrayLike
    name: str = ""
    colour: int | str = "text"
    dash: Literal["solid", "dash", "dot"] = "solid"
    width: float = 2.0
    open: str | None = None

    def __post_init__(self) -> None:
        shape = np.shape(self.values)
        if len(shape) != 3 or shape[2] not in WIDTHS[self.kind]:
            widths = " or ".join(map(str, WIDTHS[self.kind]))
            raise ValueError(f"values must be (stops, n, {widths}) for {self.kind}; got {shape}")


@dataclass(frozen=True)
class Axis:
    low: float
    high: float
    label: str = ""
    ticks: Ticks = ()


@dataclass(frozen=True)
class Panel:
    """One picture. marker: where along x each stop stands; notes: (x, y, text) a stop, or once."""

    key: str
    title: str
    describe: str
    x: Axis
    y: Axis
    layers: Sequence[Layer]
    height: int = 220
    wide: bool = False
    marker: Sequence[float] | None = None
    notes: Sequence[Sequence[tuple[float, float, str]]] = ()


@dataclass(frozen=True)
class Read:
    """A number below the panels, as text at each stop; pressed, it tells "read-<key>:0"."""

    key: str
    label: str
    texts: Sequence[str]


@dataclass(frozen=True)
class Lookup:
    """A number at the dragged point: values (stops or 1, sums), by the sum of its grid steps."""

    key: str
    label: str
    values: ArrayLike


@dataclass(frozen=True)
class Point:
    """A point dragged over panel `panel`, on a grid low, low + step, ... of `count` places.

    at: its place in steps, one or two; y: where a point of one coordinate is drawn.
    """

    panel: int
    low: float
    step: float
    count: int
    at: tuple[int, ...]
    values: Sequence[Lookup]
    y: float = 0.0


@dataclass(frozen=True)
class Board:
    """All that the widget draws; `name` names it in what the browser tells."""

    name: str
    slider: str
    stops: Sequence[str]
    panels: Sequence[Panel]
    reads: Sequence[Read]
    status: Sequence[str]
    point: Point | None = None


@dataclass(frozen=True)
class View:
    """What the reader has chosen: a stop, what is open ("<layer>:<i>"), the point's place."""

    stop: int = 0
    open: str | None = None
    at: tuple[int, ...] | None = field(default=None)


def payload(board: Board) -> dict[str, Any]:
    """The board as plain JSON; its `board` is a hash, so that an equal one changes nothing."""
    made: dict[str, Any] = {
        "slider": {"label": board.slider, "texts": list(board.stops)},
        "panels": [_panel(panel) for panel in board.panels],
        "reads": [{"key": r.key, "label": r.label, "texts": list(r.texts)} for r in board.reads],
        "status": list(board.status),
        "point": None if board.point is None else _point(board.point),
    }
    digest = hashlib.sha256(repr(encode(made)).encode()).hexdigest()[:12]
    return encode({**made, "board": f"{board.name} {digest}"})


def _panel(panel: Panel) -> dict[str, Any]:
    axes = {
        name: {
            "low": float(axis.low),
            "high": float(axis.high),
            "label": axis.label,
            "ticks": [[float(v), text] for v, text in axis.ticks],
        }
        for name, axis in (("x", panel.x), ("y", panel.y))
    }
    return {
        "key": panel.key,
        "title": panel.title,
        "describe": panel.describe,
        **axes,
        "layers": [
            {
                "kind": layer.kind,
                "values": array(layer.values),
                "name": layer.name,
                "colour": layer.colour,
                "dash": layer.dash,
                "width": layer.width,
                "open": layer.open,
            }
            for layer in panel.layers
        ],
        "height": panel.height,
        "wide": panel.wide,
        "marker": None if panel.marker is None else [float(v) for v in panel.marker],
        "notes": [[[float(x), float(y), text] for x, y, text in at] for at in panel.notes],
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "panel": point.panel,
        "low": point.low,
        "step": point.step,
        "count": point.count,
        "at": list(point.at),
        "y": point.y,
        "values": [
            {"key": v.key, "label": v.label, "values": array(v.values)} for v in point.values
        ],
    }


def stop_panels(prepared: Mapping[str, Any], view: View, *, token: str, key: str) -> View:
    """Mount it; `view` moves it whenever `token` or the board is new. Returns what it shows now."""
    goto = {
        "token": token,
        "stop": view.stop,
        "open": view.open,
        "at": None if view.at is None else list(view.at),
    }
    result = _mount(key=key, data={**prepared, "goto": goto}, on_view_change=lambda: None)
    return view_of(getattr(result, "view", None), prepared, view, token)


def view_of(said: Any, prepared: Mapping[str, Any], view: View, token: str) -> View:
    """What the browser said, checked: it may be of another board, or of nobody's making."""
    if not isinstance(said, Mapping) or said.get("token") != token:
        return clipped(view, prepared)
    if said.get("board") != prepared["board"]:
        return clipped(view, prepared)
    opened = said.get("open")
    stop = _whole(said.get("stop"), len(prepared["slider"]["texts"]))
    return clipped(
        View(
            view.stop if stop is None else stop,
            opened if isinstance(opened, str) and _OPEN.fullmatch(opened) else None,
            _places(said.get("at"), prepared["point"]),
        ),
        prepared,
    )


def clipped(view: View, prepared: Mapping[str, Any]) -> View:
    """The view within the board's stops."""
    at = None if view.at is None else _places(list(view.at), prepared["point"])
    return View(min(view.stop, len(prepared["slider"]["texts"]) - 1), view.open, at)


def checked_open(text: str | None) -> str | None:
    """`text` if it may name what is open, else None."""
    return text if text is not None and _OPEN.fullmatch(text) else None


def _places(said: Any, point: Mapping[str, Any] | None) -> tuple[int, ...] | None:
    if point is None or not isinstance(said, (list, tuple)) or len(said) != len(point["at"]):
        return None
    found = [_whole(n, point["count"]) for n in said]
    return None if None in found else tuple(n for n in found if n is not None)


def _whole(value: Any, below: int) -> int | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below
    return value if good else None


def share_axis(label: str = "", low: float = 0.0, high: float = 1.0) -> Axis:
    """An axis of probabilities."""
    marks: NDArray[np.float64] = np.linspace(0, 1, 6)
    ticks = [(float(m), f"{m:g}") for m in marks.round(1) if low <= m <= high]
    return Axis(low, high, label, ticks)
