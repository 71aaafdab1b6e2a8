"""Any number of any page by its address: `python -m pages.number "/gmm?gmm_k=3&gmm_open=point:7"`.

Prints title, value with all its digits, and unit, tabs between. Exit status 2, with a sentence on
standard error, where the link has a bad value, an unknown page or nothing open.
"""

import sys
from importlib import import_module
from urllib.parse import urlsplit

from genmodels.kit.opened import Opened
from genmodels.kit.state import PageState
from pages import contents


def state_of(path: str) -> type[PageState]:
    """The State of the page at `path`, as in "gmm-kmeans". Raises ValueError for none."""
    made: type[PageState] = import_module(f"{contents.package_of(path)}.state").State
    return made


def opened(link: str) -> Opened:
    """The number that a link (path and query) has open. Raises ValueError where there is none."""
    parts = urlsplit(link)
    path = parts.path.strip("/")
    state = state_of(path).of(parts.query)
    found: Opened | None = import_module(f"{contents.package_of(path)}.opened").opened(state)
    if found is None:
        raise ValueError(f"the link {link} has no number open")
    return found


def main(arguments: list[str]) -> int:
    """The command; returns its exit status."""
    if len(arguments) != 1:
        print('give one link, as in "/gmm?gmm_open=point:7"', file=sys.stderr)
        return 2
    try:
        number = opened(arguments[0])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(number.title, repr(float(number.value)), number.unit, sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
