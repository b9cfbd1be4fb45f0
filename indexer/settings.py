"""Settings of a collection.

An option comes first, then ``XIAOSOU_*``, then ``settings.toml``, then the default.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from indexer.errors import SettingsError

FILE_NAME = "settings.toml"
_PREFIX = "XIAOSOU_"
_SWITCH: dict[object, bool] = {"true": True, "false": False}
_INDEX_VARIABLE = "XIAOSOU_INDEX"


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set for a collection.

    Attributes:
        engine: The search engine: ``whoosh``, ``memory`` for trying things out, or the address of
            a cluster, ``opensearch://host:9200/name``.
        store: An SQLAlchemy URL of the article store; empty for ``xiaosou.db`` in the index folder.
        dictionary: A file of extra words for the segmenter in jieba's format (a word a line,
            optionally its frequency and part of speech); empty for none. A relative path starts
            at the index folder.
        synonyms: A file of words that mean the same, a group a line with commas between; empty for
            none. A relative path starts at the index folder.
        recency: After how many days a new article has lost half of what it gets for being new; 0
            when the date does not matter.
        exactness: What is added to the score when an article has the query as typed; 0 for none.
        site_weights: What is added for articles of a site: ``name=number``, commas between.
        collapse: Whether near-duplicates that a search finds become one hit, which says how many
            there are.
        translation: 1 when a query that finds few articles is also searched for in the other
            language, 0 when not.
        contact: Whom the sites that are crawled can write to: an address of mail or of a page;
            without one only sites on this machine are crawled.
        copies: Whether the crawler keeps the pages of articles as they came.
        crawl_memory: The megabytes of memory a crawl may have.
        crawl_minutes: The minutes after which the schedule ends a crawl.
        host: The address the search page listens on.
        port: The port the search page listens on.
        rate: How many requests a second the search page answers one address on average; 0 for
            any number.
        query_days: For how many days what was searched for is kept; 0 keeps nothing.
    """

    engine: str = "whoosh"
    store: str = ""
    dictionary: str = ""
    synonyms: str = ""
    recency: int = 0
    exactness: int = 0
    site_weights: str = ""
    collapse: bool = True
    translation: int = 1
    contact: str = ""
    copies: bool = True
    crawl_memory: int = 2048
    crawl_minutes: int = 360
    host: str = "127.0.0.1"
    port: int = 8090
    rate: int = 30
    query_days: int = 90

    @classmethod
    def load(cls, index_path: Path, **options: Any) -> Settings:
        """Combine the four places a setting can stand in; an option of None was not given.

        Raises:
            SettingsError: A key is unknown, a value has the wrong type, or the file is not TOML.
        """
        values: dict[str, Any] = {}
        for place, given in (
            (str(index_path / FILE_NAME), _read_file(index_path / FILE_NAME)),
            ("the environment", _read_environment(os.environ)),
            ("the options", {key: value for key, value in options.items() if value is not None}),
        ):
            for key, value in given.items():
                values[key] = _check(key, value, place)
        return cls(**values)


def default_index_path() -> Path:
    """The folder ``XIAOSOU_INDEX`` names, else ``index`` in the current folder."""
    return Path(os.environ.get(_INDEX_VARIABLE) or "index")


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}") from None


def _read_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        name.removeprefix(_PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(_PREFIX) and name != _INDEX_VARIABLE
    }


def _check(key: str, value: Any, place: str) -> Any:
    types = {field.name: type(field.default) for field in fields(Settings)}
    if key not in types:
        raise SettingsError(f"unknown setting {key!r} in {place}: known are {', '.join(types)}")
    if types[key] is int and isinstance(value, str) and value.isdecimal():
        return int(value)
    if types[key] is bool and value in _SWITCH:
        return _SWITCH[value]
    if type(value) is not types[key]:
        raise SettingsError(f"{key} in {place} is {value!r}, not a {types[key].__name__}")
    if isinstance(value, int) and value < 0:
        raise SettingsError(f"{key} in {place} is {value}, not 0 or more")
    return value
