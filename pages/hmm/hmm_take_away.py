"""A hidden Markov model to take away: its tables, the posteriors, a script in hmmlearn's terms."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from genmodels import hmm
from genmodels.kit.script import comment, literal

NOTE = "Probabilities: rows of `transition` and `emission` belong to the state moved or shown from."


def model_json(
    model: hmm.HiddenMarkovModel,
    *,
    states: Sequence[str],
    symbols: Sequence[str] = (),
    source: str,
    settings: dict[str, Any] | None = None,
) -> str:
    """The model's tables as JSON; `symbols` name the columns of a categorical emission.

    Raises ValueError where a number isn't finite.
    """
    return json.dumps(
        {
            "source": source,
            "note": NOTE,
            "settings": settings or {},
            "states": list(states),
            **({"symbols": list(symbols)} if symbols else {}),
            "initial": model.initial.tolist(),
            "transition": model.transition.tolist(),
            "emission": _emission(model.emission),
        },
        indent=1,
        allow_nan=False,
        ensure_ascii=False,
    )


def model_from(text: str) -> hmm.HiddenMarkovModel:
    """The model that `model_json` wrote. Raises ValueError where it isn't one."""
    try:
        said = json.loads(text)
        emission = dict(said["emission"])
        made = _KINDS[emission.pop("kind")](**{k: np.array(v) for k, v in emission.items()})
        return hmm.HiddenMarkovModel(np.array(said["initial"]), np.array(said["transition"]), made)
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"a model must have initial, transition and emission; {error!r}") from None


_KINDS: dict[str, Any] = {
    "categorical": hmm.CategoricalEmission,
    "gaussian": hmm.GaussianEmission,
    "gaussian, diagonal": hmm.DiagonalEmission,
}


def _emission(emission: hmm.Emission) -> dict[str, Any]:
    if isinstance(emission, hmm.CategoricalEmission):
        return {"kind": "categorical", "probabilities": emission.probabilities.tolist()}
    if isinstance(emission, hmm.DiagonalEmission):
        kind, widths = "gaussian, diagonal", {"variances": emission.variances.tolist()}
    elif isinstance(emission, hmm.GaussianEmission):
        kind, widths = "gaussian", {"covariances": emission.covariances.tolist()}
    else:
        raise ValueError(f"emission must be one of genmodels.hmm's; got {type(emission).__name__}")
    return {"kind": kind, "means": emission.means.tolist(), **widths}


def posteriors_csv(
    posterior: np.ndarray,
    observations: Sequence[str],
    path: Sequence[int],
    states: Sequence[str],
) -> str:
    """A row a step: what was seen, the best path's state (empty if none), each state's posterior.

    Text that a spreadsheet would run gets an apostrophe before it.
    """
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    names = [_cell(state) for state in states]
    write.writerow(["step", "observation", "best path", *(f"P({name})" for name in names)])
    for t, (seen, row) in enumerate(zip(observations, posterior, strict=True)):
        best = names[path[t]] if len(path) else ""
        write.writerow([t + 1, _cell(str(seen)), best, *(f"{p:.12g}" for p in row)])
    return out.getvalue()


def _cell(text: str) -> str:
    return "'" + text if text[:1] in "=+-@\t\r" else text


def hmm_script(
    model: hmm.HiddenMarkovModel,
    sequences: Sequence[np.ndarray],
    *,
    source: str,
    iterations: int = 0,
) -> str:
    """A script that scores the sequences under the model with hmmlearn, as the page did.

    It prints log P of all sequences, and the log-probability of their best paths; after
    `iterations` of Baum-Welch from the model, where asked, log P of what was learnt. A missing
    observation can't be said in hmmlearn's terms: ValueError names it.
    """
    xs = [model.emission.checked(x) for x in sequences]
    for n, x in enumerate(xs, start=1):
        missing = x == hmm.MISSING if x.ndim == 1 else np.isnan(x).any(axis=1)
        if missing.any():
            raise ValueError(
                "hmmlearn takes no missing observations; "
                f"sequence {n}, observation {int(np.argmax(missing)) + 1} is missing"
            )
    together = np.concatenate(xs)
    X = together[:, None].astype(float) if together.ndim == 1 else together
    name, fields = _terms(model.emission)
    assignments = "\n".join(f"model.{field} = {value}" for field, (_, value) in fields.items())
    tables = "\n".join(literal(field.strip("_"), values) for field, (values, _) in fields.items())
    learn = (
        f"""

# {iterations} iterations of Baum-Welch from here; hmmlearn's priors and floors off.
model.n_iter, model.tol, model.init_params = {iterations}, 0.0, ""
{_PRIORS[name.partition("(")[0]]}model.fit(X, lengths)
print(f"after learning {{model.score(X, lengths):.9f}}")"""
        if iterations
        else ""
    )
    return f'''"""A hidden Markov model as it stood on the page; needs NumPy and hmmlearn 0.3.3."""
{comment("Data: " + source)}

import base64
import io
import warnings
import zlib

import numpy as np
from hmmlearn import hmm

warnings.filterwarnings("ignore")
{literal("startprob", model.initial)}
{literal("transmat", model.transition)}
{tables}
{literal("X", X)}
X = X.reshape(len(X), -1){".astype(int)" if together.ndim == 1 else ""}
lengths = {[len(x) for x in xs]}

model = hmm.{name}
model.startprob_ = startprob
model.transmat_ = transmat
{assignments}

print(f"log P {{model.score(X, lengths):.9f}}")
best, states = model.decode(X, lengths)
print(f"best path {{best:.9f}}")
print("states", *states[:60] + 1){learn}
'''


_PRIORS = {
    "CategoricalHMM": "",
    "GaussianHMM": "model.min_covar, model.covars_prior, model.covars_weight = 0.0, 0.0, 0.0\n",
}


def _terms(emission: hmm.Emission) -> tuple[str, dict[str, tuple[np.ndarray, str]]]:
    """hmmlearn's class, and its field: the values and the expression that sets it."""
    K = emission.n_states
    if isinstance(emission, hmm.CategoricalEmission):
        M = emission.probabilities.shape[1]
        return (
            f'CategoricalHMM({K}, n_features={M}, init_params="")',
            {"emissionprob_": (emission.probabilities, "emissionprob")},
        )
    if isinstance(emission, hmm.DiagonalEmission):
        kind, widths, shape = "diag", emission.variances, ""
    elif isinstance(emission, hmm.GaussianEmission):
        D = emission.means.shape[1]
        kind, widths = "full", emission.covariances.reshape(K, -1)
        shape = f".reshape({K}, {D}, {D})"
    else:
        raise ValueError(f"emission must be one of genmodels.hmm's; got {type(emission).__name__}")
    return (
        f'GaussianHMM({K}, covariance_type="{kind}", init_params="")',
        {"means_": (emission.means, "means"), "covars_": (widths, f"covars{shape}")},
    )
