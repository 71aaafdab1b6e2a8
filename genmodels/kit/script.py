"""What stands on a page as a Python script in scikit-learn's terms, with its data inside."""

import base64
import io
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.gmm import EMTrace

Array = NDArray[np.float64]
READ_WEIGHTS = '''def read_weights(path):
    """A safetensors file: the header's length, the header as JSON, then the numbers."""
    data = open(path, "rb").read()
    n = struct.unpack("<Q", data[:8])[0]
    kinds = {"F16": "<f2", "F32": "<f4"}
    found = {}
    for name, entry in json.loads(data[8 : 8 + n]).items():
        if name != "__metadata__":
            a, b = entry["data_offsets"]
            values = np.frombuffer(data[8 + n + a : 8 + n + b], kinds[entry["dtype"]])
            found[name] = values.reshape(entry["shape"]).astype(float)
    return found
'''
"""What a script needs to read a checkpoint with NumPy alone; it imports json and struct itself."""
FEW = 400
"""More rows than this are written compressed."""


def literal(name: str, values: NDArray[Any]) -> str:
    """`name = np.array(...)`, every digit kept; long arrays as compressed bytes."""
    if len(values) <= FEW:
        return f"{name} = np.array({_rows(values.tolist())})"
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    packed = base64.b64encode(zlib.compress(buffer.getvalue(), 9)).decode()
    lines = "\n".join(f'    "{packed[i : i + 90]}"' for i in range(0, len(packed), 90))
    return (
        f"{name} = np.load(io.BytesIO(zlib.decompress(base64.b64decode(\n{lines}\n))), "
        "allow_pickle=False)"
    )


def _rows(values: list) -> str:
    if values and isinstance(values[0], list):
        return "[\n" + "".join(f"    {row!r},\n" for row in values) + "]"
    return repr(values)


def comment(text: str) -> str:
    """`text` as one comment line, whatever stands in it."""
    return "# " + " ".join(text.split())[:200]


def mixture_script(
    X: Array, trace: EMTrace, *, columns: Sequence[str], source: str, reg_covar: float, title: str
) -> str:
    """A script that fits scikit-learn's mixture from the page's start, as many times as it did.

    It prints weights, means, log-likelihood and BIC: the page's own figures, to rounding.
    """
    start, model = trace.start, trace.model
    matrices = start.covariance_type in ("full", "tied")
    invert = "np.linalg.inv(covariances)" if matrices else "1 / covariances"
    iterations = len(trace.log_likelihood)
    return f'''"""A Gaussian mixture as it stood on the page; needs NumPy and scikit-learn."""
{comment(title)}
{comment("Data: " + source)}
{comment("Columns: " + ", ".join(columns))}

import base64
import io
import warnings
import zlib

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

{literal("X", np.asarray(X))}

# The start: every component as wide as the data, its mean where the page had it.
{literal("weights", start.weights)}
{literal("means", start.means)}
{literal("covariances", start.covariances)}

# The page stopped after {iterations} iterations ({trace.stopped}); tol=0 runs exactly as many,
# and scikit-learn would warn that it did not converge.
warnings.simplefilter("ignore", ConvergenceWarning)
mixture = GaussianMixture(
    n_components={model.n_components},
    covariance_type="{model.covariance_type}",
    reg_covar={reg_covar!r},
    tol=0,
    max_iter={iterations},
    weights_init=weights,
    means_init=means,
    precisions_init={invert},
).fit(X)

print("weights", mixture.weights_.tolist())
print("means", mixture.means_.tolist())
print("log-likelihood", mixture.score_samples(X).sum())
print("BIC", mixture.bic(X))
'''
