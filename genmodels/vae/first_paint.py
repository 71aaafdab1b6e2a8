"""What the VAE's page shows before Torch is loaded: a saved result of its default state.

`python -m genmodels.vae.first_paint` computes it with the trained model and saves it; `load`
reads it with NumPy alone.
"""

import argparse
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from genmodels import ASSETS, assets
from genmodels.datasets import mnist

FILE = ASSETS / "data" / "mnist_2d_first_paint.npz"
VIEW = 4.0
"""The pad shows [-VIEW, VIEW] in both latent dimensions."""
GRID = 17
"""Decoded pictures along each side of the background, at the middles of equal cells."""
START = (0.0, 0.0)
"""The default z: the prior's mean."""

SHAPES = {
    "mu": (mnist.N_SHOWN, 2),
    "log_var": (mnist.N_SHOWN, 2),
    "grid": (GRID * GRID, 784),
    "picture": (784,),
}


@dataclass(frozen=True)
class FirstPaint:
    """`mu`, `log_var` (2000, 2) of the shown digits, float32; `grid` uint8 (GRID^2, 784), rows
    from the largest z_2 down, columns from the smallest z_1 up; `picture` uint8 (784,), decoded
    at START.
    """

    mu: np.ndarray
    log_var: np.ndarray
    grid: np.ndarray
    picture: np.ndarray


def grid_points(view: float = VIEW, side: int = GRID) -> np.ndarray:
    """z at the cells' middles, (side^2, 2), in the order of `FirstPaint.grid`."""
    middle = (np.arange(side) + 0.5) * (2 * view / side) - view
    z1, z2 = np.meshgrid(middle, middle[::-1])
    return np.column_stack([z1.ravel(), z2.ravel()]).astype(np.float32)


@lru_cache(maxsize=1)
def load() -> FirstPaint:
    """The saved result. Raises ValueError where the file isn't what it should be."""
    with assets.arrays(FILE, ", ".join(SHAPES)) as file:
        values = {name: file[name] for name in SHAPES}
    for name, shape in SHAPES.items():
        if values[name].shape != shape:
            raise assets.BadAsset(FILE, f"hold {name} of shape {shape}", values[name].shape)
        values[name].setflags(write=False)
    return FirstPaint(**values)


def compute() -> FirstPaint:
    """The same by the trained model: what the file must agree with."""
    import torch

    from genmodels.vae.checkpoint import load as load_model

    model = load_model("mnist-2d")

    def decoded(z: np.ndarray) -> np.ndarray:
        pictures: np.ndarray = np.rint(model.decode(torch.from_numpy(z)).numpy() * 255)
        return pictures.astype(np.uint8)

    mu, log_var = model.encode(torch.from_numpy(mnist.shown().x.astype(np.float32)))
    return FirstPaint(
        mu=mu.numpy(),
        log_var=log_var.numpy(),
        grid=decoded(grid_points()),
        picture=decoded(np.array([START], np.float32))[0],
    )


def main(arguments: list[str] | None = None) -> None:
    """The command: write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m genmodels.vae.first_paint",
        description="Save what the VAE's page shows before Torch is loaded.",
    )
    parser.add_argument("--out", type=Path, default=FILE, help="default: %(default)s")
    out: Path = parser.parse_args(arguments).out
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out, **vars(compute()))


if __name__ == "__main__":
    main()
