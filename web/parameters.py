"""The parameters of a request: read, checked, and written into links again.

A parameter that is absent or empty has its default; parameters nobody knows are passed over. The
query itself may be any text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote_plus

from werkzeug.datastructures import MultiDict

from indexer.analysis.document import FACET_FIELDS
from indexer.query import SORTS
from indexer.query.parser import MAX_CHARACTERS
from indexer.search import MATCHES
from web.errors import BadParameterError

PAGE_SIZE = 10
"""Hits on a page."""

MAX_DEPTH = 1000
"""How many hits can be reached by paging; beyond that a search wants more words."""

MAX_PAGE = MAX_DEPTH // PAGE_SIZE

MAX_LIMIT = 100
"""How many hits a request over HTTP gives at most."""

MAX_VALUES = 20
MAX_VALUE_CHARACTERS = 200
"""How many values a filter has at most, and how long one may be: every link repeats them."""

AGES = ("1d", "1w", "1m", "1y")
"""How old the articles of a search may be at most, as the query language writes it."""

_NONE = "\0"  # no value: it is read as something else

PAGE_FILTERS = ("site", "category", "language")
"""The fields the search page filters by and counts."""


@dataclass(frozen=True, slots=True)
class PageParameters:
    """What the search page is asked for.

    Attributes:
        query: What to search for.
        filters: The values of each filter that is set, for the fields of `PAGE_FILTERS`.
        age: How old an article may be at most, one of `AGES`; empty for any age.
        sort: One of the sort orders.
        page: Which page of hits, from 1.
        hl: The language of the interface when the link asks for one, else empty.
    """

    query: str
    filters: Mapping[str, tuple[str, ...]]
    age: str = ""
    sort: str = SORTS[0]
    page: int = 1
    hl: str = ""

    @classmethod
    def read(cls, arguments: MultiDict[str, str], hl: str = "") -> PageParameters:
        """Read the arguments of a request.

        Raises:
            BadParameterError: One of them has a value it cannot have.
        """
        single = arguments.to_dict()
        return cls(
            query=_text(single.get("q", "")),
            filters=_read_filters(arguments, PAGE_FILTERS),
            age=_read_age(single),
            sort=_read_choice(single, "sort", SORTS),
            page=read_number(single, "page", 1, 1, MAX_PAGE),
            hl=hl,
        )

    @property
    def offset(self) -> int:
        """How many hits come before the page."""
        return (self.page - 1) * PAGE_SIZE

    @property
    def text(self) -> str:
        """The query with everything that the query language says."""
        return f"age:<{self.age} {self.query}" if self.age else self.query

    def with_query(self, query: str) -> PageParameters:
        """The first page of a search for something else with the same filters."""
        return replace(self, query=query, page=1)

    def adding(self, field: str) -> Callable[[str], str]:
        """Makes the links that add a value to a filter, as `with_filter` does for a single one."""
        before, _, after = self.with_filter(field, _NONE).link().partition(_quote(_NONE))
        return lambda value: before + _quote(value) + after

    def with_filter(self, field: str, value: str) -> PageParameters:
        """The first page of the same search where a field may also have this value."""
        return self._filtered({**self.filters, field: (*self.filters.get(field, ()), value)})

    def without_filter(self, field: str, value: str) -> PageParameters:
        """The first page of the same search without one value of a filter."""
        left = tuple(other for other in self.filters[field] if other != value)
        filters = {**self.filters, field: left}
        return self._filtered({name: values for name, values in filters.items() if values})

    def without_filters(self) -> PageParameters:
        """The first page of the same search without any filter."""
        return replace(self._filtered({}), age="")

    def with_page(self, page: int) -> PageParameters:
        """Another page of the same search."""
        return replace(self, page=page)

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values, in the order that links have, without those that are the default.

        Of a long query only what is searched for is kept: see `indexer.query.parser`.
        """
        return [*self._searched(), *self._view(self.age, self.sort, self.page)]

    def link(self) -> str:
        """The link to it from another page of results."""
        return self._link(self.age, self.sort, self.page)

    def link_to_age(self, age: str) -> str:
        """The link to the first page where articles may be so old; empty for any age."""
        return self._link(age, self.sort, 1)

    def link_to_sort(self, sort: str) -> str:
        """The link to the first page in another order."""
        return self._link(self.age, sort, 1)

    def link_to_page(self, page: int) -> str:
        """The link to another page of the same search."""
        return self._link(self.age, self.sort, page)

    def _link(self, age: str, sort: str, page: int) -> str:
        view = "".join(f"&{name}={value}" for name, value in self._view(age, sort, page))
        return _beginning(tuple(self._searched())) + view

    def _searched(self) -> list[tuple[str, str]]:
        """Names and values of what is searched for."""
        filters = [
            (field, value) for field in PAGE_FILTERS for value in self.filters.get(field, ())
        ]
        return [("q", self.query[:MAX_CHARACTERS]), *filters]

    def _view(self, age: str, sort: str, page: int) -> list[tuple[str, str]]:
        """Names and values of how what is found is seen; all of them mean themselves in a link."""
        pairs = [("age", age)] if age else []
        if sort != SORTS[0]:
            pairs.append(("sort", sort))
        if page > 1:
            pairs.append(("page", str(page)))
        if self.hl:
            pairs.append(("hl", self.hl))
        return pairs

    def _filtered(self, filters: Mapping[str, tuple[str, ...]]) -> PageParameters:
        return replace(self, filters=filters, page=1)


