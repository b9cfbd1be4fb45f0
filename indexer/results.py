"""What a search gives back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.article import Article


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person who searches should know about how the query was understood.

    Attributes:
        code: A stable name for programs and translations: ``any-word`` (all words found nothing,
            or the query is long, so any of them is enough), ``cut`` (the query was too long),
            ``expansions`` (a pattern stands for too many words), ``unknown-field``, ``bad-date``,
            ``also-searched`` (for `query`: synonyms and words of the other language),
            ``corrected`` (nothing was found, so `query` was searched for instead),
            ``did-you-mean`` (`query` may have been meant), ``time`` (no other way to find more
            was tried) or ``stale`` (the index should be rebuilt).
        text: The same for people, one English sentence.
        query: The query that the notice offers or tells of; empty when it is about none.
    """

    code: str
    text: str
    query: str = ""

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, str]:
        """The notice by attribute name, ready for JSON; without an empty query."""
        row = {"code": self.code, "text": self.text}
        return row | {"query": self.query} if self.query else row


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that matches.

    Attributes:
        article: The stored article.
        score: How well it matches; higher is better, comparable within one search only.
        snippet: A passage of the text as safe HTML, ``<mark>`` around what matched.
    """

    article: Article
    score: float
    snippet: str

    def to_dict(self) -> dict[str, Any]:
        """The hit by attribute name, ready for JSON; the article with its id, without its body."""
        article = self.article.to_dict()
        del article["body"]
        return {
            "article": {"id": self.article.id, **article},
            "score": self.score,
            "snippet": self.snippet,
        }


@dataclass(frozen=True, slots=True)
class Results(Sequence[Hit]):
    """One page of hits, best first, with what is known of all of them. A sequence of `Hit`.

    Attributes:
        hits: The hits from ``offset`` on, at most ``limit``.
        total: How many articles match, exactly.
        took: Seconds spent on the search.
        notices: What was loosened, cut or not understood.
        facets: For each facet asked for, up to 20 (value, count), most frequent first; the
            facet's own filter is ignored in its counts.
    """

    hits: tuple[Hit, ...]
    total: int
    took: float
    notices: tuple[Notice, ...]
    facets: Mapping[str, Sequence[tuple[str, int]]]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, position: Any) -> Any:
        return self.hits[position]

    def to_dict(self) -> dict[str, Any]:
        """The results by attribute name, ready for JSON."""
        return {
            "total": self.total,
            "took": self.took,
            "notices": [notice.to_dict() for notice in self.notices],
            "facets": {name: [list(pair) for pair in pairs] for name, pairs in self.facets.items()},
            "hits": [hit.to_dict() for hit in self.hits],
        }
