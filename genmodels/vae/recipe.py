"""What decides a training run: its numbers, checked, and the command line that sets them."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from genmodels.vae.record import FOLDER


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the result, beside the data. `batch` counts all processes."""

    epochs: int = 300
    batch: int = 128
    learning_rate: float = 2e-3
    warm_up: int = 2
    average: float = 0.995
    weight_decay: float = 0.0
    input_dropout: float = 0.2
    seed: int = 0
    hold_out: int = 0
    limit: int = 0

    def __post_init__(self) -> None:
        checks = [
            ("epochs", self.epochs, self.epochs >= 1, "at least 1"),
            ("batch", self.batch, self.batch >= 1, "at least 1"),
            ("learning-rate", self.learning_rate, self.learning_rate > 0, "above 0"),
            ("warm-up", self.warm_up, self.warm_up >= 0, "at least 0"),
            ("average", self.average, 0 <= self.average < 1, "in [0, 1)"),
            ("weight-decay", self.weight_decay, self.weight_decay >= 0, "at least 0"),
            ("input-dropout", self.input_dropout, 0 <= self.input_dropout < 1, "in [0, 1)"),
            ("hold-out", self.hold_out, self.hold_out >= 0, "at least 0"),
            ("limit", self.limit, self.limit >= 0, "at least 0"),
        ]
        for name, value, good, expected in checks:
            if not good:
                raise ValueError(f"{name} must be {expected}; got {value}")


def parser() -> argparse.ArgumentParser:
    defaults = Recipe()
    made = argparse.ArgumentParser(
        prog="python -m genmodels.vae.train",
        description=(
            "Train the plain VAE 784-400-2-400-784 on MNIST. On several processes: "
            "torchrun --standalone --nproc_per_node 2 -m genmodels.vae.train ..."
        ),
    )
    add = made.add_argument
    add(
        "--data",
        required=True,
        help="a folder with MNIST's four idx files (.gz or plain), or `npm`, or `openml`",
    )
    add(
        "--out",
        type=Path,
        default=FOLDER / "mnist-2d.safetensors",
        help="the weights; the record goes beside them as .json (default: %(default)s)",
    )
    add(
        "--state",
        type=Path,
        default=Path("build/mnist-2d.state.safetensors"),
        help="saved after every epoch, to resume from (default: %(default)s)",
    )
    add("--resume", action="store_true", help="go on from --state, exactly")
    add("--metrics", type=Path, help="the figures of every epoch as JSON, kept up to date")
    add(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="auto",
        help="default: CUDA if there is one",
    )
    add("--threads", type=int, default=1, help="Torch's threads a process (default: %(default)s)")
    add(
        "--samples",
        type=int,
        default=5,
        help="draws of z for the low-variance test figure (default: %(default)s)",
    )
    add("--seed", type=int, default=defaults.seed)
    add("--epochs", type=int, default=defaults.epochs, help="default: %(default)s")
    add("--batch", type=int, default=defaults.batch, help="in all processes (default: %(default)s)")
    add("--learning-rate", type=float, default=defaults.learning_rate, help="default: %(default)s")
    add("--warm-up", type=int, default=defaults.warm_up, help="epochs (default: %(default)s)")
    add(
        "--average",
        type=float,
        default=defaults.average,
        help="what the moving average keeps at a step (default: %(default)s)",
    )
    add("--weight-decay", type=float, default=defaults.weight_decay, help="default: %(default)s")
    add(
        "--input-dropout",
        type=float,
        default=defaults.input_dropout,
        help="share of the encoder's input pixels set to 0 (default: %(default)s)",
    )
    add(
        "--hold-out",
        type=int,
        default=defaults.hold_out,
        help="training pictures to validate on instead of learning them; with any, test pictures "
        "stay unopened and no weights are written, only OUT-held-out.json (default: %(default)s)",
    )
    add("--limit", type=int, default=defaults.limit, help="use only so many training pictures")
    return made


def public(words: list[str]) -> list[str]:
    """The command's words without this machine's folders."""
    names = {"--data": "DIR", "--state": "FILE", "--metrics": "FILE", "--out": "FILE"}
    shown = list(words)
    for i, word in enumerate(shown[:-1]):
        if word in names and "/" in shown[i + 1]:
            shown[i + 1] = names[word]
    return shown
