"""The vote on an article's text: of several extractors' texts, the one most like the others.

Extractors fail on different pages and in different ways, so that what two of three agree on is
seldom wrong. Texts are compared by their runs of four tokens: Dice's coefficient of two bags is the
F1 of one held against the other. The text with the highest sum of these is the medoid.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crawler.extraction.extractors import ask_readability, ask_trafilatura

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

Runs = Counter[tuple[str, ...]]
"""A bag of runs of tokens."""

# Two extractors that agree so well need no third.
_AGREED = 0.9
# So much more like each other must the others be than like ours, which knows Chinese pages better.
_MARGIN = 0.1
_LENGTH = 4
# A Chinese character, or a word of any other script.
_TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W\u3400-\u9fff\uf900-\ufaff]+")


def elect(own: str, root: HtmlElement, tidy: Callable[[list[str]], str]) -> str:
    """Choose the text of a page's article by the vote of three extractors.

    Args:
        own: The text that our rules have found; it is taken when another extractor agrees.
        root: The page's tree, for the other extractors.
        tidy: Makes a text of the lines that an extractor has found.

    Returns:
        One of the three texts; empty when our rules find nothing and the others do not agree.
    """
    second = tidy(ask_trafilatura(root))
    if not own and not second:
        return ""
    runs = list(map(runs_of, (own, second)))
    if similarity(*runs) >= _AGREED:
        return own
    third = tidy(ask_readability(root))
    runs.append(runs_of(third))
    if not own:
        return second if similarity(*runs[1:]) >= _AGREED else ""
    return (own, second, third)[_medoid(*runs)]


def _medoid(own: Runs, *others: Runs) -> int:
    """The place of the bag that is most like all three, and by a margin if it is not our own."""
    bags = (own, *others)
    votes = [sum(similarity(one, other) for other in bags if other is not one) for one in bags]
    votes[0] += _MARGIN
    return votes.index(max(votes))


def runs_of(text: str) -> Runs:
    """The runs of four tokens in a text; of a shorter one all its tokens as one run."""
    tokens = _TOKEN.findall(text)
    if len(tokens) < _LENGTH:
        return Counter([tuple(tokens)] if tokens else [])
    return Counter(zip(*(tokens[start:] for start in range(_LENGTH)), strict=False))


def similarity(one: Runs, other: Runs) -> float:
    """Dice's coefficient of two bags, 0 to 1; 0 when both are empty."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0
