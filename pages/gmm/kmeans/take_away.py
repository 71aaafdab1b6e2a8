"""k-means and the mixture from one start, to take away: models, labels, a runnable script."""

import json
from collections.abc import Sequence

import numpy as np

from genmodels.gmm import Array, EMTrace
from genmodels.kit.script import mixture_script
from genmodels.kmeans import KMeansTrace
from pages.gmm import mixture_take_away as mixture


def models_json(
    em: EMTrace, lloyd: KMeansTrace, *, columns: Sequence[str], source: str, settings: dict
) -> str:
    """Both models, and where both began; finite numbers only."""
    model = mixture.model_json(em.model, columns=columns, source=source, settings=settings)
    return json.dumps(
        {
            "start": lloyd.start.tolist(),
            "kmeans": {"centres": lloyd.centres.tolist(), "inertia": lloyd.inertia},
            "mixture": json.loads(model),
        },
        indent=2,
        allow_nan=False,
    )


def labels_csv(em: EMTrace, lloyd: KMeansTrace, X: Array, columns: Sequence[str]) -> str:
    """A row a point: its place, k-means' cluster, the mixture's component, its responsibilities.

    Clusters and components are counted from 1, as on the page.
    """
    gamma = em.model.responsibilities(X)
    names = [*columns, "k-means", "mixture", *(f"gamma {k + 1}" for k in range(gamma.shape[1]))]
    rows = [
        [*x, int(label) + 1, int(g.argmax()) + 1, *g]
        for x, label, g in zip(X.tolist(), lloyd.labels, gamma.tolist(), strict=True)
        for g in [np.asarray(g)]
    ]
    return mixture.table_csv(names, rows)


def comparison_script(
    X: Array,
    em: EMTrace,
    lloyd: KMeansTrace,
    *,
    columns: Sequence[str],
    source: str,
    reg_covar: float,
    title: str,
) -> str:
    """The mixture's script, and k-means from the same means under it, in scikit-learn's terms."""
    moves = sum(step.kind == "move" for step in lloyd.steps)
    fitted = mixture_script(X, em, columns=columns, source=source, reg_covar=reg_covar, title=title)
    return f"""{fitted}
# k-means from the same means; the page took {moves} moves ({lloyd.stopped}).
from sklearn.cluster import KMeans  # noqa: E402

kmeans = KMeans(
    n_clusters={len(lloyd.start)}, init=means, n_init=1, algorithm="lloyd", tol=0, max_iter={moves}
).fit(X)

print("centres", kmeans.cluster_centers_.tolist())
print("inertia", kmeans.inertia_)
print("disagree", int((kmeans.labels_ != mixture.predict(X)).sum()), "of", len(X))
"""
