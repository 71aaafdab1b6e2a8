"""Train the plain VAE on MNIST: `python -m genmodels.vae.train --help`.

The loss is BCE + KL, nothing else. What makes the figure on unseen pictures better than a plain
run's is in how it is minimised:

- pictures are binarised anew each time they are seen (pixel i is 1 with probability x_i). The
  expected loss is the grey picture's, and the encoder never sees the same input twice, so it
  can't learn the training pictures by heart;
- a fifth of the encoder's input is dropped, so that what it learns carries over to new pictures;
- Adam with a warm-up and a cosine schedule to zero;
- the weights kept are an exponential moving average of those that training visits.

Test pictures are opened once, after the last epoch.
"""

import argparse
import json
import math
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from genmodels.datasets import mnist
from genmodels.vae import checkpoint
from genmodels.vae.model import VAE, kl_divergence, mean_elbo, reconstruction_loss
from genmodels.vae.recipe import Recipe, parser, public

STATE_KINDS = ("weights", "average", "exp_avg", "exp_avg_sq")


@dataclass(frozen=True)
class Processes:
    """This process among those that torchrun started; one alone without torchrun."""

    rank: int
    world: int
    device: torch.device

    @property
    def leads(self) -> bool:
        return self.rank == 0


def processes(device: str = "auto") -> Processes:
    """Join torchrun's group if there is one. `device` is "auto", "cpu" or "cuda"."""
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError("device must be one that this machine has; got cuda, and there is none")
    on_cuda = torch.cuda.is_available() if device == "auto" else device == "cuda"
    world = int(os.environ.get("WORLD_SIZE", "1"))
    local = int(os.environ.get("LOCAL_RANK", "0"))
    # Two processes can share one CUDA device over gloo, not over nccl.
    alone = on_cuda and torch.cuda.device_count() >= world
    place = torch.device("cuda", local if alone else 0) if on_cuda else torch.device("cpu")
    if world > 1:
        distributed.init_process_group("nccl" if alone else "gloo")
    return Processes(int(os.environ.get("RANK", "0")), world, place)


