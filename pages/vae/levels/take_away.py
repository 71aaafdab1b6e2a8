"""What a reader takes away of the two levels: the record, the latents, the pictures, a script."""

import csv
import io
import json
from typing import Any

import numpy as np

from genmodels import ASSETS
from genmodels.kit.script import READ_WEIGHTS
from genmodels.vae.two_levels import LOWER, N
from pages.vae.levels.case import Place, costs, encoded, kept, latents, sheets, use

WEIGHTS = ASSETS / "checkpoints" / "hierarchical.safetensors"


def record_json(pixels: bytes | None, place: Place, hold: bool) -> str:
    """What stands on the pad: z2, z1 and both sheets' latents; of a digit its KL; the figures."""
    z1, z2 = latents(pixels, place, hold)
    record: dict[str, Any] = {
        "z1": z1.tolist(),
        "z2": z2.tolist(),
        "held": "z1" if hold else "noise",
        "seed1": place.seed1,
        "seed2": place.seed2,
        "test": {cost.name: {**vars(cost), "negative_elbo": cost.total} for cost in costs()},
        "kl_by_latent": {name: values.tolist() for name, values in vars(use()).items()},
        "digit_kept": {one.name: one.share for one in kept()},
    }
    if pixels is not None:
        one = encoded(pixels)
        record["digit"] = {
            "x": np.rint(255 * one.x).astype(int).tolist(),
            "mu1": one.mu1.tolist(),
            "log_var1": one.log_var1.tolist(),
            "mu2": one.mu2.tolist(),
            "log_var2": one.log_var2.tolist(),
            "kl_lower": float(one.kl1.sum()),
            "kl_upper": float(one.kl2.sum()),
        }
    return json.dumps(record, indent=1, allow_nan=False)


def latents_csv(pixels: bytes | None, place: Place, hold: bool) -> str:
    """A row a picture: which sheet it is of, z2 and z1."""
    z1, z2 = latents(pixels, place, hold)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["sheet", "z2_1", "z2_2", *(f"z1_{j + 1}" for j in range(LOWER))])
    names = ["picture", *["lower redrawn"] * N, *["upper redrawn"] * N]
    for name, low, high in zip(names, z1.tolist(), z2.tolist(), strict=True):
        write([name, *map(repr, high), *map(repr, low)])
    return out.getvalue()


def sheets_svg(pixels: bytes | None, place: Place, hold: bool) -> str:
    """The picture, then both sheets, as SVG: each pixel that isn't black as a square."""
    tiles = sheets(pixels, place, hold)
    width, height = 12 * 29, 3 * 29
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{3 * width}" height="{3 * height}" shape-rendering="crispEdges">',
        f'<rect width="{width}" height="{height}" fill="#333"/>',
    ]
    for i, tile in enumerate(tiles):
        left, top = (0, 0) if i == 0 else ((i - 1) % N * 29, (1 + (i - 1) // N) * 29)
        parts.append(f'<rect x="{left}" y="{top}" width="28" height="28" fill="#000"/>')
        for p in np.flatnonzero(tile >= 8).tolist():
            grey = f"{int(tile[p]):02x}" * 3
            x, y = left + p % 28, top + p // 28
            parts.append(f'<rect x="{x}" y="{y}" width="1" height="1" fill="#{grey}"/>')
    return "\n".join([*parts, "</svg>"])


def weights() -> bytes:
    """The model's checkpoint."""
    return WEIGHTS.read_bytes()


def script() -> str:
    """A program that decodes the record's latents with NumPy alone, and opens the digit's KL."""
    return _OPENING + READ_WEIGHTS + _DECODE


_OPENING = '''"""Two levels with NumPy, from levels.json and hierarchical.safetensors beside it."""

import json
import struct

import numpy as np


'''
_DECODE = """

record, p = json.load(open("levels.json")), read_weights("hierarchical.safetensors")


def layer(name, x):
    return x @ p[name + ".weight"].T + p[name + ".bias"]


def lower_prior(z2):  # p(z1 | z2)
    h = np.maximum(layer("prior_hidden", z2), 0)
    return layer("prior_mu1", h), np.clip(layer("prior_log_var1", h), -6, 6)


z1, z2 = np.array(record["z1"]), np.array(record["z2"])
h = np.maximum(layer("decoder_hidden", np.concatenate([z1, z2], axis=1)), 0)
y = 1 / (1 + np.exp(-layer("decoder_pixels", h)))
print("ink of each picture:", " ".join(f"{v:.4f}" for v in y.sum(axis=1)))
m, log_s2 = lower_prior(z2)
eps = (z1 - m) / np.exp(log_s2 / 2)
print("log p(z1 | z2):", float((-(eps ** 2) - log_s2 - np.log(2 * np.pi))[0].sum() / 2))
if "digit" in record:
    mu1, v1, mu2, v2 = (
        np.array(record["digit"][k]) for k in ("mu1", "log_var1", "mu2", "log_var2")
    )
    m, log_s2 = (v[0] for v in lower_prior(mu2[None]))
    kl1 = ((mu1 - m) ** 2 + np.exp(v1)) / np.exp(log_s2) - 1 + log_s2 - v1
    print("KL of the lower:", float(kl1.sum() / 2))
    print("KL of the upper:", float((mu2 ** 2 + np.exp(v2) - 1 - v2).sum() / 2))
for row in y[0].reshape(28, 28):
    print("".join(" .:*#"[int(4.99 * v)] for v in row))
"""
