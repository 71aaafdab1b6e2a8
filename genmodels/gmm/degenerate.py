"""What is degenerate in a run, in words: empty components, collapsed ones, singular ones."""

import numpy as np

from genmodels.gmm.model import Array, GaussianMixture

EMPTY = 1e-3
"""A component that answers for less than this many points is reported as empty."""


def empty(gamma: Array) -> tuple[str, ...]:
    """Notes on components that answer for (almost) no point."""
    return tuple(
        f"component {k + 1} is empty: it answers for {N_k:.2g} of {gamma.shape[1]} points"
        for k, N_k in enumerate(gamma.sum(axis=1))
        if N_k < EMPTY
    )


def smallest_variances(model: GaussianMixture) -> Array:
    """Each component's variance across its narrowest direction, (K,)."""
    if model.covariance_type in ("diag", "spherical"):
        return model.covariances.reshape(model.n_components, -1).min(axis=1)
    smallest = np.linalg.eigvalsh(model.covariances)[..., 0]
    return np.broadcast_to(smallest, model.n_components)


def collapsed(variances: Array, spread: float) -> tuple[str, ...]:
    """Notes on components whose ellipse has shrunk to a point or a line.

    Collapsed: the smallest standard deviation is under a thousandth of the data's largest.
    """
    return tuple(
        f"component {k + 1} has collapsed: its narrowest standard deviation is {deviation:.2g}, "
        f"the data's is {spread:.2g}"
        for k, deviation in enumerate(np.sqrt(np.maximum(variances, 0)))
        if deviation < 1e-3 * spread or spread == 0
    )


def singular(model: GaussianMixture, noise: float) -> str:
    """Why an E-step could not be taken, naming the components."""
    least = max(noise, float(np.finfo(np.float64).eps * model.covariances.max()))
    bad = [str(k + 1) for k, v in enumerate(smallest_variances(model)) if v <= least]
    which = f"component {', '.join(bad)}" if bad else "a component"
    return (
        f"{which} collapsed on too few points: its covariance is no longer positive definite, and "
        "the likelihood would run to infinity; raise reg_covar"
    )
