"""What a reader takes away from the regimes page: model, days, and a script in hmmlearn's terms."""

import csv
import io
import math

import numpy as np

from genmodels.kit.script import comment, literal
from pages.hmm import hmm_take_away as export
from pages.hmm import regimes_run as run
from pages.hmm.regimes_run import Setup


def model_json(setup: Setup, iteration: int) -> str:
    """The model of an iteration, its series, and what it was fitted to."""
    model = run.run(setup).models[iteration]
    sds = run.gaussians(model)[1]
    settings = {
        "standard_deviations": sds.tolist(),
        "mean_stays_days": [v if math.isfinite(v) else None for v in run.stays(model).tolist()],
        "unit": setup.series.unit,
        "iteration": iteration,
        "log_likelihood_nats": float(run.run(setup).log_likelihood[iteration]),
        "fitted_to": {"part": setup.part, "days": run.trained_days(setup)},
        "start": {"kind": setup.start, "seed": setup.seed},
    }
    return export.model_json(
        model,
        states=[str(k + 1) for k in range(setup.K)],
        source=setup.series.source.caption(),
        settings=settings,
    )


def days_csv(setup: Setup, iteration: int) -> str:
    """A row a day: value, posterior, filtered, predicted and Viterbi's state (from 1)."""
    found, series = run.days(setup, iteration), setup.series
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    kinds = ("posterior", "filtered", "predicted")
    states = range(1, setup.K + 1)
    write.writerow(["day", "value", *(f"{kind}_{k}" for kind in kinds for k in states), "viterbi"])
    table = np.hstack([found.posterior, found.filtered, found.predicted])
    for t, row in enumerate(table.tolist()):
        x = float(series.x[t])
        write.writerow(
            [
                series.label(t),
                "" if math.isnan(x) else f"{x:.7g}",
                *(f"{p:.6g}" for p in row),
                int(found.path[t]) + 1,
            ]
        )
    return out.getvalue()


def script(setup: Setup) -> str:
    """EM in hmmlearn's terms from the page's start on, as many iterations as the page's run.

    Prints log-likelihood, means, standard deviations and mean stays. hmmlearn knows no missing
    day: a series with one gets a ValueError in words.
    """
    x = setup.series.x[: run.trained_days(setup)]
    if np.isnan(x).any():
        return (
            '"""hmmlearn knows no missing observation, and this series has '
            f'{int(np.isnan(x).sum())}: no script can be made of it."""\n'
        )
    found, start = run.run(setup), run.first_model(setup)
    means, sds = run.gaussians(start)
    return f'''"""A Gaussian HMM as it stood on the page; needs NumPy and hmmlearn."""
{comment("Data: " + setup.series.source.caption())}
{comment(f"Fitted to: {setup.part}; start: {setup.start}, seed {setup.seed}")}

import base64
import io
import zlib

import numpy as np
from hmmlearn.hmm import GaussianHMM

{literal("x", x)}

# Priors off: plain maximum likelihood, as on the page.
model = GaussianHMM(
    {setup.K},
    covariance_type="diag",
    n_iter={found.iterations},
    tol=-np.inf,
    init_params="",
    covars_prior=0,
    covars_weight=0,
    means_weight=0,
    min_covar=0,
)
model.startprob_ = np.array({start.initial.tolist()})
model.transmat_ = np.array({start.transition.tolist()})
model.means_ = np.array({means[:, None].tolist()})
model.covars_ = np.array({np.square(sds)[:, None].tolist()})
model.fit(x[:, None])

sds = np.sqrt(model.covars_[:, 0, 0])
order = np.argsort(sds, kind="stable")
print("log-likelihood", model.score(x[:, None]))
print("means", model.means_[order, 0].tolist())
print("sds", sds[order].tolist())
with np.errstate(divide="ignore"):
    print("stays", (1 / (1 - np.diagonal(model.transmat_)))[order].tolist())
'''
