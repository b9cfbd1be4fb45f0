"""The API does what its document says: schemathesis makes requests of it and judges the answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import schemathesis
from flask import Flask
from hypothesis import given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection

from indexer import Article, Index
from tests.web.conftest import SAME_EXAMPLES
from web import create_app
from web.api.description import DOCUMENT
from web.keys import SCOPES, Keys

EXAMPLES = 20
OPERATIONS = [
    (path, method)
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
    if method != "parameters"
]
CASES = [
    (path, method, mode)
    for path, method in OPERATIONS
    for mode in GenerationMode
    # Where nothing can be sent, nothing can be sent wrong.
    if mode.is_positive or path not in ("/healthz", "/readyz")
]


@schemathesis.serializer("application/x-ndjson")
def serialize_lines(_: object, value: object) -> bytes:
    return str(value).encode()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """An application over a collection that may change, and a key for everything."""
    folder = tmp_path_factory.mktemp("described")
    (folder / "settings.toml").write_text("rate = 0\n", encoding="utf-8")
    with Index.open(folder, engine="memory") as index:
        index.add([Article(url="http://a.example/", title="催收", body="催收上门")])
        yield create_app(index), Keys(index.store).add("schemathesis", SCOPES)


@pytest.mark.parametrize(("path", "method", "mode"), CASES)
def test_answers_are_as_described(
    served: tuple[Flask, str], path: str, method: str, mode: GenerationMode
) -> None:
    app, key = served
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)

    @settings(SAME_EXAMPLES, max_examples=EXAMPLES)
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {key}"},
            # Parameters that are empty have their default, and unknown ones are passed over.
            excluded_checks=[negative_data_rejection],
        )

    ask()


def test_the_page_shows_every_operation(app: Flask) -> None:
    page = app.test_client().get("/api/docs").get_data(as_text=True)
    for path, method in OPERATIONS:
        assert f"<code>{method.upper()} {path}</code>" in page


def test_every_route_of_the_api_is_described(app: Flask) -> None:
    routes = {
        (re.sub("<([a-z]+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") or rule.endpoint.startswith("health.")
    }
    undescribed = {"/api/openapi.json", "/api/docs", "/metrics"}
    assert {route for route in routes if route[0] not in undescribed} == {
        (path, method.upper()) for path, method in OPERATIONS
    }
