"""The vowel pad's side of the vowels: whose voice, where a link points, what opens."""

import math
from collections import Counter
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from genmodels.datasets import vowels
from genmodels.datasets.vowels import KINDS, SYMBOLS
from genmodels.kit.opened import Opened
from pages.gmm import partition_opened as partition
from pages.gmm.vowels import case as run
from pages.gmm.vowels import opened as arithmetic
from pages.gmm.vowels.case import Group, Labels, Space, Unlabelled
from pages.gmm.vowels.vowel_pad import HIGHEST, LOWEST, Scale, View, Voice, payload

HOME = (530.0, 1840.0)
"""F1 and F2 in Hz where the pad opens: near a man's “head”."""
SPEAKERS = 76
MEN_S_UPPER = (3500.0, 4500.0)


# -- voices ----------------------------------------------------------------------------------------


@lru_cache(maxsize=128)
def voice(kind: str, speaker: int = 0) -> Voice:
    """The mean voice of men, women or children, or one speaker's own (speaker from 1)."""
    data = vowels.load()
    own = data.speakers == speaker if speaker else data.kinds == KINDS.index(kind)
    men = data.kinds == 0
    length = data.F[own, 3].mean() / data.F[men, 3].mean()  # shorter throats ring higher
    per_speaker = [data.F[data.speakers == s, 1:3] for s in np.unique(data.speakers[own])]
    return Voice(
        name=speaker_name(speaker) if speaker else f"a {kind}",
        F0=float(np.exp(np.log(data.F[own, 0]).mean())),
        F3=np.array([data.F[own & (data.labels == c), 3].mean() for c in range(len(data.words))]),
        mean=np.mean([f.mean(axis=0) for f in per_speaker], axis=0),
        deviation=np.mean([f.std(axis=0) for f in per_speaker], axis=0),
        upper=(MEN_S_UPPER[0] * length, MEN_S_UPPER[1] * length),
    )


def scale(space: Space, throat: Voice) -> Scale:
    """From the plane to hertz: logs have one for all, Lobanov's z one a voice."""
    if space == "hertz":
        return Scale("log")
    (m1, m2), (d1, d2) = throat.mean.tolist(), throat.deviation.tolist()
    return Scale("linear", (m1, m2), (d1, d2))


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    """man 1 to man 33, woman 1 to woman 28, child 1 to child 15, by the data's own numbers."""
    data = vowels.load()
    seen: Counter[int] = Counter()
    names = []
    for speaker in range(1, SPEAKERS + 1):
        kind = int(data.kinds[data.speakers == speaker][0])
        seen[kind] += 1
        names.append(f"{KINDS[kind]} {seen[kind]}")
    return tuple(names)


def speaker_name(speaker: int) -> str:
    return _names()[speaker - 1]


def speakers_of(group: str) -> list[int]:
    """Numbers of a group's speakers, from 1."""
    return [int(s) for s in np.unique(vowels.load().speakers[run.members(group)])]


# -- the pad -----------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def pad(group: Group, space: Space, kind: str, speaker: int) -> dict[str, Any]:
    """The widget's payload; speaker 0 for all, else the one whose vowels stand out."""
    data, rows = vowels.load(), run.members(group)
    throat = voice(kind, speaker)
    return payload(
        run.classifier(group, space),
        run.plane(space)[rows],
        pad_id=f"{group} {space} {kind} {speaker}",
        rows=rows,
        labels=data.labels[rows],
        formants=data.F[rows],
        said_by=[speaker_name(int(s)) for s in data.speakers[rows]],
        bright=np.flatnonzero(data.speakers[rows] == speaker),
        words=data.words,
        symbols=SYMBOLS,
        scale=scale(space, throat),
        voice=throat,
    )


def place(view: View, space: Space, throat: Voice) -> np.ndarray:
    """The plane's coordinates (2,) of what the pad shows."""
    if view.vowel is not None:
        return np.asarray(run.plane(space)[view.vowel])
    return scale(space, throat).plane(np.array(view.hertz))


