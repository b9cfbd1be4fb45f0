"""An article drawn at random."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from indexer import Article, Index
from web import create_app
from web.random import draw_article, draw_joke


def test_it_leads_to_an_article_and_is_not_kept(client: FlaskClient) -> None:
    response = client.get("/random?hl=zh")
    assert response.status_code == 302
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get(response.location).status_code == 200
    assert response.location.endswith("?hl=zh")


def test_every_article_can_come(tmp_path: Path) -> None:
    with Index.open(tmp_path, engine="memory") as index:
        articles = [Article(url=f"http://a.example/{n}", title="", body=str(n)) for n in range(4)]
        index.add(articles)
        drawn = {draw_article(index.store) for _ in range(200)}
    assert drawn == {article.id for article in articles}


def test_jokes_come_where_there_are_some(tmp_path: Path) -> None:
    places = [
        ("一只兔子", "笑林", "a"),
        ("两头大象", "a", "冷笑話"),
        ("A parrot", "a", "Blonde Jokes"),
        ("The joke", "a", "b"),
        ("免费手术", "微笑行动", "b"),
    ]
    with Index.open(tmp_path, engine="memory") as index:
        assert draw_joke(index) is None
        articles = [
            Article(url=f"http://a.example/{n}", title=title, body="", site=site, category=category)
            for n, (title, site, category) in enumerate(places)
        ]
        index.add(articles)
        client = create_app(index).test_client()
        drawn = {client.get("/random").location for _ in range(100)}
        assert drawn == {f"/article/{article.id}" for article in articles[:3]}
        index.delete(article.url for article in articles[:3])
        drawn = {client.get("/random").location for _ in range(100)}
        assert drawn == {f"/article/{article.id}" for article in articles[3:]}


def test_deleted_ones_never_come(tmp_path: Path) -> None:
    articles = [Article(url=f"http://a.example/{n}", title="", body=str(n)) for n in range(100)]
    with Index.open(tmp_path, engine="memory") as index:
        index.add(articles)
        index.delete(article.url for article in articles[1:])
        assert {draw_article(index.store) for _ in range(50)} == {articles[0].id}
        index.delete([articles[0].url])
        assert draw_article(index.store) is None
        assert create_app(index).test_client().get("/random").location == "/"


def test_an_empty_collection_leads_home(tmp_path: Path) -> None:
    with Index.open(tmp_path, engine="memory") as index:
        assert create_app(index).test_client().get("/random").location == "/"
