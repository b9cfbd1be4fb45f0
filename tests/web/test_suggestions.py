"""Suggestions over HTTP."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from web.suggestions import MEDIA_TYPE


def suggested(client: FlaskClient, text: str) -> list[str]:
    response = client.get("/suggest", query_string={"q": text})
    assert response.status_code == 200
    assert response.mimetype == MEDIA_TYPE
    typed, queries = response.get_json(force=True)
    assert typed == text
    return list(queries)


def test_words_and_titles_are_suggested(client: FlaskClient) -> None:
    assert suggested(client, "a deb") == ["a debt", "A Debt Collector at the Door"]
    assert suggested(client, "collec")[0].startswith("collector")
    assert "电话" in suggested(client, "dianh")


def test_nothing_typed_suggests_nothing(client: FlaskClient) -> None:
    assert client.get("/suggest").get_json(force=True) == ["", []]
    assert suggested(client, " ") == []
    assert suggested(client, "qqqqq") == []


def test_there_are_so_many_at_most(client: FlaskClient) -> None:
    assert len(suggested(client, "第")) == 8


def test_of_a_long_text_the_beginning_counts(client: FlaskClient) -> None:
    typed, _ = client.get("/suggest", query_string={"q": "x" * 5000}).get_json(force=True)
    assert typed == "x" * 100


def test_a_browser_may_keep_them_for_a_while(client: FlaskClient) -> None:
    cache = client.get("/suggest?q=a").cache_control
    assert (cache.private, cache.max_age) == (True, 60)


def test_programs_are_told_what_is_suggested(client: FlaskClient) -> None:
    answer = client.get("/api/suggest?q=a deb").get_json()
    assert answer == {
        "suggestions": [
            {"text": "a debt", "kind": "word"},
            {"text": "A Debt Collector at the Door", "kind": "title"},
        ]
    }
    assert len(client.get("/api/suggest?q=第&limit=20").get_json()["suggestions"]) == 20
    assert client.get("/api/suggest?q=第&limit=0").get_json() == {"suggestions": []}


@pytest.mark.parametrize("path", ["/api/suggest", "/api/suggest?q=a&limit=101"])
def test_programs_are_told_what_is_wrong(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
