"""A lattice: the ways in which words may follow each other in what was typed, the likeliest first.

What was typed is taken for what was meant with mistakes in it (a noisy channel: M. D. Kernighan,
K. W. Church and W. A. Gale, "A Spelling Correction Program Based on a Noisy Channel Model", 1990).
All likelihoods are natural logarithms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from indexer.analysis.streams import is_han

_KEPT = 12  # ways to a place that are followed further
_APART = 4.0  # what it costs that no article has the characters where two words meet


@dataclass(frozen=True, slots=True)
class Arc:
    """A word that may be meant from one place to another.

    Attributes:
        begin: Where it begins in what was typed.
        end: Where it ends.
        text: The word.
        likelihood: How likely it is that it was meant and typed so.
    """

    begin: int
    end: int
    text: str
    likelihood: float


@dataclass(frozen=True, slots=True)
class Way:
    """Words one after the other.

    Attributes:
        likelihood: How likely they are.
        arcs: The words.
    """

    likelihood: float
    arcs: tuple[Arc, ...]

    @property
    def text(self) -> str:
        """The words, joined."""
        return "".join(arc.text for arc in self.arcs)


def likeliest(
    arcs: Sequence[Arc], length: int, counted: Callable[[Sequence[str]], Mapping[str, int]]
) -> list[Way]:
    """The likeliest ways through a lattice, best first; none where no way leads to the end.

    Args:
        arcs: Its words.
        length: Where what was typed ends.
        counted: Tells how many articles have each of some pairs of characters.
    """
    beginning: list[list[Arc]] = [[] for _ in range(length + 1)]
    ending: list[list[Arc]] = [[] for _ in range(length + 1)]
    for arc in arcs:
        beginning[arc.begin].append(arc)
        ending[arc.end].append(arc)
    meeting = {
        before.text[-1] + after.text[0]
        for place in range(1, length)
        for before in ending[place]
        for after in beginning[place]
        if is_han(before.text[-1]) and is_han(after.text[0])
    }
    counts = counted(sorted(meeting))
    ways: list[dict[str, Way]] = [{} for _ in range(length + 1)]
    ways[0][""] = Way(0.0, ())
    for place in range(length):
        for text, way in _best(ways[place]):
            for arc in beginning[place]:
                met = text[-1:] + arc.text[0]
                apart = _APART if met in meeting and not counts[met] else 0.0
                longer = Way(way.likelihood + arc.likelihood - apart, (*way.arcs, arc))
                known = ways[arc.end].get(text + arc.text)
                if known is None or longer.likelihood > known.likelihood:
                    ways[arc.end][text + arc.text] = longer
    return [way for _, way in _best(ways[length])]


def _best(ways: Mapping[str, Way]) -> list[tuple[str, Way]]:
    return sorted(ways.items(), key=lambda way: (-way[1].likelihood, way[0]))[:_KEPT]
