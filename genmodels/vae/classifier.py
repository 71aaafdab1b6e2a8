"""A small convolutional classifier of digits: the judge of what generators make.

28 x 28 - conv 16 (3 x 3), pool - conv 32 (3 x 3), pool - 64 ReLU features - 10 classes.

Its features take the place that Inception's have in Heusel et al. (2017): a Fréchet distance in
them compares digits as a reader of digits sees them. Train: `python -m genmodels.vae.classifier`.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, max_pool2d, relu

from genmodels.datasets import mnist
from genmodels.vae import checkpoint, loop
from genmodels.vae.checkpoint import fill
from genmodels.vae.record import FOLDER
from genmodels.vae.stored import numpy, rows
from genmodels.vae.train import write_json

NAME = "digit-classifier"
FEATURES = 64


class DigitClassifier(nn.Module):
    """p(label | x) of pictures (N, 784) in [0, 1]."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 16, 3, padding=1)
        self.second = nn.Conv2d(16, 32, 3, padding=1)
        self.hidden = nn.Linear(32 * 49, FEATURES)
        self.scores = nn.Linear(FEATURES, 10)

    def penultimate(self, x: Tensor) -> Tensor:
        """The 64 features after their ReLU, (N, 64)."""
        h = max_pool2d(relu(self.first(x.reshape(-1, 1, 28, 28))), 2)
        h = max_pool2d(relu(self.second(h)), 2)
        return relu(self.hidden(h.flatten(1)))

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, 10)."""
        logits: Tensor = self.scores(self.penultimate(x))
        return logits

    def features(self, x: np.ndarray, batch: int = 1000) -> np.ndarray:
        """The penultimate layer of pictures (N, 784) in [0, 1]: (N, 64), at least 0."""
        with torch.no_grad():
            return np.concatenate(
                [numpy(self.penultimate(part)) for part in rows("x", x, 784).split(batch)]
            )

    def probabilities(self, x: np.ndarray, batch: int = 1000) -> np.ndarray:
        """p(label | x) of pictures (N, 784) in [0, 1]: (N, 10), rows sum to 1."""
        with torch.no_grad():
            parts = rows("x", x, 784).split(batch)
            return np.concatenate([numpy(self(part).double().softmax(1)) for part in parts])


def load(folder: Path = FOLDER) -> DigitClassifier:
    """The trained classifier. Raises ValueError naming the file that is missing or corrupt."""
    with torch.random.fork_rng(devices=[]):
        return fill(DigitClassifier(), folder / f"{NAME}.safetensors")


@lru_cache(maxsize=1)
def shared() -> DigitClassifier:
    """`load()`, once a process."""
    return load()


# -- training ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recipe:
    """Adam with a warm-up and a cosine to 0; pictures moved by up to `shift` pixels, anew."""

    epochs: int = 8
    batch: int = 100
    learning_rate: float = 2e-3
    shift: int = 2
    seed: int = 0
    limit: int = 0


def moved(x: Tensor, shift: int, draw: torch.Generator) -> Tensor:
    """Pictures (N, 784), each moved by whole pixels drawn from -shift .. shift both ways."""
    n = len(x)
    padded = torch.nn.functional.pad(x.reshape(n, 28, 28), (shift,) * 4)
    down, right = (torch.randint(0, 2 * shift + 1, (n, 1, 1), generator=draw) for _ in range(2))
    line = torch.arange(28)
    picked = padded[torch.arange(n)[:, None, None], line[None, :, None] + down, line + right]
    return picked.reshape(n, 784)


def make_job(recipe: Recipe, pictures: np.ndarray, labels: np.ndarray) -> loop.Job:
    """The job that trains on uint8 pictures (N, 784) and their labels."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        model = DigitClassifier()
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate, fused=True)
    steps = len(pictures) // recipe.batch
    x_all, y_all = torch.from_numpy(np.array(pictures)), torch.from_numpy(labels.astype(np.int64))

    def run_epoch(epoch: int) -> dict[str, float]:
        draw = loop.generator(recipe.seed, epoch)
        order = torch.randperm(len(x_all), generator=draw)
        total = torch.zeros(())
        for i in range(steps):
            pick = order[i * recipe.batch : (i + 1) * recipe.batch]
            x = moved(x_all[pick].float() / 255.0, recipe.shift, draw)
            loss = cross_entropy(model(x), y_all[pick])
            rate = loop.cosine(
                recipe.learning_rate, epoch * steps + i, recipe.epochs * steps, steps // 2
            )
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.detach()
        return {"cross_entropy": float(total) / steps}

    return loop.Job(
        NAME,
        asdict(recipe),
        recipe.epochs,
        len(x_all),
        {"model": model},
        {"a": optimiser},
        run_epoch,
    )


def figures(model: DigitClassifier, pictures: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """Accuracy and cross-entropy in nats on uint8 pictures."""
    p = model.probabilities(pictures / 255.0)
    own = p[np.arange(len(p)), labels]
    return {
        "pictures": len(p),
        "accuracy": float((p.argmax(1) == labels).mean()),
        "cross_entropy": float(-np.log(np.maximum(own, 1e-300)).mean()),
    }


def main(words: list[str] | None = None) -> None:
    """The command: writes the weights (float16) and their record with the test figures."""
    parser, checked = loop.arguments(
        "genmodels.vae.classifier", "Train the digit classifier.", NAME, "MNIST's folder"
    )
    asked = checked(parser.parse_args(words))
    torch.set_num_threads(1)
    data = mnist.load(loop.mnist_folder(asked.data))
    recipe = Recipe(asked.epochs or Recipe.epochs, seed=asked.seed, limit=asked.limit)
    n = asked.limit or len(data.train)
    job = make_job(recipe, data.train[:n], data.train_labels[:n])
    loop.train(job, asked.state, resume=asked.resume)
    checkpoint.save(job.modules["model"], asked.out, torch.float16)
    test = figures(fill(DigitClassifier(), asked.out), data.test, data.test_labels)
    write_json(
        asked.out.with_suffix(".json"),
        {
            "model": "conv 16, pool, conv 32, pool, 64 ReLU features, 10 classes",
            "parameters": sum(p.numel() for p in job.modules["model"].parameters()),
            "recipe": dict(job.recipe),
            "command": f"python -m genmodels.vae.classifier --data DIR --seed {asked.seed}",
            "training_pictures": n,
            "seconds": round(job.seconds, 1),
            "test": test,
            "history": job.history,
        },
    )
    loop.say(f"test: {test}")


if __name__ == "__main__":
    main()
