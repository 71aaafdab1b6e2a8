"""What the speech page shows and opens: links checked, numbers opened, verdicts in words."""

import re
from collections.abc import Callable
from functools import partial

from genmodels import hmm
from genmodels.datasets import digits
from genmodels.datasets.digits import COEFFICIENTS, WORDS
from genmodels.kit.opened import Opened, plain
from pages.hmm.speech import case as run
from pages.hmm.speech import opened as arithmetic
from pages.hmm.speech.case import Race

NAMES = (
    *(f"c{d}" for d in range(COEFFICIENTS)),
    *(f"slope of c{d}" for d in range(COEFFICIENTS)),
)
PER_DIGIT = 60
DEFAULT = (7, 13)
"""Digit and number of the recording that the page begins with: its lead changes four times."""

Checked = tuple[str, str | None]


def frames_of(row: int) -> int:
    return len(digits.load().coefficients[row])


def recording_name(row: int) -> str:
    data = digits.load()
    return f"“{WORDS[data.labels[row]]}”, recording {data.numbers[row]}"


def place_of(row: int) -> tuple[str, int]:
    """The controls' values for a row: its digit as text, its number."""
    data = digits.load()
    return str(int(data.labels[row])), int(data.numbers[row])


# -- links -----------------------------------------------------------------------------------------


def missing_text(frames: tuple[int, ...]) -> str:
    """Frames, counted from 0, as a link has them: counted from 1, runs as "5-9"."""
    parts: list[list[int]] = []
    for frame in frames:
        if parts and parts[-1][1] == frame:
            parts[-1][1] = frame + 1
        else:
            parts.append([frame + 1, frame + 1])
    return ".".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def checked_missing(text: str | None, T: int) -> tuple[tuple[int, ...], str | None]:
    """Frames from 0 that a link takes out, "5-9.12": (frames, message or None)."""
    if text is None:
        return (), None
    frames: set[int] = set()
    for part in text[:400].split("."):
        found = re.fullmatch(r"([0-9]{1,3})(?:-([0-9]{1,3}))?", part)
        a = int(found[1]) if found else 0
        b = int(found[2] or a) if found else 0
        if not 1 <= a <= b <= T:
            shown = text if len(text) <= 40 else text[:40] + "…"
            return (), (
                f"The link's hmms_missing must be frames from 1 to {T}, such as 3-5.8; "
                f"it says “{shown}”. Shown instead: all frames."
            )
        frames.update(range(a - 1, b))
    return tuple(sorted(frames)), None


# -- numbers that open -----------------------------------------------------------------------------


def openable(race: Race, heard: int, word: int) -> dict[str, Callable[[], Opened]]:
    """What opens after `heard` frames (1 .. T) for a word: its name and how it is made."""
    model = run.models(race.case.K)[word]
    state = int(race.paths[word, heard - 1]) + 1
    emission = digits.gaussians(model)
    trace = partial(hmm.forward_backward, model, race.x)
    return {
        "Density": lambda: arithmetic.emission(
            emission.means[state - 1],
            emission.variances[state - 1],
            race.x[heard - 1],
            NAMES,
            state=state,
            frame=heard,
        ),
        "Forward": lambda: arithmetic.forward(model, trace(), t=heard, state=state),
        "Likelihood": lambda: arithmetic.likelihood(trace(), t=heard, word=WORDS[word]),
        "Posterior": lambda: arithmetic.posterior(race.prefix[:, heard], WORDS, word=word, t=heard),
    }


OPENERS = ("Density", "Forward", "Likelihood", "Posterior")


# -- in words --------------------------------------------------------------------------------------


def verdict(race: Race) -> str:
    """What the whole is taken for, by how much, and what a bag of the same frames says."""
    said = int(digits.load().labels[race.case.row])
    first, second = race.ranking(race.T)[:2]
    bag = run.bag_ranking(race.case)[0]
    if race.missing.all():
        return "No frame is left: all ten words are equally probable."
    right = "rightly" if first == said else f"wrongly: “{WORDS[said]}” was said"
    return (
        f"All of it is taken for “{WORDS[first]}”, {right}; {plain(race.lead(race.T))} nats ahead "
        f"of “{WORDS[second]}”. As a bag of frames, without an order: “{WORDS[bag]}”."
    )


def stay(race: Race, heard: int, word: int) -> str:
    """How long the state at a frame lasts by the model, and here."""
    k = int(race.paths[word, heard - 1])
    a = float(run.models(race.case.K)[word].transition[k, k])
    here = int((race.paths[word] == k).sum())
    name = f"State {k + 1} of “{WORDS[word]}”"
    frames = "frame" if here == 1 else "frames"
    if a >= 1:
        return f"{name} is the last, and is never left. Here: {here} {frames}."
    return (
        f"{name} is left with probability {plain(1 - a)} at each frame: stays are geometric, "
        f"{plain(1 / (1 - a))} frames in the mean, the shortest the likeliest. Here: "
        f"{here} {frames}."
    )


def score_line(K: int) -> str:
    """Five-fold accuracy and spread in words."""
    trained = digits.load().trained[K]
    accuracy = trained.fold_accuracy
    return (
        f"**{accuracy.mean():.3f}** ± {accuracy.std():.3f} of 3,000 recordings, each judged by "
        f"models that never heard it (five folds, {K} states a word; the spread is over folds)."
    )
