"""Train the VQ-VAE, then the prior over its codes: `python -m genmodels.vae.vq_train --data DIR`.

The codebook follows exponential moving averages of the vectors that chose each code (van den
Oord et al. 2017, appendix A.1); a code whose average count falls below `dead_below` is put onto a
random vector of the batch. Gradients pass the choice straight through; the encoder pays
`commitment` times its squared distance to its code.
"""

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss

from genmodels.datasets import mnist
from genmodels.vae import checkpoint, loop
from genmodels.vae.checkpoint import fill
from genmodels.vae.record import FOLDER, describe
from genmodels.vae.train import write_json
from genmodels.vae.vq import NAME, NO_LABEL, PLACES, PRIOR_NAME, VQVAE, CodePrior, perplexity


@dataclass(frozen=True)
class Recipe:
    """The VQ-VAE's: grey pictures, summed BCE a picture + commitment, Adam, cosine to 0."""

    epochs: int = 10
    batch: int = 100
    learning_rate: float = 2e-3
    commitment: float = 10.0
    decay: float = 0.99
    dead_below: float = 0.5
    seed: int = 0
    limit: int = 0


@dataclass(frozen=True)
class PriorRecipe:
    """The prior's: cross-entropy of the codes; the label is hidden in `hide` of the pictures."""

    epochs: int = 4
    batch: int = 100
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    hide: float = 0.3
    seed: int = 0
    limit: int = 0


class Averages(nn.Module):
    """The codebook's moving averages: how often each code was chosen, and the sum of choosers."""

    counts: Tensor
    sums: Tensor

    def __init__(self, codebook: Tensor) -> None:
        super().__init__()
        self.register_buffer("counts", torch.ones(len(codebook)))
        self.register_buffer("sums", codebook.clone())


