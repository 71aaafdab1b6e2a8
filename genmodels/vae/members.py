"""The family's members, made from what each was told to be."""

from torch import nn

from genmodels.vae.conditional import CVAE
from genmodels.vae.deep import DeepVAE, PlainVAE
from genmodels.vae.family import Spec
from genmodels.vae.hierarchical import HierarchicalVAE


def make(spec: Spec) -> nn.Module:
    """An untrained member, float32. Its weights follow from Torch's seed."""
    if spec.kind == "plain":
        return PlainVAE(latent=spec.latent[0], hidden=spec.hidden[0])
    if spec.kind == "deep":
        return DeepVAE(latent=spec.latent[0], hidden=spec.hidden)
    if spec.kind == "conditional":
        return CVAE(latent=spec.latent[0], hidden=spec.hidden[0])
    return HierarchicalVAE(lower=spec.latent[0], upper=spec.latent[1], hidden=spec.hidden[0])
