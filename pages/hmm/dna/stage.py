"""What the DNA page shows of its runs: tracks, tables, opened numbers, files."""

from functools import lru_cache
from typing import Any

import numpy as np

from genmodels import hmm
from genmodels.datasets import genome
from genmodels.datasets.genome import BASES
from genmodels.kit.opened import Opened, plain
from pages.hmm.dna import case as run
from pages.hmm.dna import opened as arithmetic
from pages.hmm.dna.case import Agreement, Composition, Islands, Tables
from pages.hmm.dna.genome_track import Boxes, payload
from pages.hmm.hmm_take_away import hmm_script, model_json, posteriors_csv
from pages.hmm.regimes_opened import posterior_step


def state_names(found: Composition) -> list[str]:
    return [f"{k + 1}: {100 * share:.1f} % C and G" for k, share in enumerate(run.gc(found.model))]


@lru_cache(maxsize=24)
def composition_track(K: int, seed: int) -> dict[str, Any]:
    """The phage with the posterior of each state, the best path, and EM's run."""
    found = run.composition(K, seed)
    cut = found.segments
    lines = []
    for i, model in enumerate(found.models):
        shares = ", ".join(f"{100 * share:.1f} %" for share in run.gc(model))
        lines.append(f"Iteration {i} of {len(found.models) - 1}: C and G {shares}.")
    return payload(
        genome.load().phage,
        found.posterior.T,
        state_names(found),
        [Boxes("best", cut.begins, cut.ends, cut.states)],
        track_id=run.track_id("phage", K, seed),
        title=genome.LAMBDA.title,
        iterations=lines,
        log_likelihood=found.log_likelihood.tolist(),
        coarse=found.coarse,
    )


@lru_cache(maxsize=12)
def islands_track(
    which: Tables, mean_island: int, mean_gap: int, threshold: float | None
) -> dict[str, Any]:
    """The human sequence with P(island), what is called, the rule's islands and gene starts."""
    found = run.islands(which, mean_island, mean_gap)
    called = run.runs_of(run.at_threshold(found, threshold))
    starts = genome.load().starts
    return payload(
        genome.load().human,
        found.inside[None],
        ["P(island)"],
        [
            Boxes("called", *called, np.zeros(len(called[0]), dtype=np.int64)),
            Boxes("rule", *run.runs_of(found.rule)),
            Boxes("genes", starts, starts + 1),
        ],
        track_id=run.track_id("human", which, mean_island, mean_gap, threshold),
        title=genome.HUMAN.title,
    )


def segments_table(found: Composition) -> dict[str, list[str]]:
    """The best path's segments, bases from 1."""
    strong = np.isin(genome.load().phage, (1, 2))
    cut = found.segments
    pairs = list(zip(cut.begins, cut.ends, strict=True))
    return {
        "from": [f"{begin + 1:,}" for begin in cut.begins],
        "to": [f"{end:,}" for end in cut.ends],
        "bases": [f"{length:,}" for length in cut.lengths],
        "state": [str(k + 1) for k in cut.states],
        "C and G": [f"{100 * strong[a:b].mean():.1f} %" for a, b in pairs],
    }


def states_table(seed: int) -> dict[str, list[str]]:
    """One to four states: log-likelihood, free parameters, BIC, segments."""
    found = {K: run.composition(K, seed) for K in range(run.K_MIN, run.K_MAX + 1)}
    lowest = min(one.bic for one in found.values())
    return {
        "states": [str(K) for K in found],
        "log-likelihood": [f"{one.log_likelihood[-1]:.1f}" for one in found.values()],
        "parameters": [str(hmm.free_parameters(one.model)) for one in found.values()],
        "BIC": [
            f"{one.bic:.0f}" + (", lowest" if one.bic == lowest else "") for one in found.values()
        ],
        "segments": [str(len(one.segments.begins)) for one in found.values()],
    }


def bic_opened(K: int, seed: int) -> Opened:
    found = run.composition(K, seed)
    return arithmetic.bic(
        float(found.log_likelihood[-1]),
        hmm.free_parameters(found.model),
        len(found.posterior),
        K,
    )


def base_opened(found: Composition | Islands, bases: np.ndarray, t: int, what: str) -> Opened:
    """The posterior or the forward step of base t, for its likeliest state."""
    names = (
        run.NAMES
        if isinstance(found, Islands)
        else [f"state {k + 1}" for k in range(found.model.n_states)]
    )
    A = found.model.transition
    k = int(found.posterior[t].argmax())
    title = f"base {t + 1:,}, {BASES[bases[t]]}"
    if what == "forward step":
        assert isinstance(found.model.emission, hmm.CategoricalEmission)
        shows = found.model.emission.probabilities[:, bases[t]]
        before = found.filtered[t - 1] if t else None
        return arithmetic.forward_step(before, found.model.initial, A, shows, k, names, title)
    last = t == len(bases) - 1
    return posterior_step(
        found.filtered[t],
        None if last else found.posterior[t + 1],
        None if last else found.filtered[t] @ A,
        A,
        k,
        names,
        title,
        "base",
    )


