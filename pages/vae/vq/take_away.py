"""What the VQ-VAE's page hands out: figures, tables, the picture, a script and the weights."""

import csv
import io
import json

import numpy as np

from genmodels.kit.script import READ_WEIGHTS
from pages.vae.vq import case as vq_run
from pages.vae.vq.case import PLACES, SIDE, WEIGHTS, K


def record_json(pixels: bytes, codes: tuple[int, ...]) -> str:
    """The digit's pixels (0 to 255), the encoder's codes, those on the stage, and the figures."""
    one = vq_run.coded(pixels)
    test = {**vq_run.record(), **{f"prior_{k}": v for k, v in vq_run.prior_record().items()}}
    found = {
        "x": np.rint(255 * one.x).astype(int).tolist(),
        "codes": list(codes),
        "encoder_codes": one.codes.tolist(),
        "nats": float(vq_run.nats_by_place(codes, None).sum()),
        "bce": float((np.logaddexp(0, vq_run.logits(codes)) - one.x * vq_run.logits(codes)).sum()),
        "test": test,
    }
    return json.dumps(found, indent=1, allow_nan=False)


def distances_csv(pixels: bytes, codes: tuple[int, ...]) -> str:
    """A row a place: the code on the stage, the nearest, and the distances to all 64."""
    one = vq_run.coded(pixels)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["place", "code", "nearest", *(f"d2_{k}" for k in range(K))])
    for t in range(PLACES):
        write([t + 1, codes[t], int(one.codes[t]), *map(repr, one.distances[t].tolist())])
    return out.getvalue()


def use_csv() -> str:
    """A row a code: its uses over the test set's places, its share, its vector."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    vectors, n = vq_run.codebook(), vq_run.counts()
    write(["code", "uses", "share", *(f"e_{j + 1}" for j in range(vectors.shape[1]))])
    for k in range(K):
        write([k, int(n[k]), repr(float(n[k] / n.sum())), *map(repr, vectors[k].tolist())])
    return out.getvalue()


def picture_svg(codes: tuple[int, ...]) -> str:
    """The decoded picture with its grid of codes."""
    y = 1 / (1 + np.exp(-vq_run.logits(codes)))
    pixels = np.rint(255 * y).astype(int)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28" width="560" height="560" '
        'shape-rendering="crispEdges">',
        '<rect width="28" height="28" fill="#000"/>',
    ]
    for p in np.flatnonzero(pixels >= 8).tolist():
        grey = f"{pixels[p]:02x}" * 3
        parts.append(f'<rect x="{p % 28}" y="{p // 28}" width="1" height="1" fill="#{grey}"/>')
    for t, code in enumerate(codes):
        x, y0 = t % SIDE * 4, t // SIDE * 4
        parts.append(
            f'<rect x="{x}" y="{y0}" width="4" height="4" fill="none" stroke="#888" '
            'stroke-width="0.04"/>'
        )
        parts.append(
            f'<text x="{x + 0.2}" y="{y0 + 1.1}" font-size="1" font-family="sans-serif" '
            f'fill="#e69f00">{code}</text>'
        )
    return "\n".join([*parts, "</svg>"])


def weights() -> bytes:
    """The VQ-VAE's checkpoint."""
    return WEIGHTS.read_bytes()


def script() -> str:
    """A program that decodes the codes with NumPy alone, from codes.json and the weights."""
    return _OPENING + READ_WEIGHTS + _DECODE


_OPENING = '''"""Codes to a picture with NumPy, from codes.json and vq-vae.safetensors beside it."""

import json
import struct

import numpy as np


'''
_DECODE = """

def conv(x, w, b):  # 3 by 3, padded by 1; x (C, H, W), w (O, C, 3, 3)
    H, W = x.shape[1:]
    x = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    return b[:, None, None] + sum(
        np.einsum("oc,chw->ohw", w[:, :, i, j], x[:, i : i + H, j : j + W])
        for i in range(3) for j in range(3)
    )


def up(x, w, b):  # transposed, 4 by 4, stride 2, padding 1; w (C, O, 4, 4)
    H, W = x.shape[1:]
    y = np.zeros((w.shape[1], 2 * H + 2, 2 * W + 2))
    for i in range(4):
        for j in range(4):
            y[:, i : i + 2 * H : 2, j : j + 2 * W : 2] += np.einsum("co,chw->ohw", w[:, :, i, j], x)
    return y[:, 1:-1, 1:-1] + b[:, None, None]


record, p = json.load(open("codes.json")), read_weights("vq-vae.safetensors")
grid = p["codebook_vectors"][np.array(record["codes"]).reshape(7, 7)].transpose(2, 0, 1)
h = np.maximum(conv(grid, p["from_code.weight"], p["from_code.bias"]), 0)
h = np.maximum(up(h, p["up_1.weight"], p["up_1.bias"]), 0)
a = up(h, p["up_2.weight"], p["up_2.bias"])[0].ravel()
x = np.array(record["x"]) / 255
print("BCE in nats:", float((np.logaddexp(0, a) - x * a).sum()))
n = np.array(record["test"]["code_counts"])
q = n[n > 0] / n.sum()
print("perplexity:", float(np.exp(-(q * np.log(q)).sum())))
for row in (1 / (1 + np.exp(-a))).reshape(28, 28):
    print("".join(" .:*#"[int(4.99 * v)] for v in row))
"""