class Training:
    """The state of a run: weights, their average, Adam's moments, the epoch, the figures so far.

    Every epoch draws from generators seeded by (seed, epoch, rank) alone, so a run that resumes
    from a saved state goes on exactly as if it had never stopped.
    """

    def __init__(self, recipe: Recipe, pictures: np.ndarray, here: Processes) -> None:
        if recipe.batch % here.world:
            raise ValueError(
                f"batch must be a multiple of the {here.world} processes; got {recipe.batch}"
            )
        if not 0 < recipe.batch <= len(pictures):
            raise ValueError(
                f"batch must be at most the {len(pictures)} training pictures; got {recipe.batch}"
            )
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.here = here
        self.pictures = torch.from_numpy(np.array(pictures)).to(here.device)
        self.model = VAE().to(here.device)
        self.average = VAE().to(here.device)
        self.average.load_state_dict(self.model.state_dict())
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(),
            lr=recipe.learning_rate,
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        self.wrapped: nn.Module = (
            DistributedDataParallel(self.model) if here.world > 1 else self.model
        )
        self.epoch = 0
        self.history: list[dict[str, float]] = []

    @property
    def steps_an_epoch(self) -> int:
        return len(self.pictures) // self.recipe.batch

    def learning_rate(self, step: int) -> float:
        """Warm-up times cosine: lr * min(1, (t+1)/W) * (1 + cos(pi t / T)) / 2."""
        total = self.recipe.epochs * self.steps_an_epoch
        warm_up = max(1, self.recipe.warm_up * self.steps_an_epoch)
        cosine = 0.5 * (1.0 + math.cos(math.pi * step / total))
        return self.recipe.learning_rate * min(1.0, (step + 1) / warm_up) * cosine

    def run_epoch(self, progress: "Progress | None" = None) -> dict[str, float]:
        """One pass over the pictures in a fresh order; returns the mean training loss in nats."""
        recipe, here = self.recipe, self.here
        order = torch.from_numpy(
            np.random.default_rng([recipe.seed, self.epoch]).permutation(len(self.pictures))
        ).to(here.device)  # the same on every process
        noise = torch.Generator(here.device)
        noise.manual_seed((recipe.seed * 1_000_003 + self.epoch) * 1009 + here.rank)
        share = recipe.batch // here.world
        loss_sum = torch.zeros((), dtype=torch.float64, device=here.device)
        for i in range(self.steps_an_epoch):
            step = self.epoch * self.steps_an_epoch + i
            first = i * recipe.batch + here.rank * share
            x = self.pictures[order[first : first + share]].float() / 255.0
            loss = self.step(x, step, noise)
            loss_sum += loss
            if progress and i % 20 == 19:
                progress.show(self.epoch, i + 1, float(loss))
        if here.world > 1:
            distributed.all_reduce(loss_sum)
        self.epoch += 1
        return {"epoch": self.epoch, "train": float(loss_sum) / (self.steps_an_epoch * here.world)}

    def step(self, x: Tensor, step: int, noise: torch.Generator) -> Tensor:
        """One step of Adam on mean(BCE + KL) of pictures binarised anew, then of the average."""
        device = self.here.device
        binary = (torch.rand(x.shape, generator=noise, device=device) < x).float()
        seen = binary
        if self.recipe.input_dropout:
            drawn = torch.rand(x.shape, generator=noise, device=device)
            kept = (drawn >= self.recipe.input_dropout) / (1.0 - self.recipe.input_dropout)
            seen = binary * kept
        epsilon = torch.randn((len(x), self.model.latent), generator=noise, device=device)
        logits, mu, log_var = self.wrapped(seen, epsilon)
        loss = (reconstruction_loss(logits, binary) + kl_divergence(mu, log_var).sum(1)).mean()
        for group in self.optimiser.param_groups:
            group["lr"] = self.learning_rate(step)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        keep = min(self.recipe.average, (1 + step) / (10 + step))
        with torch.no_grad():
            for mean, value in zip(self.average.parameters(), self.model.parameters(), strict=True):
                mean.lerp_(value, 1.0 - keep)
        return loss.detach()

    # -- stop and go on ------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write the whole state, so that a break in the middle leaves the last one whole."""
        tensors: dict[str, Tensor] = {}
        adam = self.optimiser.state
        for (name, value), mean in zip(
            self.model.named_parameters(), self.average.parameters(), strict=True
        ):
            moments = adam[value]
            kinds = (value, mean, moments["exp_avg"], moments["exp_avg_sq"])
            for kind, tensor in zip(STATE_KINDS, kinds, strict=True):
                tensors[f"{kind}.{name}"] = tensor.detach().cpu().contiguous()
        about = {"recipe": asdict(self.recipe), "epoch": self.epoch, "history": self.history}
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        save_file(tensors, partial, metadata={"training": json.dumps(about)})
        partial.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a saved state. Raises ValueError if it belongs to another recipe."""
        try:
            with safe_open(path, "pt") as file:
                about = json.loads((file.metadata() or {})["training"])
                tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        except Exception as error:
            raise ValueError(f"{path} must be a saved training state; got: {error}") from error
        ours = asdict(self.recipe)
        different = [key for key in ours if about["recipe"].get(key) != ours[key]]
        if different:
            raise ValueError(
                f"{path} must belong to the same recipe; different: "
                + ", ".join(f"{k}={about['recipe'].get(k)} (asked {ours[k]})" for k in different)
            )
        self.epoch, self.history = about["epoch"], about["history"]
        steps = self.epoch * self.steps_an_epoch
        with torch.no_grad():
            for (name, value), mean in zip(
                self.model.named_parameters(), self.average.parameters(), strict=True
            ):
                value.copy_(tensors[f"weights.{name}"])
                mean.copy_(tensors[f"average.{name}"])
                self.optimiser.state[value] = {
                    "step": torch.tensor(float(steps)),
                    "exp_avg": tensors[f"exp_avg.{name}"].to(value.device),
                    "exp_avg_sq": tensors[f"exp_avg_sq.{name}"].to(value.device),
                }


class Progress:
    """A bar with rate and time left on a terminal, a line an epoch elsewhere; to stderr."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self.began = time.monotonic()
        self.first = training.epoch
        self.bar = sys.stderr.isatty()

    def show(self, epoch: int, step: int, loss: float, end: str = "") -> None:
        training = self.training
        total = training.recipe.epochs * training.steps_an_epoch
        done = epoch * training.steps_an_epoch + step
        seconds = max(time.monotonic() - self.began, 1e-9)
        rate = (done - self.first * training.steps_an_epoch) / seconds
        left = (total - done) / max(rate, 1e-9)
        if not self.bar and not end:
            return
        filled = round(24 * done / total)
        print(
            f"{chr(13) if self.bar else ''}epoch {min(epoch + 1, training.recipe.epochs)}/"
            f"{training.recipe.epochs} [{'#' * filled}{'.' * (24 - filled)}] "
            f"{rate * training.recipe.batch:,.0f} pictures/s, {int(left // 60)}:"
            f"{int(left % 60):02d} left, loss {loss:.2f}",
            end=end,
            file=sys.stderr,
            flush=True,
        )


