"""The page with the history of an article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer import Article, Index
from web import create_app

FIRST = Article(
    url="https://ground.example/door",
    title="At the door",
    body="\n".join(["Keep calm.", "Ask who it is.", "Call a friend.", "Sit down.", "Breathe."]),
    site="Common Ground",
    language="en",
)
SECOND = replace(
    FIRST,
    title="Somebody at the door",
    body=FIRST.body.replace("Keep calm.", "Keep very calm."),
    published=datetime(2024, 3, 5, tzinfo=UTC),
)
THIRD = replace(SECOND, body=SECOND.body + "\n<b>Sleep</b>.")
PATH = f"/article/{FIRST.id}/history"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a collection with one article that changed twice."""
    with Index.open(tmp_path_factory.mktemp("history"), engine="memory") as index:
        for version in (FIRST, SECOND, THIRD):
            index.add([version])
        client = create_app(index).test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        yield client


def read(client: FlaskClient, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(node.get_text().split()) for node in page.select(selector)]


def test_the_article_leads_to_its_history(client: FlaskClient) -> None:
    page = read(client, f"/article/{FIRST.id}?hl=en")
    assert page.select_one(f'a[href="{PATH}?hl=en"]') is not None


def test_versions_are_listed_and_the_last_change_is_shown(client: FlaskClient) -> None:
    page = read(client, PATH)
    assert [text[:9] for text in texts(page, ".versions li")] == [
        "Version 3",
        "Version 2",
        "Version 1",
    ]
    assert texts(page, "#difference") == ["From version 2 to 3"]
    assert texts(page, "ins") == ["<b>Sleep</b>."]
    assert texts(page, "del") == []


def test_unchanged_paragraphs_are_left_out_but_for_the_nearest(client: FlaskClient) -> None:
    assert texts(read(client, PATH), ".difference p") == [
        "4 paragraphs are unchanged",
        "Breathe.",
        "<b>Sleep</b>.",
    ]


def test_any_two_versions_can_be_compared(client: FlaskClient) -> None:
    page = read(client, f"{PATH}?from=1&to=3")
    assert texts(page, "#difference") == ["From version 1 to 3"]
    assert texts(page, ".fields dt") == ["Title", "Published"]
    assert texts(page, ".fields ins")[-1] == "2024-03-05T00:00:00+00:00"
    backwards = read(client, f"{PATH}?from=3&to=1")
    assert texts(backwards, "del")[-1] == "<b>Sleep</b>."


def test_the_first_version_is_shown_whole(client: FlaskClient) -> None:
    page = read(client, f"{PATH}?to=1")
    assert texts(page, ".difference p") == FIRST.body.split("\n")
    assert page.select("ins, del") == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{PATH}?to=4", 404),
        (f"{PATH}?from=9&to=2", 404),
        (f"{PATH}?to=0", 400),
        (f"{PATH}?from=x", 400),
        (f"/article/{'0' * 16}/history", 404),
    ],
)
def test_what_is_not_there_is_said(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status
