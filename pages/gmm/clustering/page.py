"""Clustering: penguins by their measurements, set against their species."""

import json
import uuid
from typing import Any

import streamlit as st

from genmodels.datasets import penguins
from genmodels.gmm import COVARIANCE_TYPES
from genmodels.kit import frame
from pages.gmm import mixture_run
from pages.gmm import mixture_take_away as mixture
from pages.gmm.clustering import case as run
from pages.gmm.em_player import em_player

BIRDS = penguins.load()
COLUMNS = list(BIRDS.columns)
DEFAULTS: dict[str, Any] = {
    "gmmc_k": 3,
    "gmmc_cov": "full",
    "gmmc_std": True,
    "gmmc_seed": 0,
    "gmmc_x": COLUMNS[0],
    "gmmc_y": COLUMNS[1],
}

problems = frame.link_problems(
    "gmmc",
    {
        "gmmc_use": run.checked_columns(frame.link_value("gmmc_use")),
        "gmmc_k": frame.checked_whole("gmmc_k", 1, 8, 3),
        "gmmc_cov": frame.checked_choice("gmmc_cov", COVARIANCE_TYPES, "full"),
        "gmmc_seed": frame.checked_whole("gmmc_seed", 0, 9999, 0),
        "gmmc_x": frame.checked_choice("gmmc_x", COLUMNS, COLUMNS[0]),
        "gmmc_y": frame.checked_choice("gmmc_y", COLUMNS, COLUMNS[1]),
        "gmmc_step": frame.checked_whole("gmmc_step", 0, 400, 400),
        "gmmc_open": mixture_run.checked_open(frame.link_value("gmmc_open"), "gmmc_open"),
    },
)


def goto(step: int = 400, selected: dict[str, Any] | None = None) -> None:
    """Move the player; it opens at the end of the run."""
    st.session_state["gmmc_goto"] = {"token": uuid.uuid4().hex, "step": step, "selected": selected}


if "gmmc_goto" not in st.session_state:
    goto(
        frame.checked_whole("gmmc_step", 0, 400, 400)[0],
        mixture_run.checked_open(frame.link_value("gmmc_open"), "gmmc_open")[0],
    )
    st.session_state["gmmc_use"] = [
        COLUMNS[c] for c in run.checked_columns(frame.link_value("gmmc_use"))[0]
    ]


