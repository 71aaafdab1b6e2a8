"""Train the GANs, and judge their samples: `python -m genmodels.vae.gan_train all --data DIR`.

One recipe for all six: Adam (beta_1 = 0.5) for both, one step each a batch, the last weights
kept. A run that collapses is kept as it is. `figures` draws 10,000 samples of every GAN and VAE
and writes sharpness, coverage and Fréchet distance to assets/data/gan_figures.json.
"""

import argparse
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from genmodels.datasets import mnist
from genmodels.vae import NAMES as VAES
from genmodels.vae import checkpoint, frechet, loop
from genmodels.vae import classifier as judge
from genmodels.vae.gan import LATENT, NAMES, PLANE, SEEDS, Discriminator, Generator, load
from genmodels.vae.gan_record import EVERY, FIGURES_FILE, SHEET, TRAINING_FILE
from genmodels.vae.record import FOLDER
from genmodels.vae.train import write_json

MOMENTS = (0, 25, 50, 100, 200, 300, 450, 600, 900, 1200, 1500, 1800, 2100, 2400, 3000, 3600)
COUNTED = 1000
SAMPLES = 10_000
COMPARED = ("mnist-2d", "mnist-16")
"""The VAEs whose samples stand beside the GANs'."""


@dataclass(frozen=True)
class Recipe:
    """What decides a run beside the data."""

    latent: int
    seed: int
    epochs: int
    batch: int = 64
    learning_rate: float = 4e-4
    beta_1: float = 0.5
    limit: int = 0


def recipe_of(name: str, epochs: int | None = None, limit: int = 0) -> Recipe:
    """The recipe of the GAN `name`."""
    if name not in LATENT:
        raise ValueError(f"GAN must be one of {', '.join(NAMES)}; got {name!r}")
    usual, seed = (3, 0) if name == PLANE else (1, SEEDS.index(name))
    return Recipe(LATENT[name], seed, epochs or usual, limit=limit)


class Trace(nn.Module):
    """What is seen of a training: kept with the state, so that resuming loses none of it."""

    def __init__(self, moments: int, losses: int, latent: int, seed: int) -> None:
        super().__init__()
        z = torch.randn(SHEET, latent, generator=loop.generator(seed, 99))
        for name, value in (
            ("z", z),
            ("sheets", torch.zeros(moments, SHEET, 784, dtype=torch.uint8)),
            ("histograms", torch.zeros(moments, 10, dtype=torch.int64)),
            ("losses", torch.zeros(losses, 2)),
        ):
            self.register_buffer(name, value)

    def look(self, place: int, g: Generator, classifier: judge.DigitClassifier) -> None:
        """Sheet and histogram of G as it is, batch norm by its running statistics."""
        g.eval()
        with torch.no_grad():
            sheet = g(self.get_buffer("z")) * 255.0
        self.get_buffer("sheets")[place] = sheet.round().to(torch.uint8)
        x = g.sample(COUNTED, rng=np.random.default_rng(0))
        counts = frechet.histogram(classifier.probabilities(x))
        self.get_buffer("histograms")[place] = torch.from_numpy(counts)
        g.train()


