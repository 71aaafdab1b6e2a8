"""A case on a variant's board as the texts that a link holds, and back, each checked."""

import re

from pages.nb.variants.case_run import PRIORS, Board, Case

MAX_TEXT = 400


def values_text(board: Board, case: Case) -> str:
    """The values with commas between them: 39.1,18.7,181,3750."""
    pairs = zip(board.features, case.places, strict=True)
    return ",".join(f"{feature.value(place):g}" for feature, place in pairs)


def off_text(case: Case) -> str | None:
    """The numbers, from 1, of the features that are not known: 2,4; None where all are."""
    return ",".join(str(f + 1) for f, known in enumerate(case.known) if not known) or None


def parse_values(board: Board, text: str) -> tuple[int, ...]:
    """Places of values written as `values_text` does.

    Raises ValueError on another count, on what isn't a number, and outside a feature's range.
    """
    parts = text[:MAX_TEXT].split(",")
    count = len(board.features)
    if len(parts) != count:
        raise ValueError(f"must be {count} numbers with commas between them")
    places = []
    for feature, part in zip(board.features, parts, strict=True):
        low, high = feature.value(0), feature.value(feature.n - 1)
        if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", part, re.ASCII):
            raise ValueError(f"must give {feature.name} as a number from {low:g} to {high:g}")
        if not low <= float(part) <= high:
            raise ValueError(f"must give {feature.name} from {low:g} to {high:g}")
        places.append(feature.place(float(part)))
    return tuple(places)


def parse_off(board: Board, text: str) -> tuple[bool, ...]:
    """Which features are known. Raises ValueError on anything but numbers of features."""
    numbers = [str(f + 1) for f in range(len(board.features))]
    parts = text[:MAX_TEXT].split(",")
    if any(part not in numbers for part in parts):
        raise ValueError(f"must be numbers from 1 to {len(numbers)} with commas between them")
    return tuple(number not in parts for number in numbers)


def parse_prior(text: str) -> int:
    """A whole per cent from 1 to 99; raises ValueError on anything else."""
    if text not in [str(p) for p in PRIORS]:
        raise ValueError("must be a whole number from 1 to 99, in per cent")
    return int(text)


def parse_smoothing(board: Board, text: str) -> int:
    """The place of a smoothing as the page writes it; raises ValueError on another."""
    stops = [f"{s:g}" for s in board.smoothings]
    if text not in stops:
        raise ValueError(f"must be one of {', '.join(stops)}")
    return stops.index(text)


def parse_open(board: Board, text: str) -> str:
    """The name of a number that opens: prior-1, f2-0, b3-1, product-1, posterior-0."""
    found = re.fullmatch(r"(prior|product|posterior|([fb])(\d{1,2}))-(\d)", text[:40], re.ASCII)
    good = found is not None and int(found[4]) < len(board.classes)
    # Belief b0 is after the prior, so there is one more of them than of factors.
    last = len(board.features) - (0 if found is not None and found[2] == "b" else 1)
    if found is None or not good or (found[3] and int(found[3]) > last):
        raise ValueError("must name a number, as prior-0, f1-0, product-0 or posterior-0")
    return text
