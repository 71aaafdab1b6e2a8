"""What a reader takes away from the states page: the sweep, a model, durations, a script."""

import csv
import io
import json
import math

import numpy as np

from genmodels import hmm
from genmodels.kit.script import comment, literal
from pages.hmm import hmm_take_away as export
from pages.hmm.regimes_run import REGULARISATION
from pages.hmm.states import case as states_run
from pages.hmm.states import durations as durations_run
from pages.hmm.states.case import Fit, Sweep
from pages.hmm.states.durations import Asked


def sweep_csv(fits: list[Fit]) -> str:
    """A row a K: parameters, log-likelihood, BIC, held out."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["K", "parameters", "log_likelihood", "bic", "held_out_a_step", "iterations"])
    for one in sorted(fits, key=lambda one: one.K):
        write.writerow(
            [one.K, one.parameters, repr(one.log_likelihood), repr(one.bic), repr(one.held_out),
             one.iterations]
        )  # fmt: skip
    return out.getvalue()


def model_json(found: Fit, sweep: Sweep) -> str:
    """The fit's tables and what they were fitted to."""
    return export.model_json(
        found.model,
        states=[str(k + 1) for k in range(found.K)],
        symbols=states_run.symbols(sweep),
        source=states_run.source(sweep).caption(),
        settings={
            "log_likelihood_nats": found.log_likelihood,
            "bic": found.bic,
            "held_out_nats_a_step": found.held_out,
        },
    )


def script(found: Fit, sweep: Sweep) -> str:
    """The fit in hmmlearn's terms from its own start on; prints log-likelihood and BIC."""
    xs = states_run.sequences(sweep)
    start = states_run.start(sweep, found.K, found.seed, xs)
    emission = start.emission
    if isinstance(emission, hmm.CategoricalEmission):
        made = f"CategoricalHMM({found.K}, n_features={emission.probabilities.shape[1]}, "
        tables = f"model.emissionprob_ = np.array({emission.probabilities.tolist()})"
        kind = "CategoricalHMM"
    else:
        assert isinstance(emission, hmm.GaussianEmission)
        made = (
            f'GaussianHMM({found.K}, covariance_type="diag", covars_prior=0, covars_weight=0, '
            f"means_weight=0, min_covar={REGULARISATION}, "
        )
        variances = emission.covariances[:, :, 0].tolist()
        tables = (
            f"model.means_ = np.array({emission.means.tolist()})\n"
            f"model.covars_ = np.array({variances})"
        )
        kind = "GaussianHMM"
    whole = "x = x.astype(int)\n" if kind == "CategoricalHMM" else ""
    return f'''"""{found.K} hidden states, as they stood on the page; needs NumPy and hmmlearn."""
{comment("Data: " + states_run.source(sweep).caption())}

import base64
import io
import zlib

import numpy as np
from hmmlearn.hmm import {kind}

{literal("x", np.concatenate(xs).astype(np.float64))}
{whole}lengths = {[len(x) for x in xs]}

model = {made}n_iter={found.iterations}, tol=-np.inf, init_params="")
model.startprob_ = np.array({start.initial.tolist()})
model.transmat_ = np.array({start.transition.tolist()})
{tables}
model.fit(x[:, None], lengths)

log_likelihood = model.score(x[:, None], lengths)
print("log-likelihood", log_likelihood)
print("BIC", -2 * log_likelihood + {found.parameters} * np.log(len(x)))
'''


def durations_csv(asked: Asked) -> str:
    """A row a duration: d, how often, and log P(d) under every n that has room."""
    found, tried = durations_run.durations(asked), durations_run.laws(asked)
    d, counts = np.unique(found.d, return_counts=True)
    logs = [durations_run.log_prob(d, one.a, one.n) for one in tried]
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow([f"d_{found.unit}", "count", *(f"log_prob_n{one.n}" for one in tried)])
    for i in range(len(d)):
        write.writerow(
            [int(d[i]), int(counts[i]),
             *(f"{v[i]:.8g}" if math.isfinite(v[i]) else "-inf" for v in logs)]
        )  # fmt: skip
    return out.getvalue()


def chain_json(asked: Asked, n: int) -> str:
    """The expanded chain of n sub-states and its log-likelihood."""
    law = durations_run.law(asked, n)
    value = law.log_likelihood
    return json.dumps(
        {
            "durations": durations_run.durations(asked).title,
            "sub_states": n,
            "self_loop": law.a,
            "transition_with_exit": durations_run.chain(law.a, n).tolist(),
            "log_likelihood_nats": value if math.isfinite(value) else None,
            "source": durations_run.durations(asked).source.caption(),
        },
        indent=2,
        allow_nan=False,
    )