def make_job(
    name: str, recipe: Recipe, pictures: np.ndarray, classifier: judge.DigitClassifier
) -> loop.Job:
    """The job that trains a GAN on uint8 pictures (N, 784)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        g, d = Generator(recipe.latent), Discriminator()
    g_steps = torch.optim.Adam(
        g.parameters(), lr=recipe.learning_rate, betas=(recipe.beta_1, 0.999), fused=True
    )
    d_steps = torch.optim.Adam(
        d.parameters(), lr=recipe.learning_rate, betas=(recipe.beta_1, 0.999), fused=True
    )
    x_all = torch.from_numpy(np.array(pictures))
    steps = len(x_all) // recipe.batch
    total = steps * recipe.epochs
    moments = moments_of(total)
    trace = Trace(len(moments), total // EVERY, recipe.latent, recipe.seed)

    def run_epoch(epoch: int) -> dict[str, float]:
        draw = loop.generator(recipe.seed, epoch)
        order = torch.randperm(len(x_all), generator=draw)
        seen = torch.zeros(steps, 2)
        losses = trace.get_buffer("losses")
        for i in range(steps):
            step = epoch * steps + i
            if step in moments:
                trace.look(moments.index(step), g, classifier)
            real = x_all[order[i * recipe.batch : (i + 1) * recipe.batch]].float() / 255.0
            fake = g(torch.randn(len(real), recipe.latent, generator=draw))
            d_loss = softplus(-d(real)).mean() + softplus(d(fake.detach())).mean()
            _step(d_steps, d_loss)
            g_loss = softplus(-d(fake)).mean()
            _step(g_steps, g_loss)
            seen[i] = torch.stack([d_loss.detach(), g_loss.detach()])
            place = step // EVERY
            if place < len(losses):
                losses[place] += seen[i] / EVERY
        if epoch + 1 == recipe.epochs:
            trace.look(len(moments) - 1, g, classifier)
        means: Tensor = seen.mean(0)
        return {"d_loss": float(means[0]), "g_loss": float(means[1])}

    g.train()
    return loop.Job(
        name,
        asdict(recipe),
        recipe.epochs,
        len(x_all),
        {"g": g, "d": d, "trace": trace},
        {"g_steps": g_steps, "d_steps": d_steps},
        run_epoch,
    )


def moments_of(total: int) -> tuple[int, ...]:
    """The steps at which a run of `total` steps is looked at, its end last."""
    return (*(step for step in MOMENTS if step < total), total)


def _step(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def judged(x: np.ndarray, classifier: judge.DigitClassifier, real: np.ndarray) -> dict[str, Any]:
    """Sharpness, coverage and Fréchet distance of pictures x (N, 784) in [0, 1].

    `real` holds the features of the test digits, (10000, 64).
    """
    p = classifier.probabilities(x)
    counts = frechet.histogram(p)
    values = frechet.sharpness(x)
    return {
        "pictures": len(x),
        "sharpness": float(values.mean()),
        "sharpness_sd": float(values.std()),
        "histogram": counts.tolist(),
        "digits_found": int((counts >= 0.01 * len(x)).sum()),
        "entropy": frechet.entropy(counts),
        "sure": float((p.max(1) >= 0.9).mean()),
        "frechet": frechet.distance(classifier.features(x), real),
    }


def sampled(name: str, n: int, *, rng: np.random.Generator) -> np.ndarray:
    """n samples (n, 784) of a GAN or a VAE: z ~ N(0, I), the decoder's mean picture."""
    if name in LATENT:
        return load(name).sample(n, rng=rng)
    model = checkpoint.load(name)
    z = torch.from_numpy(rng.standard_normal((n, model.latent)).astype(np.float32))
    with torch.no_grad():
        return np.asarray(model.decode(z).numpy(), np.float64)


def write_figures(data: mnist.Mnist, path: Path = FIGURES_FILE) -> dict[str, Any]:
    """Draw, judge and write: real test digits, real training digits, VAEs and GANs that exist."""
    classifier = judge.load()
    test = data.test / 255.0
    real = classifier.features(test)
    models: dict[str, Any] = {"real": judged(test, classifier, real) | {"kind": "test digits"}}
    first = data.train[:SAMPLES] / 255.0
    models["real-train"] = judged(first, classifier, real) | {"kind": "training digits"}
    for name in (*COMPARED, *NAMES):
        if (name in NAMES or name in VAES) and (FOLDER / f"{name}.safetensors").exists():
            x = sampled(name, SAMPLES, rng=np.random.default_rng(0))
            kind = "GAN" if name in NAMES else "VAE"
            models[name] = judged(x, classifier, real) | {"kind": kind}
            loop.say(f"{name}: {models[name]}")
    found = {
        "samples": SAMPLES,
        "says": {
            "sharpness": "variance of the Laplacian, mean over pictures",
            "digits_found": "digits that the classifier finds in at least 1 % of the samples",
            "entropy": "of the histogram of digits, nats; log 10 = 2.303 at most",
            "sure": "share of pictures that the classifier gives one digit at least 0.9",
            "frechet": "squared distance in the classifier's 64 features to the 10,000 test digits",
            "VAE": "the decoder's mean picture of z ~ N(0, I)",
        },
        "models": models,
    }
    write_json(path, found)
    return found


