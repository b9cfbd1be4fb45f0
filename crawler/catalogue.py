"""The sources there are: a collection's own, and those that come with xiaosou."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.declaration import parse_source, write_source
from crawler.errors import SourceError
from crawler.source import check_name
from crawler.url import host_of, normalize_url
from indexer.durable import write_text
from indexer.store.orders import digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.source import Source

_FOLDER = "sources"
_SUFFIX = ".toml"


def find_declarations(index_path: Path) -> list[Path]:
    """The declarations of a collection's own sources, by name."""
    return sorted((index_path / _FOLDER).glob(f"*{_SUFFIX}"))


def read_declaration(path: Path) -> Source:
    """Read the source a file declares.

    Raises:
        SourceError: The file cannot be read, or declares no source.
    """
    return parse_source(path.stem, read_text(path, str(path)), str(path))


def read_text(path: Path, place: str) -> str:
    """Read the text of a declaration.

    Args:
        path: The file.
        place: How messages call it.

    Raises:
        SourceError: The file cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SourceError(f"{place} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise SourceError(f"{place} is not UTF-8: {error.reason} at byte {error.start}") from None


def own_sources(index_path: Path) -> list[Source]:
    """A collection's own sources, by name.

    Raises:
        SourceError: A declaration is wrong.
    """
    return [read_declaration(path) for path in find_declarations(index_path)]


def packaged_sources() -> list[Source]:
    """The sources that come with xiaosou, by name; each is crawled only when it is named."""
    return list(_read_packaged())


def find_source(index_path: Path, name: str) -> Source:
    """The source of this name; a collection's own wins over one that comes with xiaosou.

    Raises:
        SourceError: There is none, or its declaration is wrong.
    """
    path = _declaration_path(index_path, check_name(name))
    if path.exists():
        return read_declaration(path)
    packaged = {source.name: source for source in packaged_sources()}
    if name not in packaged:
        raise SourceError(
            f"there is no source {name!r} in {path.parent}: xiaosou source list shows them"
        )
    return packaged[name]


def resolve_source(index_path: Path, given: str) -> Source:
    """The source that a name, the file of a declaration or the URL of a seed stands for.

    Raises:
        SourceError: It stands for none.
    """
    if "://" in given:
        seed = _seed_of(given)
        return parse_source(_name_of(seed), write_source(seed), given)
    path = Path(given)
    return read_declaration(path) if path.suffix == _SUFFIX else find_source(index_path, given)


def add_source(index_path: Path, url: str, name: str | None = None) -> Path:
    """Write the declaration of a new source.

    Args:
        index_path: The folder of the collection.
        url: Where its crawls begin; ``https`` when it says no scheme.
        name: The source's name; its host by default.

    Returns:
        The file, to be read and edited by people.

    Raises:
        SourceError: The URL cannot be crawled, or there is a source of this name.
    """
    seed = _seed_of(url if "://" in url else f"https://{url}")
    name = check_name(_name_of(seed) if name is None else name)
    path = _declaration_path(index_path, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(write_source(seed))
    except FileExistsError:
        raise SourceError(
            f"there is a source {name} already: edit {path}, or give this one another --name"
        ) from None
    return path


def edit_source(index_path: Path, name: str, text: str, basis: str = "") -> None:
    """Replace a source's declaration by one atomic step, or write that of a new source.

    Args:
        index_path: The folder of the collection.
        name: The source's name.
        text: The declaration.
        basis: The digest of the declaration that was edited; empty to replace whatever is there.

    Raises:
        SourceError: The text declares no source, the file was changed since it was read, or it
            cannot be written; it is as it was.
    """
    path = _declaration_path(index_path, check_name(name))
    parse_source(name, text, path.name)
    if basis and basis != digest(read_text(path, path.name) if path.exists() else ""):
        raise SourceError(f"{path.name} was changed meanwhile: compare the two, and save again")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be written ({error.strerror})") from None


def _seed_of(url: str) -> str:
    seed = normalize_url(url)
    if seed is None:
        raise SourceError(f"{url!r} is no web address, write it as https://example.com/page")
    return seed


def _name_of(seed: str) -> str:
    return host_of(seed).replace(":", "-").strip("[]")


def _declaration_path(index_path: Path, name: str) -> Path:
    return index_path / _FOLDER / f"{name}{_SUFFIX}"


def _read_packaged() -> Iterator[Source]:
    folder = files("crawler") / _FOLDER
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(_SUFFIX):
            name = file.name.removesuffix(_SUFFIX)
            yield parse_source(name, file.read_text(encoding="utf-8"), file.name)
