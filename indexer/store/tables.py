"""The tables of the store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes, kept in UTC, also on databases that keep no zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> Any:
        """Drop the zone after going to UTC.

        Raises:
            ValueError: There is no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time needs a zone to be stored: {value}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Say that it is UTC."""
        return value and value.replace(tzinfo=UTC)


# Of tables whose rows come and go, so that numbers never run out; SQLite numbers by INTEGER only.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

METADATA = MetaData()

counter = Table("counter", METADATA, Column("seq", BigInteger, nullable=False))

articles = Table(
    "articles",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("state", String(8), nullable=False),
    Column("version", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

versions = Table(
    "versions",
    METADATA,
    Column("article_id", String(16), ForeignKey("articles.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("published", UtcDateTime),
    # A purge empties rows and leaves them: see Transaction.
    Column("erased", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("article_id", "number"),
)

# Pages as they came, compressed: see indexer.store.copies.
copies = Table(
    "copies",
    METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("first", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("charset", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("copies_of_article", "first", "number"),
)

# The crawler's: which pages its sources have, and the runs that visit them.

runs = Table(
    "runs",
    METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("source", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    # Whether it visits every page known, or those that are due.
    Column("complete", Boolean, nullable=False, server_default=true()),
    Column("trouble", Text),
    Index("runs_of_source", "source", "id"),
)

# How many pages of a run that has finished came to what.
outcomes = Table(
    "outcomes",
    METADATA,
    Column("run", _NUMBER, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("pages", Integer, nullable=False),
    PrimaryKeyConstraint("run", "outcome"),
)

pages = Table(
    "pages",
    METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("hops", Integer, nullable=False),
    Column("run", Integer, nullable=False),
    Column("visited_at", UtcDateTime),
    Column("outcome", String(12)),
    Column("reason", Text),
    Column("status", Integer),
    Column("article_id", String(16)),
    Column("kind", String(8), nullable=False, server_default="page"),
    Column("digest", String(64)),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("interval", Float),
    Column("due_at", UtcDateTime),
    Column("misses", Integer, nullable=False, server_default="0"),
    Column("pattern", Text, nullable=False, server_default=""),
    Column("found_by", Text, nullable=False, server_default=""),
    Column("worker", String(64)),
    Column("leased_until", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # The page with whose article this one goes on.
    Column("part_of", Text),
    UniqueConstraint("source", "url"),
    Index("pages_by_digest", "source", "digest"),
    Index("pages_under_way", "source", "worker"),
    Index("pages_in_order", "source", "run", "id"),
)

hosts = Table(
    "hosts",
    METADATA,
    Column("origin", Text, primary_key=True),
    Column("robots", Text),
    Column("robots_at", UtcDateTime),
    Column("retry_at", UtcDateTime),
)

# When a host may be asked again, whoever asks.
turns = Table(
    "turns",
    METADATA,
    Column("host", Text, primary_key=True),
    Column("next_at", Float, nullable=False),
)

# What the page and the schedule tell each other: see indexer.store.orders and .schedules.

orders = Table(
    "orders",
    METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("source", Text, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("declaration", Text, nullable=False),
    Column("basis", String(64), nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("refusal", Text, nullable=False, server_default=""),
    Index("orders_of_source", "source", "kind"),
)

declarations = Table(
    "declarations",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("next_at", UtcDateTime),
    Column("waiting", Boolean, nullable=False),
    Column("running_since", UtcDateTime),
)

schedules = Table(
    "schedules",
    METADATA,
    Column("worker", String(64), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
)

# The page's: who may use what of it, and what was searched for.

keys = Table(
    "keys",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

passwords = Table("passwords", METADATA, Column("hash", Text, nullable=False))

sessions = Table(
    "sessions",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False),
)

queries = Table(
    "queries",
    METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("hits", Integer, nullable=False),
    Index("queries_in_time", "asked_at"),
)
