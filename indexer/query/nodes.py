"""Nodes of a query tree that Whoosh does not have; engines know them beside `whoosh.query`'s."""

from __future__ import annotations

from typing import Any

from whoosh.query import Phrase, Prefix, Query

from indexer.query.fields import PAIRS, PAIRS_FIELD


class Character(Prefix):  # type: ignore[misc]
    """The articles with a Chinese character, wherever it stands.

    Every occurrence of a character begins exactly one key of the pairs stream. All keys it begins
    count as one term, whose frequency is the sum of theirs; it is scored by BM25F.

    Args:
        character: The character.
        boost: What the score is multiplied with.
        share: When more than this share of all articles has the character, it finds nothing.
    """

    def __init__(self, character: str, boost: float = 1.0, share: float = 1.0) -> None:
        super().__init__(PAIRS, character, boost=boost, constantscore=False)
        self.share = share

    def __eq__(self, other: Any) -> bool:
        return bool(super().__eq__(other)) and self.share == other.share

    __hash__ = Prefix.__hash__


class Titled(Phrase):  # type: ignore[misc]
    """The articles whose title has these tokens of the pairs stream and no others, unscored.

    Since pairs overlap, their order hardly ever differs when they are the same.

    Args:
        tokens: The tokens.
    """

    def __init__(self, tokens: list[str]) -> None:
        super().__init__(PAIRS_FIELD["title"], tokens)


class Articles(Query):  # type: ignore[misc]
    """The articles with these ids, unscored.

    Args:
        ids: The ids.
    """

    def __init__(self, ids: frozenset[str]) -> None:
        self.ids = ids

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Articles) and self.ids == other.ids

    def __hash__(self) -> int:
        return hash(self.ids)
