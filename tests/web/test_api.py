"""The same as JSON."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from indexer import Index
from indexer.article import article_id


def test_a_search_has_the_names_of_the_attributes(client: FlaskClient, index: Index) -> None:
    response = client.get("/api/search?q=collector&facets=site,language")
    assert response.mimetype == "application/json"
    found = response.get_json()
    expected = index.search("collector", facets=["site", "language"]).to_dict()
    assert list(found) == list(expected)
    assert found.pop("took") >= 0
    del expected["took"]
    assert found == expected
    assert found["hits"][0]["article"]["id"] == article_id("https://ground.example/collector")
    assert "<mark>Collectors</mark>" in found["hits"][0]["snippet"]


def test_a_search_takes_every_option(client: FlaskClient, index: Index) -> None:
    found = client.get(
        "/api/search?q=电话&limit=3&offset=2&sort=oldest&match=all&author=李晓梅"
        "&site=邻里公益&site=笑口常开&category=栏目1&category=栏目2&category=栏目3&language=zh"
        "&facets=category&facets=author"
    ).get_json()
    expected = index.search(
        "电话",
        limit=3,
        offset=2,
        sort="oldest",
        match="all",
        filters={
            "author": "李晓梅",
            "site": ["邻里公益", "笑口常开"],
            "category": ["栏目1", "栏目2", "栏目3"],
            "language": "zh",
        },
        facets=["category", "author"],
    ).to_dict()
    assert found["total"] == 9
    assert [hit["article"]["url"].rpartition("/")[2] for hit in found["hits"]] == ["3", "11", "12"]
    assert (found["hits"], found["facets"]) == (expected["hits"], expected["facets"])


def test_pages_follow_each_other(client: FlaskClient) -> None:
    first = client.get("/api/search?q=电话&limit=5&page=1").get_json()["hits"]
    second = client.get("/api/search?q=电话&limit=5&page=2").get_json()["hits"]
    both = client.get("/api/search?q=电话&limit=10").get_json()["hits"]
    assert first + second == both


def test_no_hits_can_be_asked_for(client: FlaskClient) -> None:
    found = client.get("/api/search?q=电话&limit=0").get_json()
    assert (found["total"], found["hits"]) == (25, [])


def test_an_empty_query_finds_nothing(client: FlaskClient) -> None:
    assert client.get("/api/search?q=").get_json()["total"] == 0


def test_text_is_written_as_it_is(client: FlaskClient) -> None:
    assert "诈骗电话" in client.get("/api/search?q=电话").get_data(as_text=True)


def test_an_article_has_its_text(client: FlaskClient) -> None:
    id = article_id("https://ground.example/collector")  # noqa: A001
    assert client.get(f"/api/articles/{id}").get_json() == {
        "id": id,
        "url": "https://ground.example/collector",
        "title": "A Debt Collector at the Door",
        "body": "Collectors may knock, but you need not open the door.\n\nAsk for their papers.",
        "site": "Common Ground",
        "category": "Debt",
        "language": "en",
        "author": "Ann Lee",
        "published": "2024-03-05T08:30:00+00:00",
    }


def test_health(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok", "articles": 27}


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/api/search", 400, "q is missing"),
        ("/api/search?q=x&limit=1000", 400, "limit is a whole number from 0 to 100."),
        ("/api/search?q=x&page=abc", 400, "page is a whole number"),
        ("/api/search?q=x&sort=foo", 400, "sort is one of relevance, newest, oldest."),
        ("/api/articles/0000000000000000", 404, "not in the collection"),
        ("/api/articles/x", 404, "not in the collection"),
        ("/api/nowhere", 404, "no such page"),
    ],
)
def test_an_error_is_a_problem_document_in_english(
    client: FlaskClient, path: str, status: int, detail: str
) -> None:
    response = client.get(path, headers={"Accept-Language": "zh"})
    problem = response.get_json()
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert problem["status"] == status
    assert detail in problem["detail"]
    assert "\n" not in problem["detail"]


def test_other_methods_are_refused(client: FlaskClient) -> None:
    response = client.post("/api/search?q=x")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.get_json()["title"] == "Method Not Allowed"