def opened(view: View, group: Group, space: Space, throat: Voice) -> Opened:
    """The ten log-joints where the pad's cursor is."""
    data = vowels.load()
    if view.vowel is None:
        title = f"F1 {view.hertz[0]:.0f}, F2 {view.hertz[1]:.0f} Hz"
    else:
        word = data.words[data.labels[view.vowel]]
        title = f"“{word}”, {speaker_name(int(data.speakers[view.vowel]))}"
    return arithmetic.recognised(
        run.classifier(group, space), place(view, space, throat), data.words, title
    )


def heard_as(view: View, group: Group, space: Space) -> str | None:
    """What Gaussians that never heard its speaker take a recorded vowel for."""
    if view.vowel is None:
        return None
    data = vowels.load()
    found = run.held_out(group, _features(space))
    at = int(np.flatnonzero(found.rows == view.vowel)[0])
    said, heard = data.words[data.labels[view.vowel]], data.words[found.predicted[at]]
    verdict = "rightly" if said == heard else f"wrongly: “{said}” was said"
    return f"Held out with its speaker, it is taken for “{heard}”, {verdict}."


def _features(space: Space) -> run.Features:
    return "Lobanov F1, F2" if space == "lobanov" else "log F1, F2"


def confused(group: Group, space: Space, said: str, heard: str) -> Labels:
    """Rows of the vowels that were said as one word and, held out, taken for another."""
    data = vowels.load()
    found = run.held_out(group, _features(space))
    hit = (data.labels[found.rows] == data.words.index(said)) & (
        found.predicted == data.words.index(heard)
    )
    return np.asarray(found.rows[hit])


def openable(group: Group, found: Unlabelled) -> dict[str, Callable[[], Opened]]:
    """How the clusters agree with the vowels, each number made when opened."""
    data, K = vowels.load(), found.model.n_components
    said = data.labels[run.members(group)]
    return {
        "Accuracy": partial(
            partition.accuracy, found.labels, said, K, data.words, "Accuracy, best matching"
        ),
        "ARI": partial(partition.adjusted_rand, found.labels, said, "Adjusted Rand index"),
    }


# -- links ---------------------------------------------------------------------------------------


def checked_place(text: str | None) -> tuple[tuple[float, float], str | None]:
    """F1 and F2 from a link like 530-1840, Hz."""
    if text is None:
        return HOME, None
    parts = text.split("-")
    try:
        values = [float(part) for part in parts]
    except ValueError:
        values = []
    if len(values) == 2 and all(math.isfinite(v) and LOWEST <= v <= HIGHEST for v in values):
        return (values[0], values[1]), None
    return HOME, (
        f"The link's gmmv_at must be two frequencies from {LOWEST:g} to {HIGHEST:g} Hz, like "
        f"530-1840; it says “{text[:40]}”. Shown instead: {HOME[0]:g}-{HOME[1]:g}."
    )


def at_text(hertz: tuple[float, float]) -> str | None:
    """The link's form of a place; None where the pad opens."""
    return None if hertz == HOME else f"{hertz[0]:g}-{hertz[1]:g}"


def checked_speaker(text: str | None, group: str) -> tuple[int, str | None]:
    """One speaker's number from the link, of the group's; 0 for all."""
    allowed = speakers_of(group)
    if text is None or text == "0":
        return 0, None
    if text.isascii() and text.isdigit() and len(text) < 4 and int(text) in allowed:
        return int(text), None
    return 0, (
        f"The link's gmmv_speaker must be a speaker of {group}, {allowed[0]} to {allowed[-1]}, "
        f"or 0 for all; it says “{text[:40]}”. Shown instead: all."
    )


def checked_vowel(text: str | None, group: str) -> tuple[int | None, str | None]:
    """A recorded vowel's row from the link, of the group's."""
    if text is None:
        return None, None
    rows = run.members(group)
    if text.isascii() and text.isdigit() and len(text) < 5 and int(text) in rows:
        return int(text), None
    return None, (
        f"The link's gmmv_vowel must be a vowel of {group}, {rows[0]} to {rows[-1]}; it says "
        f"“{text[:40]}”. Shown instead: none."
    )
