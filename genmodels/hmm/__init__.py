"""The hidden Markov model: Viterbi, forward-backward, Baum-Welch, each returning its trace.

A hidden chain of states z_1 .. z_T moves by `transition`, and each state emits what is seen:
P(x, z) = pi[z_1] b(x_1 | z_1) prod_t A[z_{t-1}, z_t] b(x_t | z_t). All sums and products run on
natural logs, so that a long sequence doesn't underflow; a probability of zero is -inf, never NaN.
Letters as in Rabiner (1989), "A tutorial on hidden Markov models", Proc. IEEE 77(2).
"""

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
from genmodels.hmm.learning import BaumWelchStep, BaumWelchTrace, baum_welch
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

__all__ = [
    "MISSING",
    "BaumWelchStep",
    "BaumWelchTrace",
    "CategoricalEmission",
    "Emission",
    "GaussianEmission",
    "HiddenMarkovModel",
    "Paths",
    "Sample",
    "SmoothingTrace",
    "ViterbiSteps",
    "ViterbiTrace",
    "baum_welch",
    "check_rows",
    "enumerate_paths",
    "forward_backward",
    "multiplications",
    "sample",
    "viterbi",
]
