"""`xiaosou source check` shows what a crawl would bring, and changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.catalogue import add_source, resolve_source
from crawler.errors import SourceError

if TYPE_CHECKING:
    from tests.crawler.conftest import Collection, Site


def test_a_check_fetches_a_few_pages_and_shows_what_they_would_bring(
    site: Site, collection: Collection
) -> None:
    site.set_article("/a/1.html", "健忘的病人")
    site.set_list("/", ["/missing.html", "/a/1.html", *(f"/list/{n}" for n in range(9))])
    collection.declare("jokes", f'seeds = ["{site.url}/"]\ncategory = "看病"')
    checked = collection.run("source", "check", "jokes", "--pages", "3")
    assert (checked.returncode, checked.stderr) == (0, "")
    lines = checked.stdout.splitlines()
    assert lines[:2] == [
        f"{site.url}/: list",
        f"{site.url}/missing.html: failed (HTTP 404 Not Found)",
    ]
    shown = dict(line.split(maxsplit=1) for line in lines[3:-1])
    assert shown["title"] == "健忘的病人"
    assert shown["category"] == "看病"
    assert shown["published"] == "-"
    assert shown["body"].startswith("这是一个笑话。")
    assert lines[-1] == "3 pages, 1 articles"
    assert len(site.visited()) == 3
    with collection.store() as store:
        assert store.count() == 0


def test_a_check_obeys_robots_txt_and_says_so(site: Site, collection: Collection) -> None:
    site.set("/robots.txt", "User-agent: *\nDisallow: /", Content_Type="text/plain")
    collection.declare("jokes", f'seeds = ["{site.url}/"]')
    checked = collection.run("source", "check", str(collection.path / "sources/jokes.toml"))
    assert checked.returncode == 1
    assert "excluded (forbidden by robots.txt)" in checked.stdout
    assert site.visited() == []


def test_others_are_not_checked_without_a_contact(collection: Collection) -> None:
    checked = collection.run("source", "check", "https://jokes.example/")
    assert checked.returncode == 1
    assert "set a contact" in checked.stderr


def test_a_source_is_named_by_its_name_its_file_or_an_address(tmp_path: Path) -> None:
    path = add_source(tmp_path, "jokes.example/new")
    by_name = resolve_source(tmp_path, "jokes.example")
    assert by_name == resolve_source(tmp_path / "elsewhere", str(path))
    assert by_name == resolve_source(tmp_path / "elsewhere", "https://JOKES.example/new#top")
    assert by_name.seeds == ("https://jokes.example/new",)


@pytest.mark.parametrize("given", ["nothing", "nothing.toml", "ftp://jokes.example/"])
def test_what_names_no_source_is_an_error(tmp_path: Path, given: str) -> None:
    with pytest.raises(SourceError):
        resolve_source(tmp_path, given)
