"""Statements that SQLAlchemy makes once and the driver executes.

SQLAlchemy takes several times as long to pass a statement on as SQLite to carry it out. Where there
are many small ones it only makes the text, in the words of the database at hand, and says how
values are written and read.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import BindParameter, Connection, Float, Select, UpdateBase
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

Record = Any
"""A row that a statement gives: a named tuple of its columns."""

_Convert = Callable[[Any], Any]


class _Form(NamedTuple):
    """A statement as a driver takes it.

    Attributes:
        text: What is executed.
        places: The names of the parameters in their order; None where they go by their names.
        fixed: The values that are part of the statement.
        writers: How the values of parameters are converted, those that are.
        make_row: Makes a row of its values.
        readers: How the values of a row are converted, by their places, those that are.
    """

    text: str
    places: Sequence[str] | None
    fixed: Mapping[str, Any]
    writers: Mapping[str, _Convert]
    make_row: Callable[[Iterable[Any]], Record]
    readers: Sequence[tuple[int, _Convert]]

    def write(self, given: Mapping[str, Any]) -> Any:
        """Parameters as the driver takes them."""
        values = {**self.fixed, **given}
        for name, convert in self.writers.items():
            values[name] = convert(values[name])
        return values if self.places is None else [values[name] for name in self.places]

    def read(self, row: Sequence[Any]) -> Record:
        """A row of the values that the driver gives."""
        values = list(row)
        for place, convert in self.readers:
            values[place] = convert(values[place])
        return self.make_row(values)


class Statement:
    """A statement with named parameters, ``bindparam(name)`` in what it is made of.

    Expanding ones take lists; for each length of these it is made anew. It is executed in whatever
    transaction the driver's connection is; SQLAlchemy begins none for it.

    Args:
        clause: What SQLAlchemy makes it of.
    """

    def __init__(self, clause: ClauseElement) -> None:
        self._clause = clause
        parameters = [
            element
            for element in iterate(clause)
            if isinstance(element, BindParameter) and element.required
        ]
        self._names = {parameter.key for parameter in parameters}
        self._lists = sorted({one.key for one in parameters if one.expanding})
        self._form = lru_cache(maxsize=64)(self._make_form)

    def execute(self, connection: Connection, given: Mapping[str, Any]) -> list[Record]:
        """Execute it once.

        Args:
            connection: The database.
            given: The parameters.

        Returns:
            The rows it gives, if it gives any.
        """
        form = self._form(connection.dialect, *(len(given[name]) for name in self._lists))
        if self._lists:
            given = {**given, **_expand(given, self._lists)}
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(form.text, form.write(given))
            rows = cursor.fetchall() if cursor.description else ()
        return list(map(form.read if form.readers else form.make_row, rows))

    def execute_each(self, connection: Connection, given: Iterable[Mapping[str, Any]]) -> int:
        """Execute it with each of several sets of parameters, none of which is a list.

        Returns:
            How many rows were written.
        """
        form = self._form(connection.dialect)
        with closing(connection.connection.cursor()) as cursor:
            cursor.executemany(form.text, [form.write(each) for each in given])
            return int(cursor.rowcount)

    def _make_form(self, dialect: Dialect, *lengths: int) -> _Form:
        given: dict[str, Any] = dict.fromkeys(self._names)
        given |= {name: [None] * length for name, length in zip(self._lists, lengths, strict=True)}
        compiled = cast("SQLCompiler", self._clause.compile(dialect=dialect))
        state = compiled.construct_expanded_state(given)
        names = {name: [name] for name in compiled.binds} | dict(state.parameter_expansion)
        writers = {
            name: convert
            for key, bind in compiled.binds.items()
            if (convert := _implement(bind.type, dialect).bind_processor(dialect))
            for name in names[key]
        }
        columns = _columns_of(self._clause)
        readers = [
            (place, convert)
            for place, column in enumerate(columns)
            # Drivers give floats as they are; SQLAlchemy would ask each answer whether they did.
            if not isinstance(column["type"], Float)
            and (convert := _implement(column["type"], dialect).result_processor(dialect, None))
        ]
        row = namedtuple("Record", [column["name"] for column in columns], rename=True)  # type: ignore[misc]
        return _Form(
            text=state.statement,
            places=state.positiontup,
            fixed={name: value for name, value in state.parameters.items() if name not in given},
            writers=writers,
            make_row=row._make,
            readers=readers,
        )


def _columns_of(clause: ClauseElement) -> list[Any]:
    """What SQLAlchemy says of the columns that a statement gives."""
    if isinstance(clause, UpdateBase):
        return clause.returning_column_descriptions
    return clause.column_descriptions if isinstance(clause, Select) else []


def _expand(given: Mapping[str, Any], lists: Iterable[str]) -> dict[str, Any]:
    """The values of lists by the names that SQLAlchemy gives them."""
    return {
        f"{name}_{number}": value for name in lists for number, value in enumerate(given[name], 1)
    }


def _implement(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)
