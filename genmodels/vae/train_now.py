"""Train the plain VAE 784-400-2-400-784 step by step: recorded, or in the page, on this machine.

`PlainRun` is the training; `TrainNow` cuts one into moments and fits `genmodels.kit.jobs`:
`jobs.start(key, run.cells, run, visitor=...)` computes one `Moment` a cell. It takes one thread of
the lowest priority, and Torch lets go of the interpreter in every operation, so nobody else's page
waits for it.
"""

import math
import os
import sys
import threading
import time
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from genmodels.vae.model import VAE, kl_divergence, mean_elbo, reconstruction_loss
from genmodels.vae.moments import Moment, grid_z, log_spaced

STEPS_A_BREATH = 4
"""Steps after which the training thread gives way for a moment."""


class PlainRun:
    """A training of the plain VAE on uint8 pictures (N, 784) that can be halted at any step.

    Adam on mean(BCE + KL), cosine schedule to zero, pictures binarised anew each time; no average
    of weights, so a moment shows what training visits. Everything follows from `seed`.
    """

    def __init__(
        self,
        pictures: np.ndarray,
        shown: np.ndarray,
        test: np.ndarray | None = None,
        *,
        batch: int = 100,
        epochs: int = 30,
        learning_rate: float = 2e-3,
        hidden: int = 400,
        seed: int = 0,
    ) -> None:
        for name, values in (("pictures", pictures), ("shown", shown)):
            if values.ndim != 2 or values.shape[1] != 784 or values.dtype != np.uint8:
                raise ValueError(
                    f"{name} must be uint8 of shape (N, 784); got {values.dtype} {values.shape}"
                )
        if not 1 <= batch <= len(pictures):
            raise ValueError(f"batch must be from 1 to {len(pictures)}; got {batch}")
        if epochs < 1 or not learning_rate > 0:
            raise ValueError(
                f"epochs and learning_rate must be above 0; got {epochs}, {learning_rate}"
            )
        self.pictures = torch.from_numpy(np.array(pictures))
        self.shown = torch.from_numpy(shown.astype(np.float32) / 255.0)
        self.test = self.shown if test is None else torch.from_numpy(test.astype(np.float32) / 255)
        self.batch = batch
        self.learning_rate = learning_rate
        self.seed = seed
        self.steps_an_epoch = len(pictures) // batch
        self.steps = self.steps_an_epoch * epochs
        self.step = 0
        self.generator = torch.Generator().manual_seed(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model = VAE(hidden=hidden)
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=learning_rate, fused=True)
        self._order = torch.empty(0, dtype=torch.int64)
        self._sums = np.zeros(2)
        self._since = 0

    def advance(self, to_step: int, stop: Callable[[], bool] = lambda: False) -> bool:
        """Train until `to_step` steps are done; False where `stop()` ended it before.

        What was done until then is kept: the next call goes on. Raises ValueError for a step
        behind or beyond the run.
        """
        if not self.step <= to_step <= self.steps:
            raise ValueError(f"to_step must be from {self.step} to {self.steps}; got {to_step}")
        while self.step < to_step:
            if stop():
                return False
            self._one_step()
            if self.step % STEPS_A_BREATH == 0:
                time.sleep(0.0002)
        return True

    def moment(self) -> Moment:
        """How it stands now; the train losses are means since the moment before."""
        with torch.no_grad():
            if not self._since and not self.step:
                self._sums, self._since = np.array(self._first_losses()), 1
            mu = self.model.encode(self.shown)[0].numpy()
            grid = (self.model.decode(torch.from_numpy(grid_z())) * 255).round_().to(torch.uint8)
            rng = np.random.default_rng(self.seed)
            figures = mean_elbo(self.model, self.test, n_samples=1, rng=rng, batch=500)
        train = self._sums / max(1, self._since)
        self._sums, self._since = np.zeros(2), 0
        return Moment(
            step=self.step,
            epoch=self.step / self.steps_an_epoch,
            train_bce=float(train[0]),
            train_kl=float(train[1]),
            test_bce=figures["bce"],
            test_kl=figures["kl"],
            mu=mu,
            grid=grid.numpy(),
        )

    def release(self) -> None:
        """Let go of all but the trained model: a finished run is kept for who asks next."""
        self.pictures = self.pictures[:0].clone()
        self.shown = self.test = self.shown[:0].clone()
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=self.learning_rate)

    def _one_step(self) -> None:
        place = self.step % self.steps_an_epoch
        if place == 0:
            self._order = torch.randperm(len(self.pictures), generator=self.generator)
        pick = self._order[place * self.batch : (place + 1) * self.batch]
        rate = self.learning_rate * 0.5 * (1 + math.cos(math.pi * self.step / self.steps))
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        reconstruction, kl = self._losses(self.pictures[pick], self.generator)
        self.optimiser.zero_grad()
        (reconstruction + kl).backward()
        self.optimiser.step()
        self._sums += (float(reconstruction.detach()), float(kl.detach()))
        self._since += 1
        self.step += 1

    def _losses(self, pictures: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        grey = pictures.float() / 255.0
        binary = (torch.rand(grey.shape, generator=generator) < grey).float()
        epsilon = torch.randn((len(grey), self.model.latent), generator=generator)
        logits, mu, log_var = self.model(binary, epsilon)
        cost = reconstruction_loss(logits, binary).mean()
        return cost, kl_divergence(mu, log_var).sum(1).mean()

    def _first_losses(self) -> tuple[float, float]:
        aside = torch.Generator().manual_seed(self.seed + 1)
        cost, kl = self._losses(self.pictures[: self.batch], aside)
        return float(cost), float(kl)


class TrainNow:
    """A `PlainRun` cut into moments, one a cell, for `genmodels.kit.jobs`.

    `cells` is (0, ..., n_moments - 1); calling it with a cell and a `stop` gives that cell's
    Moment, or None where `stop()` said so meanwhile: asked again, it goes on. The first fifth of
    the moments are log-spaced over the first epoch, when most happens; the others are even.
    """

    def __init__(
        self,
        pictures: np.ndarray,
        shown: np.ndarray,
        *,
        n_moments: int = 60,
        epochs: int = 20,
        batch: int = 100,
        learning_rate: float = 2e-3,
        seed: int = 0,
    ) -> None:
        self.run = PlainRun(
            pictures, shown, batch=batch, epochs=epochs, learning_rate=learning_rate, seed=seed
        )
        self.steps = moments_of(self.run.steps, self.run.steps_an_epoch, n_moments)
        self.cells: tuple[int, ...] = tuple(range(n_moments))

    def __call__(self, cell: Hashable, stop: Callable[[], bool]) -> Moment | None:
        """Train up to the cell's step in a thread of the lowest priority.

        Raises ValueError for a cell that doesn't exist or lies behind, else what training raised.
        """
        if cell not in self.cells:
            raise ValueError(f"cell must be from 0 to {len(self.cells) - 1}; got {cell}")
        target = int(self.steps[int(str(cell))])
        found: list[Moment | None] = []
        failed: list[Exception] = []

        def work() -> None:
            lower_priority()
            torch.set_num_threads(1)
            try:
                found.append(self.run.moment() if self.run.advance(target, stop) else None)
            except Exception as error:  # handed to the caller, who waits
                failed.append(error)

        thread = threading.Thread(target=work, name="train-now", daemon=True)
        thread.start()
        thread.join()
        if failed:
            raise failed[0]
        if found[0] is not None and self.run.step == self.run.steps:
            self.run.release()
        return found[0]

    def moments(self, stop: Callable[[], bool] = lambda: False) -> Any:
        """The moments one after another, until the end or until `stop()`: for who needs no job."""
        for cell in self.cells:
            moment = self(cell, stop)
            if moment is None:
                return
            yield moment


def moments_of(steps: int, steps_an_epoch: int, n: int) -> np.ndarray:
    """Where `TrainNow` looks: n steps from 0 to `steps`. Raises ValueError where n doesn't fit."""
    early = max(2, n // 5)
    if n < 4 or early > steps_an_epoch + 1 or n - early > steps - steps_an_epoch:
        raise ValueError(f"n_moments must be from 4 to fewer than the {steps} steps; got {n}")
    even = np.rint(np.linspace(steps_an_epoch, steps, n - early + 1)).astype(int)[1:]
    return np.concatenate([log_spaced(steps_an_epoch, early), even])


def lower_priority() -> None:
    """This thread to the lowest priority, where the system has priorities by thread (Linux)."""
    if sys.platform == "linux":
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
        except OSError:  # not allowed: then it competes like any other
            return
