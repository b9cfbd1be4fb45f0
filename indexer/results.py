"""What a search gives back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from indexer.article import Article

_LONGEST_CELL = 120  # characters
_HEAD = ("", "title", "site", "category", "published", "score", "passage")


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
        duplicates: How many near-duplicates of the article match as well; they are no hits of
            their own (the setting ``collapse``). `Index.duplicates` gives all there are.
    """

    article: Article
    score: float
    snippet: str
    duplicates: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The hit by attribute name, ready for JSON; the article with its id, without its body."""
        article = self.article.to_dict()
        del article["body"]
        return {
            "article": {"id": self.article.id, **article},
            "score": self.score,
            "snippet": self.snippet,
            "duplicates": self.duplicates,
        }

    def to_row(self) -> dict[str, Any]:
        """The hit as a row of a table: its article without the body, the score and the snippet."""
        row = asdict(self.article)
        del row["body"]
        return {"id": self.article.id, **row, "score": self.score, "snippet": str(self.snippet)}


@dataclass(frozen=True, slots=True)
class Results(Sequence[Hit]):
    """One page of hits, best first, with what is known of all of them. A sequence of `Hit`.

    Attributes:
        hits: The hits from ``offset`` on, at most ``limit``.
        total: How many articles match, exactly, near-duplicates that are no hits among them.
        took: Seconds spent on the search.
        notices: What was loosened, cut or not understood.
        facets: For each facet asked for, up to 20 (value, count), most frequent first; the
            facet's own filter is ignored in its counts.
        following: How many hits come after these, as far as the search looked ``ahead``.
    """

    hits: tuple[Hit, ...]
    total: int
    took: float
    notices: tuple[Notice, ...]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    following: int = 0

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, position: Any) -> Any:
        return self.hits[position]

    def to_dict(self) -> dict[str, Any]:
        """The results by attribute name, ready for JSON; without ``following``."""
        return {
            "total": self.total,
            "took": self.took,
            "notices": [notice.to_dict() for notice in self.notices],
            "facets": {name: [list(pair) for pair in pairs] for name, pairs in self.facets.items()},
            "hits": [hit.to_dict() for hit in self.hits],
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """A flat row for each hit (see `Hit.to_row`), for tables such as pandas.DataFrame."""
        return [hit.to_row() for hit in self.hits]

    def _repr_html_(self) -> str:
        """The hits as a small table, for notebooks."""
        head = "".join(f"<th>{name}</th>" for name in _HEAD)
        rows = "".join(f"<tr>{_cells(place, hit)}</tr>" for place, hit in enumerate(self.hits, 1))
        notices = "".join(f"<p>{escape(str(notice))}</p>" for notice in self.notices)
        caption = f"{len(self.hits)} of {self.total:,} articles, {self.took:.3f} s"
        return (
            f"{notices}<table><caption>{caption}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


def _cells(place: int, hit: Hit) -> str:
    article = hit.article
    title = _cut(article.title or article.url)
    # Whatever else a URL may begin with is no link to a page.
    if article.url.startswith(("http://", "https://")):
        title = f'<a href="{escape(article.url)}" rel="noreferrer">{title}</a>'
    published = article.published.date().isoformat() if article.published else ""
    texts = (title, _cut(article.site), _cut(article.category), published, f"{hit.score:.2f}")
    return f"<th>{place}</th>" + "".join(f"<td>{text}</td>" for text in (*texts, hit.snippet))


def _cut(text: str) -> str:
    """The beginning of a text, escaped."""
    return escape(text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…")
