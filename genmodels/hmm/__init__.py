"""The hidden Markov model: Viterbi, forward-backward, Baum-Welch, each returning its trace.

A hidden chain of states z_1 .. z_T moves by `transition`, and each state emits what is seen:
P(x, z) = pi[z_1] b(x_1 | z_1) prod_t A[z_{t-1}, z_t] b(x_t | z_t). All sums and products run on
natural logs, so that a long sequence doesn't underflow; a probability of zero is -inf, never NaN.
Letters as in Rabiner (1989), "A tutorial on hidden Markov models", Proc. IEEE 77(2).

`viterbi` and `forward_backward` are the algorithms to read, and keep every term for the screen;
`best_path`, `smooth` and `smooth_many` are their fast twins for long and for many sequences.
"""

from genmodels.hmm.batch import log_likelihoods, smooth_many
from genmodels.hmm.diagonal import DiagonalEmission
from genmodels.hmm.inference import (
    Paths,
    SmoothingTrace,
    ViterbiSteps,
    ViterbiTrace,
    enumerate_paths,
    forward_backward,
    multiplications,
    viterbi,
)
from genmodels.hmm.learning import BaumWelchStep, BaumWelchTrace, Locks, baum_welch
from genmodels.hmm.model import (
    MISSING,
    CategoricalEmission,
    Emission,
    GaussianEmission,
    HiddenMarkovModel,
    Sample,
    check_rows,
    sample,
)
from genmodels.hmm.scan import (
    BestPath,
    Smoothed,
    best_path,
    filtered,
    prefix_log_likelihoods,
    smooth,
)
from genmodels.hmm.starts import bic, free_parameters, left_right, random_start, spread_start

__all__ = [
    "MISSING",
    "BaumWelchStep",
    "BaumWelchTrace",
    "BestPath",
    "CategoricalEmission",
    "DiagonalEmission",
    "Emission",
    "GaussianEmission",
    "HiddenMarkovModel",
    "Locks",
    "Paths",
    "Sample",
    "Smoothed",
    "SmoothingTrace",
    "ViterbiSteps",
    "ViterbiTrace",
    "baum_welch",
    "best_path",
    "bic",
    "check_rows",
    "enumerate_paths",
    "filtered",
    "forward_backward",
    "free_parameters",
    "left_right",
    "log_likelihoods",
    "multiplications",
    "prefix_log_likelihoods",
    "random_start",
    "sample",
    "smooth",
    "smooth_many",
    "spread_start",
    "viterbi",
]
