"""What the contract suites run on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer import Index
from indexer.analysis import Analysis
from indexer.engines import ENGINES, Engine
from indexer.engines.whoosh import kernel
from indexer.generation import open_generations
from indexer.store import Store

WITHOUT_KERNEL = "whoosh without kernel"
ON_CLUSTER = "opensearch"


@pytest.fixture
def store(location: Path | str) -> Iterator[Store]:
    with Store.open(location) as opened:
        yield opened


@pytest.fixture(scope="session")
def analysis() -> Analysis:
    return Analysis()


@pytest.fixture(params=[*ENGINES, WITHOUT_KERNEL, ON_CLUSTER])
def engine_name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """An engine, set up as it may be."""
    if request.param == WITHOUT_KERNEL:
        monkeypatch.setattr(kernel, "compiled", None)
        return "whoosh"
    if request.param == ON_CLUSTER:
        address: str = request.getfixturevalue("cluster_address")
        return address
    name: str = request.param
    return name


@pytest.fixture
def engine(engine_name: str, tmp_path: Path) -> Iterator[Engine]:
    generations = open_generations(tmp_path, engine_name, "of a test")
    opened = generations.open(generations.live()).engine
    yield opened
    opened.close()
    generations.close()


@pytest.fixture
def open_index(engine_name: str, tmp_path: Path) -> Iterator[Callable[[], Index]]:
    """Opens the collection of this test, as often as it is called."""
    opened: list[Index] = []

    def open_again() -> Index:
        opened.append(Index.open(tmp_path / "index", engine=engine_name))
        return opened[-1]

    yield open_again
    for index in opened:
        index.close()


@pytest.fixture
def index(open_index: Callable[[], Index]) -> Index:
    return open_index()