def agreement_opened(counted: Agreement) -> dict[str, Opened]:
    rule = "The rule's labels stand in for the truth, which nobody measured here."
    n = counted.hits + counted.false + counted.missed + counted.right_outside
    return {
        "Precision": arithmetic.share(
            "Precision",
            counted.hits,
            counted.hits + counted.false,
            ("called and by the rule", "called"),
            rule,
        ),
        "Recall": arithmetic.share(
            "Recall",
            counted.hits,
            counted.hits + counted.missed,
            ("called and by the rule", "by the rule"),
            rule,
        ),
        "Base accuracy": arithmetic.share(
            "Base accuracy",
            counted.hits + counted.right_outside,
            n,
            ("right", "bases"),
            f"Calling nothing is right for {n - counted.hits - counted.missed:,} bases, "
            f"{100 * (n - counted.hits - counted.missed) / n:.1f} %: islands are rare.",
        ),
    }


def agreement_table(
    which: Tables, mean_island: int, mean_gap: int, threshold: float | None
) -> dict[str, list[str]]:
    """The called islands, the rule's, and none at all, against the rule and gene starts."""
    found = run.islands(which, mean_island, mean_gap)
    called = run.at_threshold(found, threshold)
    rows = {
        "called here": called,
        "all background": np.zeros_like(called),
        "the rule itself": found.rule,
    }
    counted = {name: run.agreement(bases, found.rule) for name, bases in rows.items()}
    near = {name: run.near_starts(bases) for name, bases in rows.items()}
    none = "all background"
    return {
        "islands by": list(rows),
        "stretches": [str(len(run.runs_of(bases)[0])) for bases in rows.values()],
        "precision": ["–" if n == none else f"{c.precision:.3f}" for n, c in counted.items()],
        "recall": [f"{c.recall:.3f}" for c in counted.values()],
        "F1": [f"{c.F1:.3f}" for c in counted.values()],
        "base accuracy": [f"{c.accuracy:.3f}" for c in counted.values()],
        "at gene starts": [f"{a:.3f}" for a, _ in near.values()],
        "at any base": [f"{b:.3f}" for _, b in near.values()],
    }


def pairs_table(which: Tables) -> dict[str, list[str]]:
    """How often each base is followed by G: what tells islands apart."""
    inside, outside = run.tables(which)
    return {
        "P(next is G | base)": list(BASES),
        "in an island": [plain(float(p)) for p in inside[:, 2]],
        "outside": [plain(float(p)) for p in outside[:, 2]],
    }


# -- files -------------------------------------------------------------------------------------


def composition_json(K: int, seed: int) -> str:
    found = run.composition(K, seed)
    return model_json(
        found.model,
        states=state_names(found),
        symbols=list(BASES),
        source=genome.LAMBDA.caption(),
        settings={
            "seed": seed,
            "iterations": len(found.models) - 1,
            "log_likelihood": float(found.log_likelihood[-1]),
            "segments": [
                [int(begin) + 1, int(end), int(state) + 1]
                for begin, end, state in zip(
                    found.segments.begins, found.segments.ends, found.segments.states, strict=True
                )
            ],
        },
    )


def composition_csv(K: int, seed: int) -> str:
    """A row a base: what it is, the best path's state, each state's posterior."""
    found = run.composition(K, seed)
    cut = found.segments
    path = np.repeat(cut.states, cut.lengths)
    seen = [BASES[base] for base in genome.load().phage]
    names = [str(k + 1) for k in range(found.model.n_states)]
    return posteriors_csv(found.posterior, seen, path.tolist(), names)


def composition_script(K: int, seed: int) -> str:
    """hmmlearn, the page's start, and as many iterations as the page ran."""
    iterations = len(run.composition(K, seed).models) - 1
    return hmm_script(
        run.start(K, seed),
        [genome.load().phage.astype(np.int64)],
        source=genome.LAMBDA.caption(),
        iterations=iterations,
    )


def islands_json(which: Tables, mean_island: int, mean_gap: int) -> str:
    found = run.islands(which, mean_island, mean_gap)
    return model_json(
        found.model,
        states=run.NAMES,
        symbols=list(BASES),
        source=genome.HUMAN.caption(),
        settings={"tables": which, "mean_island": mean_island, "mean_gap": mean_gap},
    )


def islands_csv(which: Tables, mean_island: int, mean_gap: int, threshold: float | None) -> str:
    """A row a called stretch: from, to (bases from 1), its mean P(island)."""
    found = run.islands(which, mean_island, mean_gap)
    lines = ["from,to,bases,mean P(island),share by the rule"]
    for begin, end in zip(*run.runs_of(run.at_threshold(found, threshold)), strict=True):
        lines.append(
            f"{begin + 1},{end},{end - begin},{found.inside[begin:end].mean():.6f},"
            f"{found.rule[begin:end].mean():.6f}"
        )
    return "\n".join(lines) + "\n"


def islands_script(which: Tables, mean_island: int, mean_gap: int) -> str:
    """The eight-state model on the human sequence's first 20,000 bases, in hmmlearn's terms."""
    model = run.island_model(which, mean_island, mean_gap)
    first = genome.load().human[:20_000].astype(np.int64)
    return hmm_script(model, [first], source=f"{genome.HUMAN.caption()} Its first 20,000 bases.")
