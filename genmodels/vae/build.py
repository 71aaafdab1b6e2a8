"""Train the family: `python -m genmodels.vae.build NAME --data DIR [--resume]`.

NAME is one of `family.NAMES`, or `all`. For every model the weights go to
assets/checkpoints/NAME.safetensors and its record (recipe, losses, test figures) beside them.

The recipe is `genmodels.vae.train`'s, shorter: pictures binarised anew each time, Adam with a
warm-up and a cosine schedule to zero, an exponential moving average of the weights kept. Test
pictures are opened once, after the last epoch. Beta 0 is trained as an autoencoder: z = mu, and
the head of log sigma^2, which nothing trains, is set to a constant.
"""

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from genmodels.datasets import mnist
from genmodels.vae import checkpoint, family
from genmodels.vae.deep import Terms, without_draw
from genmodels.vae.family import SIGMA_OFF, Spec
from genmodels.vae.members import make
from genmodels.vae.record import FOLDER
from genmodels.vae.train import STATE_KINDS, write_json

Say = Callable[[str], None]


def loss_of(spec: Spec, terms: Terms, epoch: int) -> Tensor:
    """What a step minimises, the mean over its pictures, in nats.

    mean(BCE) + w beta sum over levels of mean(KL), w rising over the first `kl_warm_up` epochs;
    the upper of two levels counts as at least `free_nats`, below which it costs nothing more.
    """
    weight = spec.beta
    if spec.kl_warm_up:
        weight *= min(1.0, (epoch + 1) / (spec.kl_warm_up + 1))
    loss = terms.reconstruction.mean()
    if spec.deterministic:
        return loss
    for level, kl in enumerate(terms.kl):
        mean = kl.mean()
        if level == 1 and spec.free_nats:
            mean = mean.clamp(min=spec.free_nats)
        loss = loss + weight * mean
    return loss