def train(
    recipe: Recipe,
    pictures: np.ndarray,
    here: Processes,
    *,
    state: Path | None = None,
    resume: bool = False,
    metrics: Path | None = None,
    until: int | None = None,
) -> Training:
    """Run the recipe on uint8 pictures (N, 784), to its end or to the epoch `until`.

    The last `recipe.hold_out` pictures of a fixed shuffle are kept out and validated on at every
    epoch; the state is saved after every epoch.
    """
    order = np.random.default_rng(2).permutation(len(pictures))
    if recipe.limit:
        order = order[: recipe.limit]
    if recipe.hold_out >= len(order):
        raise ValueError(f"hold-out must be below the {len(order)} pictures; got {recipe.hold_out}")
    kept, held_out = order[: len(order) - recipe.hold_out], order[len(order) - recipe.hold_out :]
    training = Training(recipe, pictures[kept], here)
    if resume:
        if state is None:
            raise ValueError("state must be named to resume from it; got none")
        if state.exists():
            training.resume(state)
    validation = torch.from_numpy(pictures[held_out]).to(here.device).float() / 255.0
    progress = Progress(training) if here.leads else None
    while training.epoch < (recipe.epochs if until is None else until):
        record = training.run_epoch(progress)
        if len(validation) and here.leads:
            rng = np.random.default_rng(1)
            for name, model in (("", training.average), ("_last", training.model)):
                figures = mean_elbo(model, validation, n_samples=1, rng=rng)
                record |= {f"validation{name}_{key}": v for key, v in figures.items()}
        training.history.append(record)
        if progress:
            progress.show(training.epoch - 1, training.steps_an_epoch, record["train"], end="\n")
            if state:
                training.save(state)
            if metrics:
                write_json(metrics, training.history)
    return training


def figures(model: VAE, pictures: np.ndarray, n_samples: int) -> dict[str, Any]:
    """The figures that stand beside the weights: BCE, KL, negative ELBO over grey `pictures`."""
    model = model.cpu().eval()
    x = torch.from_numpy(pictures.astype(np.float32) / 255.0)
    return {
        "pictures": len(pictures),
        "one_sample": mean_elbo(model, x, n_samples=1, rng=np.random.default_rng(0)),
        "mean_of_samples": mean_elbo(model, x, n_samples=n_samples, rng=np.random.default_rng(1)),
        "n_samples": n_samples,
    }


def write_json(path: Path, value: object) -> None:
    """Plain JSON with a line's end; NaN is refused."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, allow_nan=False) + "\n")


def main(arguments: list[str] | None = None) -> None:
    """The command. Writes the weights, then their record with the test figures."""
    asked = parser().parse_args(arguments)
    try:
        run(asked, list(sys.argv[1:] if arguments is None else arguments))
    except ValueError as error:
        sys.exit(f"train: {error}")
    finally:
        if distributed.is_initialized():
            distributed.destroy_process_group()


def run(asked: argparse.Namespace, words: list[str]) -> None:
    torch.set_num_threads(asked.threads)
    recipe = Recipe(**{name: getattr(asked, name) for name in asdict(Recipe())})
    here = processes(asked.device)
    data = mnist.load(asked.data)
    began = time.monotonic()
    training = train(
        recipe, data.train, here, state=asked.state, resume=asked.resume, metrics=asked.metrics
    )
    if not here.leads:
        return
    command = "python -m genmodels.vae.train " + " ".join(public(words))
    if recipe.hold_out:
        write_json(
            asked.out.with_name(f"{asked.out.stem}-held-out.json"),
            {"recipe": asdict(recipe), "command": command, "history": training.history},
        )
        print(json.dumps(training.history[-1]))
        return
    model = training.average
    checkpoint.save(model, asked.out)
    sample = mnist.choose(data.test_labels, mnist.N_SHOWN, rng=np.random.default_rng(0))
    record = {
        "model": "784-400-2-400-784: ReLU, linear mu and log_var, sigmoid output, BCE + KL",
        "parameters": sum(p.numel() for p in model.parameters()),
        "recipe": {
            "optimiser": "Adam, cosine to 0 after the warm-up",
            "input": "binarised anew each time it is seen",
            "weights": "exponential moving average",
            **asdict(recipe),
        },
        "command": command,
        "training_pictures": len(training.pictures),
        "processes": here.world,
        "device": here.device.type,
        "seconds_of_last_run": round(time.monotonic() - began, 1),
        "test": figures(model, data.test, asked.samples),
        "test_shown": figures(model, data.test[sample], asked.samples),
        "unit": "nats a picture; grey values in [0, 1]; elbo is the negative ELBO, BCE + KL",
        "versions": {
            "python": sys.version.split()[0],
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "history": training.history,
    }
    write_json(asked.out.with_suffix(".json"), record)
    print(json.dumps(record["test"]))


if __name__ == "__main__":
    main()