@dataclass(frozen=True, slots=True)
class ApiParameters:
    """What ``/api/search`` is asked for; the attributes are arguments of `Index.search`."""

    query: str
    limit: int
    offset: int
    filters: Mapping[str, tuple[str, ...]]
    sort: str
    match: str
    facets: tuple[str, ...]

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> ApiParameters:
        """Read the arguments of a request.

        Raises:
            BadParameterError: One of them has a value it cannot have, or ``q`` is missing.
        """
        single = arguments.to_dict()
        if "q" not in single:
            raise BadParameterError("parameter.missing", name="q")
        if single.get("page") and single.get("offset"):
            raise BadParameterError("parameter.either", name="page", other="offset")
        limit = read_number(single, "limit", PAGE_SIZE, 0, MAX_LIMIT)
        page = read_number(single, "page", 1, 1, MAX_DEPTH)
        offset = read_number(single, "offset", (page - 1) * limit, 0, MAX_DEPTH)
        if offset + limit > MAX_DEPTH:
            raise BadParameterError("parameter.deep", limit=MAX_DEPTH)
        return cls(
            query=_text(single["q"]),
            limit=limit,
            offset=offset,
            filters=_read_filters(arguments, FACET_FIELDS),
            sort=_read_choice(single, "sort", SORTS),
            match=_read_choice(single, "match", MATCHES),
            facets=_read_facets(arguments),
        )


# The links of a page have the same few values in common, and nearly all begin alike.
_quote = lru_cache(maxsize=4096)(quote_plus)


@lru_cache(maxsize=64)
def _beginning(searched: tuple[tuple[str, str], ...]) -> str:
    """A link up to the filters, of their names and values."""
    return "?" + "&".join(f"{name}={_quote(value)}" for name, value in searched)


def _text(value: str) -> str:
    """The value without NUL, which neither HTML nor an article can have."""
    return value.replace("\0", "\ufffd")


def read_text(arguments: Mapping[str, str], name: str, longest: int) -> str:
    """Read a text of so many characters at most.

    Raises:
        BadParameterError: It is longer.
    """
    value = _text(arguments.get(name, "")).encode(errors="replace").decode()
    if len(value) > longest:
        raise BadParameterError("parameter.long", name=name, limit=longest)
    return value


def read_number(arguments: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """Read a whole number within bounds.

    Raises:
        BadParameterError: It is something else.
    """
    value = arguments.get(name, "")
    if not value:
        return default
    digits = value.isascii() and value.isdecimal() and len(value) <= len(str(high))
    if not digits or not low <= int(value) <= high:
        raise BadParameterError("parameter.number", name=name, low=low, high=high)
    return int(value)


def _read_choice(arguments: Mapping[str, str], name: str, choices: Collection[str]) -> str:
    value = arguments.get(name, "") or next(iter(choices))
    _require(name, [value], choices)
    return value


def _read_age(arguments: Mapping[str, str]) -> str:
    age = arguments.get("age", "")
    if age:
        _require("age", [age], AGES)
    return age


def _read_facets(arguments: MultiDict[str, str]) -> tuple[str, ...]:
    """The facets to count: ``facets`` repeated, or several with commas between them."""
    names = [name for value in arguments.getlist("facets") for name in value.split(",") if name]
    _require("facets", names, FACET_FIELDS)
    return tuple(dict.fromkeys(names))


def _require(name: str, values: Iterable[str], choices: Collection[str]) -> None:
    for value in values:
        if value not in choices:
            raise BadParameterError("parameter.choice", name=name, choices=", ".join(choices))


def _read_filters(
    arguments: MultiDict[str, str], fields: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    filters = {}
    for field in fields:
        values = tuple(dict.fromkeys(_text(value) for value in arguments.getlist(field) if value))
        if len(values) > MAX_VALUES:
            raise BadParameterError("parameter.many", name=field, limit=MAX_VALUES)
        if any(len(value) > MAX_VALUE_CHARACTERS for value in values):
            raise BadParameterError("parameter.long", name=field, limit=MAX_VALUE_CHARACTERS)
        if values:
            filters[field] = values
    return filters
