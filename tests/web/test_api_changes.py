"""What programs with a key do: add, delete, import, export, and see how crawls go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from indexer import Article, Index
from indexer.store.tables import pages, runs
from web import MAX_BODY, create_app
from web.keys import CRAWL, READ, SCOPES, WRITE, Keys

ARTICLE = Article(
    url="http://a.example/door",
    title="催收上门",
    body="先别开门。",
    language="zh",
    published=datetime(2024, 3, 5, tzinfo=UTC),
)


@dataclass
class Api:
    """A collection, and requests with a key for everything."""

    index: Index
    client: FlaskClient
    key: str

    def ask(self, method: str, path: str, **options: object) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}"}
        return self.client.open(path, method=method, **{"headers": headers, **options})  # type: ignore[arg-type]

    def total(self, query: str) -> int:
        return int(self.client.get("/api/search", query_string={"q": query}).get_json()["total"])


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    with Index.open(tmp_path, engine="memory") as index:
        yield Api(index, create_app(index).test_client(), Keys(index.store).add("all", SCOPES))


def test_an_article_is_added_found_changed_and_deleted(api: Api) -> None:
    added = api.ask("POST", "/api/articles", json=ARTICLE.to_dict())
    assert added.status_code == 201
    assert added.get_json() == {"id": ARTICLE.id, "result": "new"}
    assert api.total("催收") == 1
    found = api.client.get(added.headers["Location"]).get_json()
    assert Article.from_dict(found) == ARTICLE
    again = api.ask("POST", "/api/articles", json=ARTICLE.to_dict())
    assert (again.status_code, again.get_json()["result"]) == (200, "unchanged")
    changed = api.ask("POST", "/api/articles", json=ARTICLE.to_dict() | {"body": "报警。"})
    assert (changed.status_code, changed.get_json()["result"]) == (200, "changed")
    assert (api.total("报警"), api.total("开门")) == (1, 0)
    deleted = api.ask("DELETE", f"/api/articles/{ARTICLE.id}")
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert api.total("催收") == 0
    assert api.ask("DELETE", f"/api/articles/{ARTICLE.id}").status_code == 404


@pytest.mark.parametrize(
    ("options", "status", "detail"),
    [
        ({"json": []}, 422, "an article is an object"),
        ({"json": {"url": "u"}}, 422, "an article needs title, body"),
        ({"json": {"url": "u", "title": "a\0", "body": ""}}, 422, "holds a NUL"),
        ({"data": "{", "content_type": "application/json"}, 400, "could not be understood"),
        ({"data": b"\xff", "content_type": "application/json"}, 400, "could not be understood"),
        ({"data": "url=u"}, 415, "application/json"),
        ({"data": " " * (MAX_BODY + 1), "content_type": "application/json"}, 413, "Send less"),
    ],
)
def test_what_is_no_article_is_refused(
    api: Api, options: dict[str, object], status: int, detail: str
) -> None:
    response = api.ask("POST", "/api/articles", **options)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert detail in response.get_json()["detail"]
    assert api.index.store.count() == 0


def test_deeply_nested_json_is_refused(api: Api) -> None:
    body = "[" * 100_000
    response = api.ask("POST", "/api/articles", data=body, content_type="application/json")
    assert response.status_code == 400


GUARDED: list[tuple[str, str, str]] = [
    ("POST", "/api/articles", WRITE),
    ("DELETE", f"/api/articles/{ARTICLE.id}", WRITE),
    ("POST", "/api/import", WRITE),
    ("GET", "/api/export", READ),
    ("GET", "/api/status", READ),
    ("GET", "/api/sources", READ),
    ("GET", "/api/crawls", READ),
    ("GET", "/api/sources/jokes", READ),
    ("PUT", "/api/sources/jokes", CRAWL),
    ("POST", "/api/sources/jokes/crawl", CRAWL),
    ("DELETE", "/api/sources/jokes/crawl", CRAWL),
]


@pytest.mark.parametrize(("method", "path", "scope"), GUARDED)
def test_a_key_for_something_else_does_not_do(api: Api, method: str, path: str, scope: str) -> None:
    secret = Keys(api.index.store).add("other", set(SCOPES) - {scope})
    for header, status in (
        (None, 401),
        ("Bearer", 401),
        ("Bearer xs_wrong", 401),
        ("Basic YTpi", 401),
        (f"Bearer {secret}", 403),
    ):
        headers = {"Authorization": header} if header else {}
        response = api.client.open(path, method=method, headers=headers)
        assert response.status_code == status, header
        assert response.mimetype == "application/problem+json"
        assert secret not in response.get_data(as_text=True)


def test_lines_are_imported_and_bad_ones_told_of(api: Api) -> None:
    lines = [
        json.dumps(ARTICLE.to_dict(), ensure_ascii=False),
        "",
        "{",
        json.dumps({"url": "u"}),
        json.dumps({"url": "http://a.example/2", "title": "二", "body": "催收"}),
    ]
    imported = api.ask(
        "POST", "/api/import", data="\n".join(lines).encode(), content_type="application/x-ndjson"
    )
    assert imported.status_code == 200
    report = imported.get_json()
    assert (report["new"], report["changed"], report["unchanged"], report["bad"]) == (2, 0, 0, 2)
    assert [line["number"] for line in report["bad_lines"]] == [3, 4]
    assert api.total("催收") == 2


def test_an_import_may_be_larger_than_other_requests(api: Api) -> None:
    line = json.dumps({**ARTICLE.to_dict(), "body": "催" * 1_000_000}) + "\n"
    data = (line * 2).encode()
    assert len(data) > MAX_BODY
    imported = api.ask("POST", "/api/import", data=data, content_type="application/x-ndjson")
    assert (imported.status_code, imported.get_json()["bad"]) == (200, 0)


def test_an_endless_line_ends_an_import_and_what_came_before_is_found(api: Api) -> None:
    line = json.dumps(ARTICLE.to_dict())
    others = "".join(
        json.dumps({"url": f"http://a.example/{n}", "title": "", "body": "笑话"}) + "\n"
        for n in range(1000)
    )
    data = (others + line + "\n" + "x" * (17 << 20)).encode()
    response = api.ask("POST", "/api/import", data=data, content_type="application/x-ndjson")
    assert response.status_code == 413
    status = api.ask("GET", "/api/status").get_json()
    assert (status["indexed"], status["behind"]) == (1000, 0)


def test_an_export_is_imported_again_unchanged(api: Api) -> None:
    api.index.add([ARTICLE, Article(url="u", title="\u2028", body='"\\')])
    exported = api.ask("GET", "/api/export")
    assert exported.mimetype == "application/x-ndjson"
    assert exported.headers["Cache-Control"] == "no-store"
    assert "催收上门" in exported.get_data(as_text=True)
    again = api.ask(
        "POST", "/api/import", data=exported.data, content_type="application/x-ndjson"
    ).get_json()
    assert (again["unchanged"], again["bad"]) == (2, 0)


def test_an_export_is_sent_as_it_is_read(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0

    def articles() -> Iterator[Article]:
        nonlocal read
        for number in range(1000):
            read = number + 1
            yield Article(url=f"u{number}", title="", body="")

    monkeypatch.setattr(api.index.store, "articles", articles)
    response = api.ask("GET", "/api/export")
    first = next(iter(response.response))
    assert (json.loads(first)["url"], read) == ("u0", 1)
    response.close()


def test_the_status_says_how_large_the_collection_is(api: Api) -> None:
    api.index.add([ARTICLE])
    status = api.ask("GET", "/api/status").get_json()
    assert (status["articles"], status["indexed"], status["behind"]) == (1, 1, 0)
    assert "/" not in status["generation"]


def test_sources_and_crawls_are_told(api: Api) -> None:
    started = datetime(2024, 3, 5, 12, tzinfo=UTC)
    with api.index.store.transaction() as transaction:
        for number, source in enumerate(("jokes", "advice", "jokes"), 1):
            transaction.connection.execute(
                runs.insert().values(
                    id=number,
                    source=source,
                    started_at=started,
                    finished_at=None if number == 3 else started,
                )
            )
        for number, outcome in enumerate(("new", "new", "failed", None)):
            transaction.connection.execute(
                pages.insert().values(
                    source="jokes", url=f"u{number}", hops=0, run=1, outcome=outcome
                )
            )
    advice, jokes = api.ask("GET", "/api/sources").get_json()["sources"]
    assert (advice["name"], advice["pages"]) == ("advice", {})
    assert jokes["pages"] == {"new": 2, "failed": 1, "waiting": 1}
    assert jokes["last_crawl"] == {
        "id": 3,
        "source": "jokes",
        "started_at": "2024-03-05T12:00:00+00:00",
        "finished_at": None,
        "trouble": "",
        "pages": {},
    }
    crawls = api.ask("GET", "/api/crawls?limit=1&offset=1").get_json()["crawls"]
    assert [crawl["id"] for crawl in crawls] == [2]
    first = api.ask("GET", "/api/crawls?limit=1&offset=2").get_json()["crawls"][0]
    assert first["pages"] == {"new": 2, "failed": 1}


def test_a_request_that_changes_nothing_stays_open_to_all(api: Api) -> None:
    api.index.add([ARTICLE])
    assert api.client.get(f"/api/articles/{ARTICLE.id}").status_code == 200
    assert api.total("催收") == 1
