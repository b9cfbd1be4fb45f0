from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article import Article, article_id
from indexer.errors import ArticleError

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=50)
ARTICLES = st.builds(
    Article,
    url=TEXT.filter(bool),
    title=TEXT,
    body=TEXT,
    site=TEXT,
    category=TEXT,
    language=TEXT,
    author=TEXT,
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(ARTICLES)
def test_an_article_comes_back_from_json(article: Article) -> None:
    again = Article.from_dict(json.loads(json.dumps(article.to_dict())))
    assert again == article
    assert again.content_hash == article.content_hash


def test_the_id_is_the_beginning_of_the_hash_of_the_url() -> None:
    # echo -n http://example.org/ | sha256sum
    assert article_id("http://example.org/") == "781bc04ec9bd049c"
    assert Article(url="http://example.org/", title="", body="").id == "781bc04ec9bd049c"


def test_published_is_held_in_utc() -> None:
    local = datetime(2024, 1, 1, 7, 30, tzinfo=timezone(timedelta(hours=8)))
    article = Article(url="u", title="", body="", published=local)
    assert article.published == local
    assert article.to_dict()["published"] == "2023-12-31T23:30:00+00:00"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({}, "needs url, title, body"),
        ({"url": "u", "title": "t"}, "needs body"),
        ({"url": "", "title": "t", "body": "b"}, "1 to 2048 characters"),
        ({"url": "u" * 2049, "title": "t", "body": "b"}, "1 to 2048 characters"),
        ({"url": "催" * 867, "title": "t", "body": "b"}, "2600 bytes at most, not 2601"),
        ({"url": "u", "title": 1, "body": "b"}, "title is text, not int"),
        ({"url": "u", "title": "t", "body": "\0"}, "body holds a NUL"),
        ({"url": "u", "title": "\ud800", "body": "b"}, "title holds half a surrogate pair"),
        ({"url": "u", "title": "t", "body": "b", "published": "soon"}, "no ISO 8601 time"),
        ({"url": "u", "title": "t", "body": "b", "published": 5}, "ISO 8601 text, not int"),
        ({"url": "u", "title": "t", "body": "b", "published": "2024-01-01"}, "needs a time zone"),
        ({"url": None, "title": "t", "body": "b"}, "needs url"),
        (
            {"url": "u", "title": "t", "body": "b", "published": "0001-01-01T00:00:00+05:00"},
            "none of the years 1 to 9999",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_line(row: dict[str, object], message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        Article.from_dict(row)


def test_unknown_keys_are_passed_over_and_null_is_nothing() -> None:
    row = {"url": "u", "title": "t", "body": "b", "site": None, "id": "x", "score": 1}
    assert Article.from_dict(row) == Article(url="u", title="t", body="b")
