"""Statements that the driver executes give what SQLAlchemy gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.dialects import postgresql

from indexer.errors import StoreError
from indexer.store import Store
from indexer.store.statement import Statement
from indexer.store.tables import pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("source", "url", "hops", "run", "due_at")
ADD = Statement(insert(pages).values({name: bindparam(name) for name in NAMES}))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "xiaosou.db") as opened:
        yield opened


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with four pages, only to be read."""
    with Store.open(tmp_path_factory.mktemp("four") / "xiaosou.db") as opened:
        add(opened, "u", "v", "w", "x")
        yield opened


def add(store: Store, *urls: str) -> None:
    with store.transaction() as transaction:
        rows = [
            {"source": "a", "url": url, "hops": 0, "run": number, "due_at": NOON}
            for number, url in enumerate(urls)
        ]
        assert ADD.execute_each(transaction.connection, rows) == len(urls)


def test_rows_have_the_columns_as_attributes_with_values_as_sqlalchemy_reads_them(
    store: Store,
) -> None:
    add(store, "u", "v")
    everything = select(pages).order_by(pages.c.id)
    with store.read() as connection:
        expected = [row._asdict() for row in connection.execute(everything)]
        found = Statement(everything).execute(connection, {})
    assert [row._asdict() for row in found] == expected
    assert found[1].due_at == NOON


@given(
    wanted=st.lists(st.sampled_from("uvwxyz"), unique=True),
    late=st.booleans(),
    zone=st.integers(-12, 12),
)
def test_lists_and_times_are_compared_as_sqlalchemy_compares_them(
    four: Store, wanted: list[str], late: bool, zone: int
) -> None:
    clause = select(pages.c.url).where(
        pages.c.url.in_(bindparam("wanted", expanding=True)),
        pages.c.run.in_([0, 1, 2]),
        pages.c.due_at < bindparam("before"),
    )
    moment = (NOON + timedelta(seconds=1 if late else 0)).astimezone(
        timezone(timedelta(hours=zone))
    )
    given = {"wanted": wanted, "before": moment}
    with four.read() as connection:
        expected = set(connection.scalars(clause, given))
        found = {row.url for row in Statement(clause).execute(connection, given)}
    assert found == expected == ({"u", "v", "w"} & set(wanted) if late else set())


def test_what_a_statement_returns_and_what_it_does_not(store: Store) -> None:
    add(store, "u", "v")
    of_url = pages.c.url == bindparam("of_url")
    moving = update(pages).where(of_url).values(run=bindparam("to"))
    returning = update(pages).where(of_url).values(run=bindparam("to"))
    with store.transaction() as transaction:
        connection = transaction.connection
        assert Statement(moving).execute(connection, {"of_url": "u", "to": 7}) == []
        statement = Statement(returning.returning(pages.c.id, pages.c.run))
        (row,) = statement.execute(connection, {"of_url": "v", "to": 8})
    assert row.run == 8
    with store.read() as connection:
        assert connection.scalars(select(pages.c.run).order_by(pages.c.id)).all() == [7, 8]


def test_rows_that_are_there_already_are_not_counted(store: Store) -> None:
    add(store, "u")
    add_new = Statement(
        text(
            "INSERT INTO pages (source, url, hops, run) "
            "VALUES ('a', :url, 0, 0) ON CONFLICT DO NOTHING"
        )
    )
    with store.transaction() as transaction:
        connection = transaction.connection
        assert add_new.execute_each(connection, [{"url": "u"}]) == 0
        assert add_new.execute_each(connection, [{"url": "u"}, {"url": "v"}]) == 1


def test_what_is_wrong_with_the_database_is_told_as_everywhere(store: Store) -> None:
    add(store, "u")
    with pytest.raises(StoreError, match="UNIQUE constraint failed"):
        add(store, "u")
    with store.read() as connection:
        assert connection.scalars(select(pages.c.url)).all() == ["u"]


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    row = {"source": "a", "url": "u", "hops": 0, "run": 0, "due_at": datetime(2026, 3, 1)}
    with pytest.raises(ValueError, match="needs a zone"), store.transaction() as transaction:
        ADD.execute_each(transaction.connection, [row])


def test_other_databases_get_their_own_words() -> None:
    clause = select(pages.c.url).where(pages.c.url.in_(bindparam("wanted", expanding=True)))
    form = Statement(clause)._make_form(postgresql.dialect(), 2)  # type: ignore[no-untyped-call]
    assert "IN (%(wanted_1)s::VARCHAR, %(wanted_2)s::VARCHAR)" in form.text
    assert form.write({"wanted": [], "wanted_1": "u", "wanted_2": "v"})["wanted_2"] == "v"
