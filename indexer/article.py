"""An article: what is collected, stored and found."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from indexer.errors import ArticleError

_ID_DIGITS = 16
_LONGEST_URL = 2600  # bytes; PostgreSQL has no longer ones in an index


@dataclass(frozen=True, slots=True)
class Article:
    """One article of the collection.

    Attributes:
        url: The identity, kept as given; at most 2,048 characters and 2,600 bytes in UTF-8.
        title: The headline, without the names of site and category.
        body: The text, paragraphs separated by line breaks.
        site: The name of the site it is from.
        category: The section of the site it stands in.
        language: A lower-case ISO 639-1 code such as ``zh`` or ``en``; empty when unknown.
        author: The author's name as printed.
        published: When it was published, an aware datetime, held in UTC; None when unknown.

    Raises:
        ArticleError: A field has the wrong type, the URL is missing or too long, the time has no
            zone, or a text holds NUL or a lone surrogate, which no database keeps.
    """

    url: str
    title: str
    body: str
    site: str = ""
    category: str = ""
    language: str = ""
    author: str = ""
    published: datetime | None = None

    def __post_init__(self) -> None:
        try:
            # All at once, for articles are made by the thousand.
            whole = "".join(_texts(self))
            whole.encode()
            is_text = "\0" not in whole
        except (TypeError, UnicodeEncodeError):
            is_text = False
        if not is_text:
            for name, value in zip(_TEXTS, _texts(self), strict=True):
                _require_text(name, value)
        if not self.url or len(self.url) > 2048:
            raise ArticleError(f"an article's url has 1 to 2048 characters, not {len(self.url)}")
        if (size := len(self.url.encode())) > _LONGEST_URL:
            raise ArticleError(f"an article's url has {_LONGEST_URL} bytes at most, not {size}")
        if self.published is not None:
            object.__setattr__(self, "published", _in_utc(self.published))

    @property
    def id(self) -> str:
        """The first 16 hex digits of the URL's SHA-256, used in links and to order ties."""
        return article_id(self.url)

    @property
    def content_hash(self) -> str:
        """The SHA-256 of everything but the URL, in hex: equal hashes mean nothing changed."""
        content = [self.title, self.body, self.site, self.category, self.language, self.author]
        content.append(self.published.isoformat() if self.published else "")
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """The fields by name; ``published`` as ISO 8601 text or None. `from_dict` reads it back."""
        # Not by asdict, which copies each value and takes as long as all else of a hit.
        row: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        row["published"] = self.published.isoformat() if self.published else None
        return row

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Article:
        """Make an article of such a mapping as `to_dict` gives.

        Keys it does not know are ignored, so that exports with more columns can be read.

        Raises:
            ArticleError: A required key is missing, or a value has the wrong form.
        """
        missing = [name for name in ("url", "title", "body") if row.get(name) is None]
        if missing:
            raise ArticleError(f"an article needs {', '.join(missing)}")
        known = {
            field.name: row[field.name] for field in fields(cls) if row.get(field.name) is not None
        }
        if "published" in known:
            known["published"] = _parse_time(known["published"])
        return cls(**known)


_TEXTS = tuple(field.name for field in fields(Article) if field.name != "published")
_texts = attrgetter(*_TEXTS)


def article_id(url: str) -> str:
    """The id of the article at this URL, `Article.id`."""
    return hashlib.sha256(url.encode()).hexdigest()[:_ID_DIGITS]


def _require_text(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise ArticleError(f"an article's {name} is text, not {type(value).__name__}")
    if "\0" in value:
        raise ArticleError(f"an article's {name} holds a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ArticleError(f"an article's {name} holds half a surrogate pair") from None


def _in_utc(time: object) -> datetime:
    if not isinstance(time, datetime):
        raise ArticleError(f"an article's published is a datetime, not {type(time).__name__}")
    if time.tzinfo is None:
        raise ArticleError("an article's published needs a time zone")
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ArticleError("an article's published is in none of the years 1 to 9999") from None


def _parse_time(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise ArticleError(f"an article's published is ISO 8601 text, not {type(value).__name__}")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ArticleError(f"an article's published is no ISO 8601 time: {value!r}") from None