class Build:
    """The state of one run. Every epoch draws from generators seeded by (seed, epoch) alone, so a
    run that resumes goes on exactly as if it had never stopped.
    """

    def __init__(self, spec: Spec, pictures: np.ndarray, labels: np.ndarray) -> None:
        if pictures.ndim != 2 or labels.shape != (len(pictures),):
            raise ValueError(
                f"pictures and labels must have shapes (N, 784) and (N,); "
                f"got {pictures.shape} and {labels.shape}"
            )
        kept = labels != spec.without
        self.pictures = torch.from_numpy(np.array(pictures[kept]))
        self.labels = torch.from_numpy(labels[kept].astype(np.int64))
        if spec.limit:
            self.pictures, self.labels = self.pictures[: spec.limit], self.labels[: spec.limit]
        if len(self.pictures) < spec.batch:
            raise ValueError(
                f"batch must be at most the {len(self.pictures)} pictures; got {spec.batch}"
            )
        self.spec = spec
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(spec.seed)
            self.model = make(spec)
            self.average = make(spec)
        if spec.deterministic:
            head = self.model.get_submodule("encoder_log_var")
            with torch.no_grad():
                for name, value in head.named_parameters():
                    value.fill_(SIGMA_OFF if name == "bias" else 0.0)
        self.average.load_state_dict(self.model.state_dict())
        self.optimiser = torch.optim.Adam(
            self.model.parameters(), lr=spec.learning_rate, fused=True
        )
        self.epoch = 0
        self.history: list[dict[str, float]] = []

    @property
    def steps_an_epoch(self) -> int:
        return len(self.pictures) // self.spec.batch

    def learning_rate(self, step: int) -> float:
        """Warm-up times cosine: lr * min(1, (t+1)/W) * (1 + cos(pi t / T)) / 2."""
        total = self.spec.epochs * self.steps_an_epoch
        warm_up = max(1, self.spec.warm_up * self.steps_an_epoch)
        cosine = 0.5 * (1.0 + math.cos(math.pi * step / total))
        return self.spec.learning_rate * min(1.0, (step + 1) / warm_up) * cosine

    def run_epoch(self) -> dict[str, float]:
        """One pass over the pictures in a fresh order; its mean terms in nats a picture."""
        spec = self.spec
        order = torch.from_numpy(
            np.random.default_rng([spec.seed, self.epoch]).permutation(len(self.pictures))
        )
        generator = torch.Generator().manual_seed(spec.seed * 1_000_003 + self.epoch)

        def noise(rows: int, columns: int) -> Tensor:
            return torch.randn((rows, columns), generator=generator)

        draw = without_draw if spec.deterministic else noise
        sums: list[Tensor] = []
        for i in range(self.steps_an_epoch):
            step = self.epoch * self.steps_an_epoch + i
            pick = order[i * spec.batch : (i + 1) * spec.batch]
            grey = self.pictures[pick].float() / 255.0
            binary = (torch.rand(grey.shape, generator=generator) < grey).float()
            terms: Terms = self.model.terms(binary, binary, self.labels[pick], draw)  # type: ignore[operator]
            loss = loss_of(spec, terms, self.epoch)
            for group in self.optimiser.param_groups:
                group["lr"] = self.learning_rate(step)
            self.optimiser.zero_grad()
            loss.backward()
            self.optimiser.step()
            self._move_average(step)
            with torch.no_grad():
                each = (terms.reconstruction, *terms.kl)
                sums.append(torch.stack([values.mean() for values in each]))
        means = torch.stack(sums).double().mean(0).tolist()
        self.epoch += 1
        record = {"epoch": self.epoch, "bce": means[0]}
        if not spec.deterministic:
            record |= {f"kl{level or ''}": kl for level, kl in _levels(means[1:])}
        return record

    def _move_average(self, step: int) -> None:
        keep = min(self.spec.average, (1 + step) / (10 + step))
        with torch.no_grad():
            for mean, value in zip(self.average.parameters(), self.model.parameters(), strict=True):
                mean.lerp_(value, 1.0 - keep)

    # -- stop and go on ------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write the whole state, so that a break in the middle leaves the last one whole."""
        tensors: dict[str, Tensor] = {}
        for (name, value), mean in zip(
            self.model.named_parameters(), self.average.parameters(), strict=True
        ):
            moments = self.optimiser.state.get(value, {})
            none = torch.zeros_like(value)  # a head that nothing trains has no moments
            kinds = (value, mean, moments.get("exp_avg", none), moments.get("exp_avg_sq", none))
            for kind, tensor in zip(STATE_KINDS, kinds, strict=True):
                tensors[f"{kind}.{name}"] = tensor.detach().contiguous().clone()
        about = {"spec": self.spec.as_dict(), "epoch": self.epoch, "history": self.history}
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        save_file(tensors, partial, metadata={"build": json.dumps(about)})
        partial.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a saved state. Raises ValueError if it isn't one, or of another recipe."""
        try:
            with safe_open(path, "pt") as file:
                about = json.loads((file.metadata() or {})["build"])
                tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        except Exception as error:
            raise ValueError(f"{path} must be a saved training state; got: {error}") from error
        ours = self.spec.as_dict()
        different = [key for key in ours if about["spec"].get(key) != ours[key]]
        if different:
            raise ValueError(
                f"{path} must belong to the same recipe; different: "
                + ", ".join(f"{k}={about['spec'].get(k)} (asked {ours[k]})" for k in different)
            )
        self.epoch, self.history = about["epoch"], about["history"]
        steps = float(self.epoch * self.steps_an_epoch)
        with torch.no_grad():
            for (name, value), mean in zip(
                self.model.named_parameters(), self.average.parameters(), strict=True
            ):
                value.copy_(tensors[f"weights.{name}"])
                mean.copy_(tensors[f"average.{name}"])
                if self.spec.deterministic and name.startswith("encoder_log_var"):
                    continue
                self.optimiser.state[value] = {
                    "step": torch.tensor(steps),
                    "exp_avg": tensors[f"exp_avg.{name}"],
                    "exp_avg_sq": tensors[f"exp_avg_sq.{name}"],
                }


def _levels(kls: list[float]) -> list[tuple[int, float]]:
    """One level is plain "kl", two are "kl1" and "kl2"."""
    return [(0, kls[0])] if len(kls) == 1 else list(enumerate(kls, start=1))


