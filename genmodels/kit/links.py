"""A page's state as it stands in a link: text by name, checked field by field."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

State = TypeVar("State")
MAX_CHARS = 1500
"""What is read of a link's value; the rest is left out."""


def read(
    values: Mapping[str, str | None],
    readers: Mapping[str, tuple[str, Callable[[str], Any], str]],
    make: Callable[..., State],
    **fixed: Any,
) -> tuple[State, dict[str, str]]:
    """The state that `make(**fields)` makes of a link, and a message for each unsound value.

    `readers` says of each name in the link: which field it is, how its text is read, and what is
    expected, in words. A value that can't be read, or that `make` refuses with a ValueError, is
    left at the field's default.
    """
    fields: dict[str, Any] = dict(fixed)
    problems: dict[str, str] = {}
    for name, (field, reader, expected) in readers.items():
        text = values.get(name)
        if text is None:
            continue
        try:
            value = reader(text[:MAX_CHARS])
            make(**{field: value})
        except (ValueError, IndexError, OverflowError):
            short = text if len(text) <= 40 else text[:40] + "…"
            problems[name] = (
                f"The link's {name} must be {expected}; it says “{short}”. The default is shown."
            )
        else:
            fields[field] = value
    return make(**fields), problems