def make_job(recipe: Recipe, pictures: np.ndarray) -> loop.Job:
    """The job that trains a VQ-VAE on uint8 pictures (N, 784)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        model = VQVAE()
    averages = Averages(model.codebook_vectors)
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate, fused=True)
    x_all = torch.from_numpy(np.array(pictures))
    steps = len(x_all) // recipe.batch

    def move_codebook(vectors: Tensor, codes: Tensor, draw: torch.Generator) -> int:
        flat, chosen = vectors.reshape(-1, model.dimensions), codes.reshape(-1)
        counts = torch.bincount(chosen, minlength=model.k).float()
        sums = torch.zeros_like(averages.sums).index_add_(0, chosen, flat)
        averages.counts.lerp_(counts, 1.0 - recipe.decay)
        averages.sums.lerp_(sums, 1.0 - recipe.decay)
        dead = (averages.counts < recipe.dead_below).nonzero()[:, 0]
        if len(dead):
            picked = torch.randint(len(flat), (len(dead),), generator=draw)
            averages.sums[dead] = flat[picked]
            averages.counts[dead] = 1.0
        model.codebook_vectors.copy_(averages.sums / averages.counts[:, None])
        return len(dead)

    def run_epoch(epoch: int) -> dict[str, float]:
        draw = loop.generator(recipe.seed, epoch)
        order = torch.randperm(len(x_all), generator=draw)
        sums = torch.zeros(2)
        used, revived = torch.zeros(model.k), 0
        for i in range(steps):
            x = x_all[order[i * recipe.batch : (i + 1) * recipe.batch]].float() / 255.0
            vectors = model.vectors(x)
            if epoch == 0 and i == 0:  # begin on the data, so that no code starts out of reach
                flat = vectors.detach().reshape(-1, model.dimensions)
                start = flat[torch.randperm(len(flat), generator=draw)[: model.k]]
                model.codebook_vectors.copy_(start)
                averages.sums.copy_(start)
            codes = model.nearest(vectors.detach())
            quantised = model.codebook_vectors[codes]
            through = vectors + (quantised - vectors).detach()
            bce = binary_cross_entropy_with_logits(model.logits(through), x, reduction="sum")
            bce = bce / len(x)
            loss = bce + recipe.commitment * PLACES * mse_loss(vectors, quantised)
            rate = loop.cosine(
                recipe.learning_rate, epoch * steps + i, recipe.epochs * steps, steps // 2
            )
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            with torch.no_grad():
                revived += move_codebook(vectors.detach(), codes, draw)
                sums += torch.stack([bce.detach(), loss.detach()])
                used += torch.bincount(codes.reshape(-1), minlength=model.k)
        p = (used / used.sum()).double()
        return {
            "bce": float(sums[0]) / steps,
            "loss": float(sums[1]) / steps,
            "perplexity": float(torch.exp(-torch.xlogy(p, p).sum())),
            "codes_revived": float(revived),
        }

    return loop.Job(
        NAME,
        asdict(recipe),
        recipe.epochs,
        len(x_all),
        {"model": model, "averages": averages},
        {"a": optimiser},
        run_epoch,
    )


def prior_job(recipe: PriorRecipe, codes: np.ndarray, labels: np.ndarray, k: int) -> loop.Job:
    """The job that trains the prior on codes (N, 7, 7) and labels (N,)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        model = CodePrior(k)
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
    )
    c_all = torch.from_numpy(codes.reshape(-1, PLACES).astype(np.int64))
    y_all = torch.from_numpy(labels.astype(np.int64))
    steps = len(c_all) // recipe.batch

    def run_epoch(epoch: int) -> dict[str, float]:
        draw = loop.generator(recipe.seed, epoch, 7)
        order = torch.randperm(len(c_all), generator=draw)
        total = torch.zeros(())
        for i in range(steps):
            pick = order[i * recipe.batch : (i + 1) * recipe.batch]
            hidden = torch.rand(len(pick), generator=draw) < recipe.hide
            label = torch.where(hidden, NO_LABEL, y_all[pick])
            c = c_all[pick]
            loss = cross_entropy(model.logits(c[:, :-1], label).transpose(1, 2), c)
            rate = loop.cosine(
                recipe.learning_rate, epoch * steps + i, recipe.epochs * steps, steps // 2
            )
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.detach() * PLACES
        return {"nats": float(total) / steps}

    return loop.Job(
        PRIOR_NAME,
        asdict(recipe),
        recipe.epochs,
        len(c_all),
        {"model": model},
        {"a": optimiser},
        run_epoch,
    )


def figures(model: VQVAE, pictures: np.ndarray) -> dict[str, Any]:
    """Reconstruction of uint8 test pictures, and how the codes are used.

    `bce_least` is what a perfect copy would cost, since grey pixels cost even then.
    """
    x = pictures / 255.0
    codes = model.encode_codes(x)
    y = np.clip(model.decode_codes(codes), 1e-12, 1 - 1e-12)
    bce = -(x * np.log(y) + (1 - x) * np.log1p(-y)).sum(1)
    used = np.bincount(codes.ravel(), minlength=model.k)
    grey = np.clip(x, 1e-12, 1 - 1e-12)
    floor = -(x * np.log(grey) + (1 - x) * np.log1p(-grey)).sum(1)
    return {
        "pictures": len(x),
        "bce": float(bce.mean()),
        "bce_least": float(floor.mean()),
        "mse_sum": float(((x - y) ** 2).sum(1).mean()),
        "mse_pixel": float(((x - y) ** 2).mean()),
        "perplexity": perplexity(codes, model.k),
        "codes_used": int((used > 0).sum()),
        "bits_at_most": PLACES * math.log2(model.k),
        "code_counts": used.tolist(),
    }


