"""The stream opened: a message's sum at its moment of learning, and the running measures."""

from dataclasses import replace

from genmodels.kit.opened import Opened
from pages.nb import nb_drift
from pages.nb.mail import stream_board as runs
from pages.nb.mail.stream import Setting, model_at, rows_of
from pages.nb.threshold.case import WORDS
from pages.nb.threshold.opened import fraction, message


def judged(setting: Setting, place: int) -> Opened:
    """Message `place` (from 0) of the stream under what the filter had learnt by then."""
    row = int(rows_of(setting)[place])
    learnt = _training(setting) + (place if setting.online else 0)
    return message(
        model_at(setting, place),
        *nb_drift.message(row),
        f"Message {place + 1} ({_kind(setting, place)} {row + 1}): log-odds",
        f"Counts of the {learnt} messages learnt by then.",
    )


def learnt_from(setting: Setting, place: int) -> Opened:
    """The same message again, after the filter has learnt from it."""
    online = replace(setting, online=True)
    row = int(rows_of(setting)[place])
    kind = _kind(setting, place)
    return message(
        model_at(online, place + 1),
        *nb_drift.message(row),
        "The same, after learning from it",
        f"Its label said {'spam' if kind == 'spam' else 'ham'}: its counts were added there.",
    )


def _training(setting: Setting) -> int:
    """How many messages were learnt before: the earlier collection has fewer than may be asked."""
    return int(model_at(replace(setting, online=False), 0).class_count.sum())


def _kind(setting: Setting, place: int) -> str:
    run = runs.pair(setting)["frozen"]
    if run.is_spam[place]:
        return WORDS[2]
    return WORDS[1] if run.hard[place] else WORDS[0]


def measure(setting: Setting, who: str, what: str, step: int) -> Opened:
    """Precision, recall or the last window's accuracy of a learner after `step` messages."""
    run = runs.pair(setting)[who]
    counts = runs.tally(run)
    tp, fp = int(counts.tp[step]), int(counts.fp[step])
    name = runs.NAMES[who]
    after = f"Of the first {step} messages, {name}."
    if what == "precision":
        return fraction(
            f"Precision, {name}",
            ("spam called spam", "called spam"),
            f"{tp}",
            f"{tp} + {fp}",
            after,
        )
    if what == "recall":
        fn = counts.missed(step)
        return fraction(
            f"Recall, {name}", ("spam called spam", "all spam"), f"{tp}", f"{tp} + {fn}", after
        )
    width = min(runs.WINDOW, step)
    right, all_right = int(counts.right[step] - counts.right[step - width]), int(counts.right[step])
    return fraction(
        f"Right of the last {width}, {name}",
        ("right verdicts", "messages"),
        f"{right}",
        f"{width}",
        f"Messages {step - width + 1} to {step}. All in all {_share(all_right, step)}.",
    )


def _share(right: int, n: int) -> str:
    return f"{right} of {n} are right" + (f", {right / n:.4f}" if n else "")


def opened(setting: Setting, place: runs.Place) -> list[Opened]:
    """What the inspector shows: a message's sum (and what learning made of it), or a measure."""
    if place.message is not None:
        found = [judged(setting, place.message - 1)]
        if setting.online:
            found.append(learnt_from(setting, place.message - 1))
        return found
    if place.open is None:
        return []
    who, what = place.open.split(".")
    return [measure(setting, who, what, place.step)]
