"""Training epoch by epoch: progress with rate and time left, and a state to resume from.

Every epoch of a job draws from generators seeded by (seed, epoch) alone, so that a run that
resumes goes on as if it had never stopped.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from genmodels.vae.record import FOLDER

Say = Callable[[str], None]


@dataclass
class Job:
    """What is trained: `run_epoch(e)` trains epoch e (from 0) and returns its mean figures.

    `recipe` holds everything that decides the result beside the data; `items` is how many
    pictures (or strings) an epoch sees, for the rate.
    """

    name: str
    recipe: Mapping[str, Any]
    epochs: int
    items: int
    modules: Mapping[str, nn.Module]
    optimisers: Mapping[str, torch.optim.Optimizer]
    run_epoch: Callable[[int], dict[str, float]]
    history: list[dict[str, float]] = field(default_factory=list)
    seconds: float = 0.0


def say(line: str) -> None:
    """A line to stderr, at once."""
    print(line, file=sys.stderr, flush=True)


def train(job: Job, state: Path, *, resume: bool = False, tell: Say = say) -> Job:
    """Run the job to its end; the state is saved after every epoch and removed by nobody."""
    if resume and state.exists():
        load_state(job, state)
    began, first, before = time.monotonic(), len(job.history), job.seconds
    while len(job.history) < job.epochs:
        epoch = len(job.history)
        figures = job.run_epoch(epoch)
        for key, value in figures.items():
            if not np.isfinite(value):
                raise ValueError(f"{job.name}: {key} must stay finite; epoch {epoch + 1}: {value}")
        job.history.append({"epoch": epoch + 1, **figures})
        passed = time.monotonic() - began
        job.seconds = before + passed
        rate = (epoch + 1 - first) * job.items / passed
        left = (job.epochs - epoch - 1) * job.items / rate
        shown = ", ".join(f"{key} {value:.4g}" for key, value in figures.items())
        tell(
            f"{job.name} epoch {epoch + 1}/{job.epochs}, {rate:,.0f} a second, "
            f"{int(left // 60)}:{int(left % 60):02d} left: {shown}"
        )
        save_state(job, state)
    return job


def save_state(job: Job, path: Path) -> None:
    """Write the whole state, so that a break in the middle leaves the last one whole."""
    tensors: dict[str, Tensor] = {}
    for name, module in job.modules.items():
        for key, value in module.state_dict().items():
            tensors[f"{name}/{key}"] = value.detach().contiguous().clone()
    for name, optimiser in job.optimisers.items():
        for place, moments in optimiser.state_dict()["state"].items():
            for key, value in moments.items():
                tensors[f"{name}:{place}:{key}"] = torch.as_tensor(value).clone()
    about = {"recipe": dict(job.recipe), "history": job.history, "seconds": job.seconds}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    save_file(tensors, partial, metadata={"training": json.dumps(about)})
    partial.replace(path)


def load_state(job: Job, path: Path) -> None:
    """Go on from a saved state. Raises ValueError if it is unreadable or of another recipe."""
    try:
        with safe_open(path, "pt") as file:
            about = json.loads((file.metadata() or {})["training"])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except Exception as error:
        raise ValueError(f"{path} must be a saved training state; got: {error}") from error
    ours = json.loads(json.dumps(dict(job.recipe)))
    if about["recipe"] != ours:
        different = [k for k in ours if about["recipe"].get(k) != ours[k]]
        raise ValueError(f"{path} must belong to the same recipe; different: {different}")
    for name, module in job.modules.items():
        prefix = f"{name}/"
        module.load_state_dict(
            {k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)}
        )
    for name, optimiser in job.optimisers.items():
        state = optimiser.state_dict()
        found: dict[int, dict[str, Tensor]] = {}
        for key, value in tensors.items():
            parts = key.split(":")
            if len(parts) == 3 and parts[0] == name:
                found.setdefault(int(parts[1]), {})[parts[2]] = value
        optimiser.load_state_dict({**state, "state": found})
    job.history[:] = about["history"]
    job.seconds = about["seconds"]


def generator(*seeds: int) -> torch.Generator:
    """A Torch generator of its own, from whole numbers."""
    seed = int(np.random.SeedSequence(seeds).generate_state(1)[0])
    return torch.Generator().manual_seed(seed)


def cosine(rate: float, step: int, total: int, warm_up: int) -> float:
    """rate * min(1, (t + 1) / W) * (1 + cos(pi t / T)) / 2: a warm-up, then down to 0."""
    falling = 0.5 * (1.0 + float(np.cos(np.pi * step / max(total, 1))))
    return rate * min(1.0, (step + 1) / max(warm_up, 1)) * falling


def arguments(
    prog: str, description: str, name: str, data: str
) -> tuple[argparse.ArgumentParser, Callable[[argparse.Namespace], argparse.Namespace]]:
    """A parser with the flags that all have, and a check that a data folder was given."""
    parser = argparse.ArgumentParser(prog=f"python -m {prog}", description=description)
    add = parser.add_argument
    add("--data", default=os.environ.get("GENMODELS_DATA"), help=f"{data} (or $GENMODELS_DATA)")
    add("--out", type=Path, default=FOLDER / f"{name}.safetensors", help="default: %(default)s")
    add("--state", type=Path, default=Path(f"build/{name}.state.safetensors"))
    add("--resume", action="store_true", help="go on from --state")
    add("--epochs", type=int, help="default: the recipe's")
    add("--seed", type=int, default=0)
    add("--limit", type=int, default=0, help="use only so many training examples")

    def checked(asked: argparse.Namespace) -> argparse.Namespace:
        if not asked.data:
            parser.error(f"--data must be given ({data}), or GENMODELS_DATA set")
        if asked.epochs is not None and asked.epochs < 1:
            parser.error(f"--epochs must be at least 1; got {asked.epochs}")
        return asked

    return parser, checked


def mnist_folder(data: str) -> str:
    """`data`, or its folder `mnist` where there is one."""
    inside = Path(data) / "mnist"
    return str(inside) if inside.is_dir() else data
