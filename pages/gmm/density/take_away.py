"""A density on a line to take away: model, curves, picture, and a script that fits it again."""

import csv
import io
import json

import numpy as np

from genmodels import density
from genmodels.datasets import measurements
from pages.gmm.density import case as density_run
from pages.gmm.density.case import Setup, Smoothing

PLACES = 201
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7F5AB6", "#8C6D31")


def model_json(setup: Setup, smoothing: Smoothing) -> str:
    """The mixture's parameters, the settings of all three densities, and what was measured."""
    data, trace = measurements.load(setup.data), density_run.fitted(setup)
    model, x = trace.model, data.x[:, None]
    return json.dumps(
        {
            "data": data.source.caption(),
            "quantity": data.quantity,
            "unit": data.unit,
            "settings": {
                "K": setup.K,
                "variance": setup.variance,
                "seed": setup.seed,
                "reg_covar": density_run.floor_of(data),
                "tol": density_run.TOLERANCE,
                "max_iter": density_run.MAX_ITERATIONS,
                "bins": smoothing.bins,
                "bandwidth": density_run.bandwidth(data, smoothing),
            },
            "weights": model.weights.tolist(),
            "means": model.means[:, 0].tolist(),
            "variances": model.full_covariances()[:, 0, 0].tolist(),
            "log_likelihood": float(model.log_prob(x).sum()),
            "aic": model.aic(x),
            "bic": model.bic(x),
            "stopped": trace.stopped,
        },
        allow_nan=False,
        indent=1,
    )


def curves_csv(setup: Setup, smoothing: Smoothing) -> str:
    """x, each component's weighted curve, their sum, the kernel estimate, the histogram."""
    data = measurements.load(setup.data)
    places, bells, kernel = _curves(setup, smoothing)
    histogram = np.exp(density_run.bars(data, smoothing).log_prob(places))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [f"component_{k + 1}" for k in range(setup.K)]
    writer.writerow(["x", *names, "mixture", "kernel", "histogram"])
    table = np.column_stack([places, bells, bells.sum(axis=1), kernel, histogram])
    writer.writerows([[repr(float(value)) for value in row] for row in table])
    return text.getvalue()


def svg(setup: Setup, smoothing: Smoothing) -> str:
    """The stage as a picture: bars, kernel, bells and their sum, with an axis."""
    data = measurements.load(setup.data)
    places, bells, kernel = _curves(setup, smoothing)
    bars = density_run.bars(data, smoothing)
    total = bells.sum(axis=1)
    top = 1.1 * max(bars.densities.max(), kernel.max(), min(total.max(), 2.5 * kernel.max()))
    width, height, left, bottom = 720, 400, 20, 360

    def px(x: float) -> float:
        return left + (x - places[0]) / (places[-1] - places[0]) * (width - 2 * left)

    def py(p: float) -> float:
        return bottom - min(p / top, 1.0) * (bottom - 20)

    def path(values: np.ndarray) -> str:
        return "M" + "L".join(
            f"{px(x):.1f},{py(p):.1f}" for x, p in zip(places, values, strict=True)
        )

    parts = [
        f'<rect x="{px(a):.1f}" y="{py(p):.1f}" width="{px(b) - px(a):.1f}" '
        f'height="{bottom - py(p):.1f}" fill="#d0d4d9" stroke="#ffffff"/>'
        for a, b, p in zip(bars.edges[:-1], bars.edges[1:], bars.densities, strict=True)
    ]
    parts += [
        f'<path d="{path(bells[:, k])}" fill="none" stroke="{COLOURS[k]}" stroke-width="2"/>'
        for k in range(setup.K)
    ]
    parts.append(
        f'<path d="{path(kernel)}" fill="none" stroke="#333333" stroke-dasharray="5 4"/>'
        f'<path d="{path(total)}" fill="none" stroke="#111111" stroke-width="2.5"/>'
        f'<path d="M{left},{bottom}H{width - left}" stroke="#333333"/>'
    )
    for value in np.linspace(*density_run.limits(data), 6):
        parts.append(
            f'<text x="{px(value):.1f}" y="{bottom + 16}" font-size="12" text-anchor="middle">'
            f"{value:.3g}</text>"
        )
    parts.append(
        f'<text x="{width / 2}" y="{height - 6}" font-size="12" text-anchor="middle">'
        f"{data.quantity} ({data.unit})</text>"
    )
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif">\n<rect width="{width}" height="{height}" fill="#ffffff"/>\n'
        f"{body}\n</svg>\n"
    )


def _curves(setup: Setup, smoothing: Smoothing) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    data = measurements.load(setup.data)
    low, high = density_run.limits(data)
    extra = (high - low) / 8
    places = np.linspace(low - extra, high + extra, PLACES)
    bells = np.exp(density_run.fitted(setup).model.log_joint(places[:, None]))
    h = density_run.bandwidth(data, smoothing)
    return places, bells, np.exp(density.kernel_log_prob(places, data.x, h))


def script(setup: Setup, smoothing: Smoothing) -> str:
    """A runnable script in scikit-learn terms, with the data inside and EM's start as here."""
    data, trace = measurements.load(setup.data), density_run.fitted(setup)
    start = trace.start
    precisions = 1 / start.covariances
    return _SCRIPT.format(
        source=data.source.caption(),
        x=json.dumps(data.x.tolist()),
        K=setup.K,
        covariance=density_run.VARIANCES[setup.variance],
        reg=density_run.floor_of(data),
        tol=density_run.TOLERANCE,
        max_iter=density_run.MAX_ITERATIONS,
        weights=json.dumps(start.weights.tolist()),
        means=json.dumps(start.means.tolist()),
        precisions=json.dumps(precisions.tolist()),
        bandwidth=density_run.bandwidth(data, smoothing),
        folds=density_run.FOLDS,
    )


_SCRIPT = '''"""Density on a line: {source}"""

import warnings

import numpy as np
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neighbors import KernelDensity

warnings.simplefilter("ignore")  # EM that reaches max_iter says so
x = np.array({x})[:, None]
model = GaussianMixture(
    {K}, covariance_type="{covariance}", reg_covar={reg!r}, tol={tol}, max_iter={max_iter},
    weights_init={weights}, means_init={means}, precisions_init=np.array({precisions}),
).fit(x)
kernel = KernelDensity(bandwidth={bandwidth!r})
folds = KFold({folds}, shuffle=True, random_state=0)
held_out = cross_val_score(kernel, x, cv=folds).sum() / len(x)

print(f"log-likelihood {{model.score(x) * len(x):.3f}}")
print("means", np.round(np.sort(model.means_.ravel()), 3).tolist())
print(f"kernel held-out {{held_out:.6f}}")
'''