def write_training(name: str, trace: Trace, steps: int, path: Path = TRAINING_FILE) -> None:
    """Put a run's sheets, histograms and losses into the file, beside the others'."""
    held: dict[str, np.ndarray] = {}
    if path.exists():
        with np.load(path, allow_pickle=False) as file:
            held = {key: file[key] for key in file.files if not key.startswith(f"{name}/")}
    held[f"{name}/steps"] = np.array(moments_of(steps), np.int32)
    held[f"{name}/sheets"] = trace.get_buffer("sheets").numpy()
    held[f"{name}/histograms"] = trace.get_buffer("histograms").numpy().astype(np.int32)
    held[f"{name}/losses"] = trace.get_buffer("losses").numpy().astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **held)  # type: ignore[arg-type]


def run(name: str, data: mnist.Mnist, asked: argparse.Namespace) -> None:
    """Train one GAN; write its weights, its record and what was seen of its training."""
    n = asked.limit or len(data.train)
    recipe = recipe_of(name, asked.epochs, asked.limit)
    state = asked.state.with_name(f"{name}.state.safetensors")
    job = make_job(name, recipe, data.train[:n], judge.load())
    loop.train(job, state, resume=asked.resume)
    folder: Path = asked.out.parent
    checkpoint.save(job.modules["g"], folder / f"{name}.safetensors", torch.float16)
    if name == PLANE:
        path = folder / f"{name}-discriminator.safetensors"
        checkpoint.save(job.modules["d"], path, torch.float16)
    trace = job.modules["trace"]
    assert isinstance(trace, Trace)
    write_training(name, trace, recipe.epochs * (n // recipe.batch), asked.training)
    record = {
        "model": f"G: {recipe.latent} - 128 - 32x7x7 - 16x14x14 - 28x28; D: back to one logit",
        "parameters": sum(p.numel() for p in job.modules["g"].parameters()),
        "discriminator_parameters": sum(p.numel() for p in job.modules["d"].parameters()),
        "recipe": dict(job.recipe),
        "command": f"python -m genmodels.vae.gan_train {name} --data DIR",
        "training_pictures": n,
        "seconds": round(job.seconds, 1),
        "histogram_at_end": trace.get_buffer("histograms")[-1].tolist(),
        "test": "no likelihood; see assets/data/gan_figures.json",
        "history": job.history,
    }
    write_json(folder / f"{name}.json", record)


def main(words: list[str] | None = None) -> None:
    """The command."""
    parser, checked = loop.arguments(
        "genmodels.vae.gan_train", "Train GANs and judge samples.", PLANE, "MNIST's folder"
    )
    parser.add_argument("names", nargs="+", choices=("all", "figures", *NAMES))
    parser.add_argument("--training", type=Path, default=TRAINING_FILE)
    asked = checked(parser.parse_args(words))
    torch.set_num_threads(1)
    try:
        data = mnist.load(loop.mnist_folder(asked.data))
        everything = "all" in asked.names
        for name in NAMES:
            if everything or name in asked.names:
                run(name, data, asked)
        if everything or "figures" in asked.names:
            write_figures(data)
    except ValueError as error:
        sys.exit(f"gan_train: {error}")


if __name__ == "__main__":
    main()