def show(use: list[int] | None = None, **settings: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    st.session_state.update({**DEFAULTS, **settings})
    st.session_state["gmmc_use"] = [COLUMNS[c] for c in use or range(4)]
    goto()


frame.header(
    "Clustering",
    "The mixture sees measurements only; the species, which it never saw, judge its components.",
    r"\hat z_n=\arg\max_k\ \pi_k\,\mathcal N(x_n;\mu_k,\Sigma_k)",
)


@st.fragment
def clusters() -> None:
    row = frame.stage_row()
    with row.controls:
        use = st.multiselect("Measurements", COLUMNS, key="gmmc_use", on_change=goto)
        frame.problem(problems.get("gmmc_use"))
        if len(use) < 2:
            frame.problem(f"At least two measurements are needed; {len(use)} chosen. Used: all.")
            use = COLUMNS
        K = st.slider("Components $K$", 1, 8, 3, key="gmmc_k", bind="query-params", on_change=goto)
        frame.problem(problems.get("gmmc_k"))
        covariance = st.selectbox(
            "Covariance", COVARIANCE_TYPES, key="gmmc_cov", bind="query-params", on_change=goto
        )
        frame.problem(problems.get("gmmc_cov"))
        seed = st.number_input(
            "Seed", 0, 9999, 0, key="gmmc_seed", bind="query-params", on_change=goto
        )
        frame.problem(problems.get("gmmc_seed"))
        standardise = st.toggle(
            "Standardise",
            value=True,
            key="gmmc_std",
            bind="query-params",
            on_change=goto,
            help="Grams are larger numbers than millimetres; in standard deviations all count.",
        )
        across = st.selectbox("Across", COLUMNS, key="gmmc_x", bind="query-params")
        frame.problem(problems.get("gmmc_x"))
        up = st.selectbox("Up", COLUMNS, index=1, key="gmmc_y", bind="query-params")
        frame.problem(problems.get("gmmc_y"))
    columns = tuple(c for c, name in enumerate(COLUMNS) if name in use)
    settings = run.Settings(columns, int(K), covariance, bool(standardise), int(seed))
    found = run.cluster(settings)
    shown = [COLUMNS[c] for c in columns]
    x = shown.index(across) if across in shown else 0
    y = shown.index(up) if up in shown else 1
    if x == y:
        y = (x + 1) % len(shown)
    with row.stage:
        view = em_player(
            run.picture(settings, x, y), goto=st.session_state["gmmc_goto"], key="gmmc_player"
        )
        st.caption(
            f"Ringed: {len(run.wrong(found))} birds whose species isn't the one that their "
            "component is taken for. Ellipses: each component along these two axes. "
            + frame.plain_text(BIRDS.source.caption())
        )
    frame.set_link(
        {
            "gmmc_use": "".join(map(str, columns)) if len(columns) < 4 else None,
            "gmmc_step": view.step if view.step < len(found.trace.steps) else None,
            "gmmc_open": f"{view.selected.kind}:{view.selected.index}" if view.selected else None,
        }
    )
    with row.inspector:
        for field in ("gmmc_step", "gmmc_open"):
            frame.problem(problems.get(field))
        ours, theirs = run.scores(found)
        left, right = st.columns(2)
        left.metric("ARI, mixture", f"{ours:.3f}")
        right.metric("ARI, k-means", f"{theirs:.3f}")
        st.table(run.table(found), border="horizontal", hide_index=True)
        numbers = run.openable(found)
        tab = st.pills("Open", list(numbers), key="gmmc_tab", label_visibility="collapsed")
        if tab:
            frame.inspect(numbers[tab]())
        chosen = view.selected
        if chosen is not None and chosen.kind == "point" and chosen.index < len(found.X):
            st.markdown(f"**Bird {chosen.index + 1}**")
            said = run.bird(found, chosen.index)
            st.table(
                {"": [name for name, _ in said], "value": [value for _, value in said]},
                border="horizontal",
                hide_index=True,
            )
        else:
            st.caption("Click a bird for what it is and its responsibilities.")
        st.caption(f"BIC {found.bic:.1f}; the best of {run.STARTS} starts, seed {found.best_seed}.")
    st.markdown("**Take away.**")
    model = found.trace.model
    names = [COLUMNS[c] for c in columns]
    frame.take_away(
        "gmmc",
        [
            frame.Download(
                "Model (JSON)",
                "penguins.json",
                "application/json",
                lambda: mixture.model_json(
                    model,
                    columns=names,
                    source=BIRDS.source.caption(),
                    settings={"standardised": settings.standardise, "seed": found.best_seed},
                ),
            ),
            frame.Download(
                "Responsibilities (CSV)",
                "penguins.csv",
                "text/csv",
                lambda: mixture.responsibilities_csv(model, found.X, names),
            ),
            frame.Download(
                "Species by component (JSON)",
                "confusion.json",
                "application/json",
                lambda: json.dumps(run.table(found), indent=1),
            ),
            frame.Download(
                "Script (Python)", "penguins.py", "text/x-python", lambda: run.script(found)
            ),
        ],
    )


clusters()
frame.try_this(
    "gmmc",
    [
        frame.Try(
            "Bills only",
            "Two bill measurements instead of four: how many more birds go astray?",
            lambda: show(use=[0, 1]),
        ),
        frame.Try(
            "Grams and millimetres",
            "Unstandardised, body mass has the largest numbers. Who suffers, mixture or k-means?",
            lambda: show(gmmc_std=False),
        ),
        frame.Try(
            "Upright ellipses",
            "Diagonal covariances can't tilt. Can they still tell Adelie from Chinstrap?",
            lambda: show(gmmc_cov="diag"),
        ),
        frame.Try(
            "Four components",
            "BIC with a tied covariance prefers four. What would the fourth species be?",
            lambda: show(gmmc_cov="tied", gmmc_k=4, gmmc_x=COLUMNS[2], gmmc_y=COLUMNS[3]),
        ),
    ],
)
