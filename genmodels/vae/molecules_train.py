"""Train the VAE over SMILES: `python -m genmodels.vae.molecules_train --data DIR [--resume]`.

Loss: cross-entropy of the tokens + beta KL (beta rises from 0, so that z is used before it
costs) + `property_weight` times the squared error of standardised logP and QED predicted from mu.
A share of the decoder's inputs is hidden, so that it has to ask z (Bowman et al. 2016).
"""

import sys
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from genmodels.datasets import molecules as data_set
from genmodels.vae import checkpoint, loop
from genmodels.vae.checkpoint import fill
from genmodels.vae.molecules import (
    DROPPED,
    NAME,
    PLACE,
    PROPERTIES,
    START,
    MoleculeVAE,
    counted_tokens,
    negative_elbo,
    to_codes,
)
from genmodels.vae.train import write_json

HELD_OUT = 2000


@dataclass(frozen=True)
class Recipe:
    """What decides the run beside the data."""

    epochs: int = 10
    batch: int = 50
    learning_rate: float = 2e-3
    beta: float = 0.2
    beta_warm_up: float = 0.5
    hidden_inputs: float = 0.1
    property_weight: float = 2.0
    clip: float = 10.0
    seed: int = 0
    limit: int = 0


def split(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices to train on and the 2,000 held out, the same for every run."""
    order = np.random.default_rng(20).permutation(n)
    return order[HELD_OUT:], np.sort(order[:HELD_OUT])


def make_job(recipe: Recipe, codes: np.ndarray, properties: np.ndarray) -> loop.Job:
    """The job that trains on token numbers (N, 52) and standardised properties (N, 2)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        model = MoleculeVAE()
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate, fused=True)
    c_all, p_all = torch.from_numpy(codes), torch.from_numpy(properties.astype(np.float32))
    lengths = counted_tokens(c_all).sum(1)
    steps = len(c_all) // recipe.batch

    def run_epoch(epoch: int) -> dict[str, float]:
        draw = loop.generator(recipe.seed, epoch)
        order = torch.randperm(len(c_all), generator=draw)[: steps * recipe.batch]
        # Batches of like length (within each tenth) waste fewer steps of the GRU.
        groups = [part[lengths[part].argsort()] for part in order.split(20 * recipe.batch)]
        batches = [batch for part in groups for batch in part.split(recipe.batch)]
        sums = torch.zeros(3)
        for i, at in enumerate(torch.randperm(len(batches), generator=draw).tolist()):
            pick = batches[at]
            step, total = epoch * steps + i, recipe.epochs * steps
            c, longest = c_all[pick], int(lengths[pick].max())
            mu, log_var = model.posterior(c)
            z = mu + torch.exp(0.5 * log_var) * torch.randn(mu.shape, generator=draw)
            target = c[:, :longest]
            before = torch.cat([torch.full((len(c), 1), PLACE[START]), target[:, :-1]], 1)
            hidden = torch.rand(before.shape, generator=draw) < recipe.hidden_inputs
            hidden[:, 0] = False
            scores = model.logits(z, before.masked_fill(hidden, PLACE[DROPPED]))
            nats = cross_entropy(scores.transpose(1, 2), target, reduction="none")
            nats = (nats * counted_tokens(target)).sum(1).mean()
            kl = (0.5 * (mu**2 + log_var.exp() - 1.0 - log_var)).sum(1).mean()
            error = (model.head(mu) - p_all[pick]).square().sum(1).mean()
            beta = recipe.beta * min(1.0, step / max(recipe.beta_warm_up * total, 1))
            loss = nats + beta * kl + recipe.property_weight * error
            rate = loop.cosine(recipe.learning_rate, step, total, steps)
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
            optimiser.step()
            sums += torch.stack([nats.detach(), kl.detach(), error.detach()])
        means = (sums / len(batches)).tolist()
        return dict(zip(("reconstruction", "kl", "property_error"), means, strict=True))

    return loop.Job(
        NAME,
        asdict(recipe),
        recipe.epochs,
        len(c_all),
        {"model": model},
        {"a": optimiser},
        run_epoch,
    )


def main(words: list[str] | None = None) -> None:
    """The command: the weights (float16) and their record with held-out figures."""
    parser, checked = loop.arguments(
        "genmodels.vae.molecules_train", "Train the SMILES VAE.", NAME, "the molecules' folder"
    )
    asked = checked(parser.parse_args(words))
    torch.set_num_threads(1)
    try:
        data = data_set.read(asked.data)
        learnt, held_out = split(len(data.smiles))
        learnt = learnt[: asked.limit or len(learnt)]
        recipe = Recipe(epochs=asked.epochs or Recipe.epochs, seed=asked.seed, limit=asked.limit)
        values = np.stack([data.properties[name] for name in PROPERTIES], 1)[learnt]
        mean, sd = values.mean(0), values.std(0)
        job = make_job(recipe, to_codes([data.smiles[i] for i in learnt]), (values - mean) / sd)
        loop.train(job, asked.state, resume=asked.resume)
    except ValueError as error:
        sys.exit(f"molecules_train: {error}")
    checkpoint.save(job.modules["model"], asked.out, torch.float16)
    model = fill(MoleculeVAE(), asked.out)
    record = {
        "model": "SMILES tokens - two convolutions - 24 latents - GRU 256; linear logP, QED head",
        "parameters": sum(p.numel() for p in model.parameters()),
        "recipe": dict(job.recipe),
        "property_mean": dict(zip(PROPERTIES, mean.tolist(), strict=True)),
        "property_sd": dict(zip(PROPERTIES, sd.tolist(), strict=True)),
        "command": f"python -m genmodels.vae.molecules_train --data DIR --seed {asked.seed}",
        "training_molecules": len(learnt),
        "seconds": round(job.seconds, 1),
        "test": negative_elbo(model, [data.smiles[i] for i in held_out]),
        "unit": "nats a string; elbo is the negative ELBO, reconstruction + KL (beta 1)",
        "history": job.history,
    }
    write_json(asked.out.with_suffix(".json"), record)
    loop.say(f"test: {record['test']}")


if __name__ == "__main__":
    main()
