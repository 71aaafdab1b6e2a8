"""The live channel's operations, gathered from the pages that ask for them."""

from functools import cache
from importlib import import_module

from genmodels.live import LiveRoute, answering_all

_MODULES = (
    "vae.latent_live",
    "vae.draw_live",
    "vae.worked.live",
    "vae.elbo.live",
    "vae.generate.live",
    "vae.editing.live",
    "vae.properties.live",
    "nb.classify_live",
    "nb.cuts_live",
    "nb.counted_live",
    "gmm.mixture_live",
    "gmm.em.live",
    "vae.reduction.live",
    "hmm.gestures.live",
    "vae.vq.live",
    "vae.levels.live",
    "vae.conditional.live",
    "vae.molecules.live",
    "vae.gan.live",
)


@cache
def routes() -> tuple[LiveRoute, ...]:
    """Every live route, from each module's own `routes()`. Making them loads no model."""
    return answering_all(
        route for name in _MODULES for route in import_module(f"pages.{name}").routes()
    )
