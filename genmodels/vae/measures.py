"""The figures that stand beside a trained member's weights, from MNIST's test pictures."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from genmodels import image_moments
from genmodels.vae.deep import Terms, without_draw
from genmodels.vae.family import Spec

N_DRAWS = 5
"""Draws of z a picture behind each stated figure."""
HALF_TOLERANCE = 0.05
"""Weights are stored as float16 where that moves the test figure by less, in nats."""
ACTIVE = 0.01
"""A latent is active if its mean varies more over pictures (variance; Burda et al. 2016)."""


def terms_of(
    spec: Spec,
    model: nn.Module,
    x: np.ndarray,
    labels: np.ndarray,
    *,
    n_draws: int,
    rng: np.random.Generator,
    batch: int = 2000,
) -> dict[str, np.ndarray]:
    """`bce` and the KL of each level of every picture, (N,) in nats, means over `n_draws`.

    x is float32 (N, 784) in [0, 1]. An autoencoder (beta 0) is measured at z = mu, without a KL.
    """

    def noise(rows: int, columns: int) -> Tensor:
        return torch.from_numpy(rng.standard_normal((rows, columns)).astype(np.float32))

    draw = without_draw if spec.deterministic else noise
    draws = 1 if spec.deterministic else n_draws
    parts: list[list[np.ndarray]] = []
    with torch.no_grad():
        for start in range(0, len(x), batch):
            rows = torch.from_numpy(x[start : start + batch])
            y = torch.from_numpy(labels[start : start + batch].astype(np.int64))
            sums: list[np.ndarray] = []
            for _ in range(draws):
                terms: Terms = model.terms(rows, rows, y, draw)  # type: ignore[operator]
                values = [t.double().numpy() for t in (terms.reconstruction, *terms.kl)]
                sums = [a + b for a, b in zip(sums, values, strict=True)] if sums else values
            parts.append([values / draws for values in sums])
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    if spec.deterministic:
        return {"bce": columns[0]}
    if len(columns) == 2:
        return {"bce": columns[0], "kl": columns[1]}
    return {"bce": columns[0], "kl1": columns[1], "kl2": columns[2]}


def summary(terms: dict[str, np.ndarray]) -> dict[str, Any]:
    """Means: `bce`, `kl` (all levels), `elbo` = their sum; None where there is no KL."""
    means: dict[str, Any] = {name: float(values.mean()) for name, values in terms.items()}
    levels = [means[name] for name in terms if name != "bce"]
    means["kl"] = sum(levels) if levels else None
    means["elbo"] = means["bce"] + means["kl"] if levels else None
    return means


def figures_of(
    spec: Spec, model: nn.Module, pictures: np.ndarray, labels: np.ndarray
) -> dict[str, Any]:
    """BCE, KL and -ELBO in nats a picture over uint8 `pictures` (N, 784), means of N_DRAWS draws.

    On grey values, as `mnist-2d` states them, and on pictures binarised once with seed 0. A model
    that never saw a digit is measured on the others.
    """
    kept = labels != spec.without
    x, y = pictures[kept].astype(np.float32) / 255.0, labels[kept]
    binary = (np.random.default_rng(0).random(x.shape) < x).astype(np.float32)
    grey = terms_of(spec, model, x, y, n_draws=N_DRAWS, rng=np.random.default_rng(1))
    flat = terms_of(spec, model, binary, y, n_draws=N_DRAWS, rng=np.random.default_rng(2))
    return {
        "pictures": len(x),
        "n_draws": 1 if spec.deterministic else N_DRAWS,
        **summary(grey),
        "binarised": summary(flat),
    }


def means_of(model: nn.Module, x: np.ndarray, labels: np.ndarray) -> list[np.ndarray]:
    """(mu, log_var) of pictures, or (mu1, log_var1, mu2, log_var2), as float64 arrays."""
    rows, y = torch.from_numpy(x), torch.from_numpy(labels.astype(np.int64))
    needs_label = hasattr(model, "classes")
    with torch.no_grad():
        found = model.encode(rows, y) if needs_label else model.encode(rows)  # type: ignore[operator]
    return [values.double().numpy() for values in found]


def extra_figures(
    spec: Spec, model: nn.Module, pictures: np.ndarray, labels: np.ndarray
) -> dict[str, Any]:
    """What this member is there to show, in numbers.

    `active` latents and `spread` (the standard deviation of mu, a latent) of each level; the mutual
    information gap for the factor models; for the model without a digit, how well each score tells
    that digit from the others (AUROC, 0.5 is chance).
    """
    x = pictures.astype(np.float32) / 255.0
    kept = labels != spec.without
    found = means_of(model, x[kept], labels[kept])
    figures: dict[str, Any] = {}
    for level, mu in enumerate(found[::2], start=1):
        tail = "" if len(found) == 2 else str(level)
        figures[f"active{tail}"] = int((mu.var(axis=0) > ACTIVE).sum())
        figures[f"spread{tail}"] = [round(float(s), 4) for s in mu.std(axis=0)]
    if len(found) == 2 and spec.latent[0] == 10:
        rng = np.random.default_rng(0)
        z = found[0] + np.exp(found[1] / 2) * rng.standard_normal(found[0].shape)
        gap = image_moments.mutual_information_gap(z, image_moments.table(x))
        figures["mig"] = gap.score
        figures["mig_of"] = dict(zip(image_moments.FACTORS, gap.gaps.tolist(), strict=True))
        figures["information"] = gap.information.tolist()
        figures["factors"] = list(image_moments.FACTORS)
    if spec.without >= 0:
        rng = np.random.default_rng(3)
        terms = terms_of(spec, model, x, labels, n_draws=N_DRAWS, rng=rng)
        new = labels == spec.without
        scores = {
            "reconstruction": terms["bce"],
            "kl": terms["kl"],
            "elbo": terms["bce"] + terms["kl"],
            "mass": x.sum(axis=1).astype(np.float64),
        }
        figures["digit"] = spec.without
        figures["auroc"] = {name: auroc(s[new], s[~new]) for name, s in scores.items()}
    return figures


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    """P(score of a positive > score of a negative), ties counting half: Mann and Whitney's U / mn.

    Raises ValueError where either side is empty or holds NaN.
    """
    if not len(positive) or not len(negative):
        raise ValueError(f"both sides must have scores; got {len(positive)} and {len(negative)}")
    if np.isnan(positive).any() or np.isnan(negative).any():
        raise ValueError("scores must be numbers; got NaN")
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    up_to = np.searchsorted(ordered, positive, side="right")
    return float((below + up_to).mean() / (2 * len(negative)))