def prior_figures(
    prior: CodePrior, train: np.ndarray, test: np.ndarray, labels: np.ndarray, bce: float
) -> dict[str, Any]:
    """Nats a picture of the test codes under the prior, beside models that know less.

    `uniform` is 49 log K; `unigram` knows how often each code occurs in training; `by_place` how
    often at each of the 49 places (one is added to each count in both).
    """
    flat, seen = test.reshape(-1, PLACES), train.reshape(-1, PLACES)
    one = np.log((np.bincount(seen.ravel(), minlength=prior.k) + 1) / (seen.size + prior.k))
    places = np.stack([np.bincount(seen[:, t], minlength=prior.k) + 1 for t in range(PLACES)])
    table = np.log(places / places.sum(1, keepdims=True))
    nats = float(prior.nats(test).mean())
    return {
        "pictures": len(test),
        "nats": nats,
        "nats_given_label": float(prior.nats(test, labels).mean()),
        "bits": nats / math.log(2),
        "uniform_nats": PLACES * math.log(prior.k),
        "unigram_nats": float(-one[flat].sum(1).mean()),
        "by_place_nats": float(-table[np.arange(PLACES), flat].sum(1).mean()),
        "bound": bce + nats,
        "bound_says": "-log p(x) is at most BCE + the prior's nats, comparable with -ELBO",
    }


def main(words: list[str] | None = None) -> None:
    """The command: both models (float16) and their records with test figures."""
    parser, checked = loop.arguments(
        "genmodels.vae.vq_train", "Train the VQ-VAE and its prior.", NAME, "MNIST's folder"
    )
    parser.add_argument("--prior-out", type=Path, default=FOLDER / f"{PRIOR_NAME}.safetensors")
    parser.add_argument("--prior-epochs", type=int, default=PriorRecipe.epochs)
    parser.add_argument("--prior-only", action="store_true", help="take the VQ-VAE from --out")
    asked = checked(parser.parse_args(words))
    torch.set_num_threads(1)
    data = mnist.load(loop.mnist_folder(asked.data))
    n = asked.limit or len(data.train)
    command = f"python -m genmodels.vae.vq_train --data DIR --seed {asked.seed}"
    if not asked.prior_only:
        recipe = Recipe(epochs=asked.epochs or Recipe.epochs, seed=asked.seed, limit=asked.limit)
        job = make_job(recipe, data.train[:n])
        loop.train(job, asked.state, resume=asked.resume)
        checkpoint.save(job.modules["model"], asked.out, torch.float16)
    model = fill(VQVAE(), asked.out)  # as it ships: the codes of the stored weights
    found = figures(model, data.test)
    if not asked.prior_only:
        record = {
            "model": "28x28 - conv 24 - conv 48 - conv 48 - 7x7x16, 64 codes, and back; BCE",
            "parameters": sum(p.numel() for p in model.state_dict().values()),
            "codebook": "moving averages (decay 0.99); a dead code moves to a vector of the batch",
            "recipe": dict(job.recipe),
            "command": command,
            "training_pictures": n,
            "seconds": round(job.seconds, 1),
            "test": found,
            "history": job.history,
        }
    else:
        record = describe(asked.out.stem, asked.out.parent) | {"test": found}
    write_json(asked.out.with_suffix(".json"), record)
    loop.say(f"test: { ({k: v for k, v in found.items() if k != 'code_counts'}) }")
    codes = model.encode_codes(data.train[:n] / 255.0)
    prior_recipe = PriorRecipe(epochs=asked.prior_epochs, seed=asked.seed, limit=asked.limit)
    job = prior_job(prior_recipe, codes, data.train_labels[:n], model.k)
    loop.train(job, asked.state.with_name(f"{PRIOR_NAME}.state.safetensors"), resume=asked.resume)
    checkpoint.save(job.modules["model"], asked.prior_out, torch.float16)
    prior = fill(CodePrior(), asked.prior_out)
    test = model.encode_codes(data.test / 255.0)
    record = {
        "model": "causal Transformer over 49 codes: 2 blocks of width 64, 4 heads; label or none",
        "parameters": sum(p.numel() for p in prior.parameters()),
        "recipe": dict(job.recipe),
        "command": command,
        "training_pictures": n,
        "seconds": round(job.seconds, 1),
        "test": prior_figures(prior, codes, test, data.test_labels, found["bce"]),
        "history": job.history,
    }
    write_json(asked.prior_out.with_suffix(".json"), record)
    loop.say(f"test: {record['test']}")


if __name__ == "__main__":
    main()
