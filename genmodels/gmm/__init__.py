"""The Gaussian mixture and the EM algorithm that fits it, step by step.

    p(x) = sum_k pi_k N(x; mu_k, Sigma_k)

`fit` returns the whole run as a trace. `model.py` holds the density and the E-step,
`maximisation.py` the M-step, `em.py` their alternation, `starts.py` where it begins,
`degenerate.py` what went wrong in it, `bound.py` what it guarantees.
"""

from genmodels.gmm.bound import Bound, bound
from genmodels.gmm.em import EMStep, EMTrace, fit
from genmodels.gmm.maximisation import TINY, m_step
from genmodels.gmm.model import (
    COVARIANCE_TYPES,
    Array,
    CovarianceType,
    GaussianMixture,
    e_step,
)
from genmodels.gmm.starts import Start, initial_mixture, mixture_at, plus_plus

__all__ = [
    "COVARIANCE_TYPES",
    "TINY",
    "Array",
    "Bound",
    "CovarianceType",
    "EMStep",
    "EMTrace",
    "GaussianMixture",
    "Start",
    "bound",
    "e_step",
    "fit",
    "initial_mixture",
    "m_step",
    "mixture_at",
    "plus_plus",
]
