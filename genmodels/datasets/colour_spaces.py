"""Colours as coordinates: what a mixture sees of a pixel depends on where colours lie.

All three are of similar size, about 1 from end to end, so that one regularisation fits them.
Each function needs NumPy alone and stands alone: the script that a reader takes away holds it.
"""

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Space = Literal["RGB", "HSV", "Lab"]
SPACES: tuple[Space, ...] = get_args(Space)


def rgb(colours: Array) -> Array:
    """Red, green and blue as they are, (N, 3) in [0, 1]."""
    return colours


def hsv_cone(colours: Array) -> Array:
    """Hue as an angle: (C cos H, C sin H, V), (N, 3), from sRGB (N, 3) in [0, 1].

    V = max(r, g, b), chroma C = V - min(r, g, b) = S V, and hue H the angle round the cone (Smith
    1978). As plain numbers, hue 359 and hue 1 would lie far apart, and grey would have a hue.
    """
    r, g, b = np.moveaxis(colours, -1, 0)
    V = colours.max(axis=-1)
    C = V - colours.min(axis=-1)
    safe = np.where(C > 0, C, 1.0)
    sixth = np.where(
        r == V, (g - b) / safe % 6, np.where(g == V, (b - r) / safe + 2, (r - g) / safe + 4)
    )
    H = sixth * np.pi / 3
    return np.stack([C * np.cos(H), C * np.sin(H), V], axis=-1)


def lab(colours: Array) -> Array:
    """CIE 1976 L*, a*, b* over 100, (N, 3), from sRGB (N, 3) in [0, 1] under the white of D65.

    Linear light by IEC 61966-2-1, then CIE XYZ over the white's, then (CIE 15)

        f(t) = t^(1/3), or t (29/6)^2 / 3 + 4/29 where t <= (6/29)^3
        L* = 116 f(Y) - 16,  a* = 500 (f(X) - f(Y)),  b* = 200 (f(Y) - f(Z))

    Equal steps are meant to look equally large.
    """
    light = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    t = light @ to_xyz.T / to_xyz.sum(axis=1)  # white, (1, 1, 1), is exactly grey
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t * (29 / 6) ** 2 / 3 + 4 / 29)
    X, Y, Z = np.moveaxis(f, -1, 0)
    return np.stack([116 * Y - 16, 500 * (X - Y), 200 * (Y - Z)], axis=-1) / 100


CONVERSIONS: dict[Space, Callable[[Array], Array]] = {"RGB": rgb, "HSV": hsv_cone, "Lab": lab}
AXES: dict[Space, tuple[str, str, str]] = {
    "RGB": ("R", "G", "B"),
    "HSV": ("S V cos H", "S V sin H", "V"),
    "Lab": ("L*/100", "a*/100", "b*/100"),
}


def convert(colours: Array, space: Space) -> Array:
    """`colours` (N, 3), sRGB in [0, 1], in `space`. Raises ValueError for other shapes or names."""
    if space not in SPACES:
        raise ValueError(f"space must be one of {', '.join(SPACES)}; got {space!r}")
    if colours.ndim != 2 or colours.shape[1] != 3:
        raise ValueError(f"colours must have shape (N, 3); got {colours.shape}")
    return CONVERSIONS[space](colours)
