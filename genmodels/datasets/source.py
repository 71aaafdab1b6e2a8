"""Where data come from: shown beside every demonstration that uses them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A data set's provenance in words for the page.

    `size` says how many of what ("272 eruptions, minutes"); `caution` is what a reader should
    doubt, empty where there is nothing to.
    """

    title: str
    citation: str
    licence: str
    size: str
    caution: str = ""

    def caption(self) -> str:
        """One line for under a stage."""
        parts = [f"{self.title}: {self.size}.", f"{self.citation}.", f"Licence: {self.licence}."]
        return " ".join([*parts, self.caution] if self.caution else parts)
