"""A whole training of the plain VAE at 60 moments: where its codes lay, what it drew, its losses.

`python -m genmodels.vae.moments_train --data DIR` trains and records it; `load` reads it with
NumPy alone. `Moment` is also what a training in the page yields (`genmodels.vae.train_now`).
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from genmodels import ASSETS, assets
from genmodels.datasets import mnist
from genmodels.vae.first_paint import grid_points

FILE = ASSETS / "data" / "vae_training.npz"
N_MOMENTS = 60
EPOCHS = 30
GRID = 6
GRID_VIEW = 3.0
"""The grid's pictures are decoded at the middles of GRID x GRID cells over +-GRID_VIEW."""
CODE_STEP = 0.01
"""Codes are stored as int16 multiples of this, so within +-327.67; rounded by at most 0.005."""
LOSSES = ("train_bce", "train_kl", "test_bce", "test_kl")


@dataclass(frozen=True)
class Moment:
    """One moment of a training, all losses in nats a picture.

    `step` updates done, `epoch` = step / steps an epoch; `train_bce`, `train_kl` means over the
    steps since the moment before (at step 0: of the first batch); `test_bce`, `test_kl` one draw a
    test digit; `mu` float32 (M, 2) of the shown digits; `grid` uint8 (36, 784), decoded at
    `grid_z()`, rows from the largest z_2 down.
    """

    step: int
    epoch: float
    train_bce: float
    train_kl: float
    test_bce: float
    test_kl: float
    mu: np.ndarray
    grid: np.ndarray

    @property
    def test_elbo(self) -> float:
        """The negative ELBO on test digits: BCE + KL."""
        return self.test_bce + self.test_kl


@dataclass(frozen=True)
class TrainingTrace:
    """The moments side by side: `steps` int32 (60,), losses and `epochs` float32 (60,), `mu`
    float32 (60, 2000, 2) of `mnist.shown()`, `grid` uint8 (60, 36, 784). Test losses are over
    all 10,000 test pictures.
    """

    steps: np.ndarray
    epochs: np.ndarray
    train_bce: np.ndarray
    train_kl: np.ndarray
    test_bce: np.ndarray
    test_kl: np.ndarray
    mu: np.ndarray
    grid: np.ndarray

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def test_elbo(self) -> np.ndarray:
        """The negative ELBO on the test pictures, (60,): BCE + KL."""
        return np.asarray(self.test_bce + self.test_kl)

    def moment(self, i: int) -> Moment:
        """The i-th. Raises ValueError out of range."""
        if not 0 <= i < len(self):
            raise ValueError(f"moment must be from 0 to {len(self) - 1}; got {i}")
        return Moment(
            step=int(self.steps[i]),
            epoch=float(self.epochs[i]),
            train_bce=float(self.train_bce[i]),
            train_kl=float(self.train_kl[i]),
            test_bce=float(self.test_bce[i]),
            test_kl=float(self.test_kl[i]),
            mu=self.mu[i],
            grid=self.grid[i],
        )


def grid_z() -> np.ndarray:
    """The z of a moment's grid, float32 (36, 2)."""
    return grid_points(GRID_VIEW, GRID)


def log_spaced(last: int, n: int) -> np.ndarray:
    """0, then n - 1 distinct steps from 1 to `last`, as evenly spaced in log(step) as whole numbers
    allow. Raises ValueError where there aren't so many.
    """
    if not 2 <= n <= last + 1:
        raise ValueError(f"moments must be from 2 to {last + 1}; got {n}")
    steps = np.rint(np.geomspace(1, last, n - 1)).astype(int) if n > 2 else np.array([last])
    for i in range(1, len(steps)):  # small numbers collide: push them up, then down from the end
        steps[i] = max(steps[i], steps[i - 1] + 1)
    steps[-1] = last
    for i in range(len(steps) - 2, -1, -1):
        steps[i] = min(steps[i], steps[i + 1] - 1)
    return np.concatenate([[0], steps])


@lru_cache(maxsize=1)
def load() -> TrainingTrace:
    """The recorded training. Raises ValueError where the file isn't what it should be."""
    return read(FILE)


def read(path: Path) -> TrainingTrace:
    """The training recorded in `path`, checked. Raises ValueError naming what is wrong."""
    n, m = N_MOMENTS, mnist.N_SHOWN
    shapes: dict[str, tuple[tuple[int, ...], type]] = {
        "steps": ((n,), np.int32),
        "epochs": ((n,), np.float32),
        **dict.fromkeys(LOSSES, ((n,), np.float32)),
        "mu": ((n, m, 2), np.int16),
        "grid": ((n, GRID * GRID, 784), np.uint8),
    }
    with assets.arrays(path, ", ".join(shapes)) as file:
        values = {name: file[name] for name in shapes}
    for name, (shape, dtype) in shapes.items():
        got = values[name]
        if got.shape != shape or got.dtype != dtype:
            raise assets.BadAsset(
                path,
                f"hold {name} as {np.dtype(dtype)} of shape {shape}",
                f"{got.dtype} of shape {got.shape}",
            )
        if not np.isfinite(got).all():
            raise assets.BadAsset(path, f"hold finite {name}", "infinities or NaN")
    if values["steps"][0] != 0 or (np.diff(values["steps"]) <= 0).any():
        raise assets.BadAsset(path, "hold steps that rise from 0", values["steps"][:3].tolist())
    values["mu"] = values["mu"].astype(np.float32) * np.float32(CODE_STEP)
    for array in values.values():
        array.setflags(write=False)
    return TrainingTrace(**values)


def write(moments: list[Moment], path: Path) -> None:
    """Save moments as `read` reads them. Raises ValueError where a code is out of range."""
    mu = np.rint(np.stack([m.mu for m in moments]) / CODE_STEP)
    if np.abs(mu).max() > 32767:
        raise ValueError(f"codes must lie within +-327.67; got {np.abs(mu).max() * CODE_STEP:g}")
    path.parent.mkdir(parents=True, exist_ok=True)
    losses = {name: np.array([getattr(m, name) for m in moments], np.float32) for name in LOSSES}
    np.savez_compressed(
        path,
        steps=np.array([m.step for m in moments], np.int32),
        epochs=np.array([m.epoch for m in moments], np.float32),
        train_bce=losses["train_bce"],
        train_kl=losses["train_kl"],
        test_bce=losses["test_bce"],
        test_kl=losses["test_kl"],
        mu=mu.astype(np.int16),
        grid=np.stack([m.grid for m in moments]),
    )