def run(
    build: Build, *, state: Path | None = None, until: int | None = None, say: Say = lambda _: None
) -> Build:
    """Train to the end or to the epoch `until`; the state is saved after every epoch."""
    began, first = time.monotonic(), build.epoch
    last = build.spec.epochs if until is None else min(until, build.spec.epochs)
    while build.epoch < last:
        build.history.append(build.run_epoch())
        if state:
            build.save(state)
        seconds = time.monotonic() - began
        done = (build.epoch - first) * build.steps_an_epoch * build.spec.batch
        left = seconds / (build.epoch - first) * (build.spec.epochs - build.epoch)
        terms = ", ".join(f"{k} {v:.2f}" for k, v in build.history[-1].items() if k != "epoch")
        say(
            f"epoch {build.epoch}/{build.spec.epochs}: {terms}; {done / seconds:,.0f} pictures/s, "
            f"{int(left // 60)}:{int(left % 60):02d} left"
        )
    return build


def build_one(
    name: str, data: mnist.Mnist, *, out: Path, state: Path, resume: bool, say: Say
) -> dict[str, Any]:
    """Train, save and measure one model; returns its record."""
    from genmodels.vae import measures

    spec = family.spec(name)
    build = Build(spec, data.train, data.train_labels)
    if resume and state.exists():
        build.resume(state)
    began = time.monotonic()
    run(build, state=state, say=say)
    model = build.average.eval().requires_grad_(False)
    full = measures.figures_of(spec, model, data.test, data.test_labels)
    halved = make(spec).eval().requires_grad_(False)
    halved.load_state_dict({k: v.half().float() for k, v in model.state_dict().items()})
    figures = measures.figures_of(spec, halved, data.test, data.test_labels)
    headline = "bce" if spec.deterministic else "elbo"
    lost = abs(figures[headline] - full[headline])
    half = lost < measures.HALF_TOLERANCE
    checkpoint.save(model, out, torch.float16 if half else torch.float32)
    record = {
        "model": spec.layers,
        "parameters": sum(p.numel() for p in model.parameters()),
        "recipe": {
            "optimiser": "Adam, cosine to 0 after the warm-up",
            "input": "binarised anew each time it is seen",
            "weights": "exponential moving average",
            **spec.as_dict(),
        },
        "command": f"python -m genmodels.vae.build {name} --data DIR",
        "training_pictures": len(build.pictures),
        "seconds_of_last_run": round(time.monotonic() - began, 1),
        "stored": "float16" if half else "float32",
        "lost_by_float16": lost,
        "test": figures if half else full,
        "extra": measures.extra_figures(
            spec, halved if half else model, data.test, data.test_labels
        ),
        "unit": "nats a picture; elbo is the negative ELBO, BCE + KL",
        "versions": {
            "python": sys.version.split()[0],
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "history": build.history,
    }
    write_json(out.with_suffix(".json"), record)
    return record


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m genmodels.vae.build",
        description="Train members of the VAE's family on MNIST: " + ", ".join(family.NAMES) + ".",
    )
    parser.add_argument("name", nargs="+", help="names, or `all`")
    parser.add_argument(
        "--data",
        default=os.environ.get("GENMODELS_DATA"),
        help="a folder with MNIST's four idx files, `npm` or `openml` (default: $GENMODELS_DATA)",
    )
    parser.add_argument("--out", type=Path, default=FOLDER, help="default: %(default)s")
    parser.add_argument(
        "--state", type=Path, default=Path("build"), help="training states (default: %(default)s)"
    )
    parser.add_argument("--resume", action="store_true", help="go on from a saved state, exactly")
    asked = parser.parse_args(arguments)
    torch.set_num_threads(1)

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    try:
        if not asked.data:
            raise ValueError("--data must name a folder with MNIST's files, npm or openml")
        names = list(family.NAMES) if asked.name == ["all"] else asked.name
        for name in names:
            family.spec(name)
        data = mnist.load(asked.data)
        for name in names:
            say(f"-- {name}: {family.spec(name).layers}")
            record = build_one(
                name,
                data,
                out=asked.out / f"{name}.safetensors",
                state=asked.state / f"{name}.state.safetensors",
                resume=asked.resume,
                say=say,
            )
            say(f"{name}: {json.dumps(record['test'])} {json.dumps(record['extra'])[:2000]}")
    except ValueError as error:
        sys.exit(f"build: {error}")


if __name__ == "__main__":
    main()
