from __future__ import annotations

import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer import Article, Index
from indexer.cli import main

ARTICLES = [
    Article(
        url="http://x/1", title="催收上门", body="遇到催收，先看<证件>。", site="站", category="类"
    ),
    Article(url="http://x/2", title="A debt", body="Someone collects debts."),
]

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Index.open(tmp_path / "index") as index:
        index.add(ARTICLES)
    return tmp_path / "index"


@pytest.fixture
def run(folder: Path) -> Run:
    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, [*arguments, "--index", str(folder)])

    return invoke


def test_search_prints_title_place_snippet_and_url(run: Run) -> None:
    result = run("search", "催收", "证件")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "1. 催收上门"
    assert lines[1].strip() == "站 › 类"
    assert lines[2].strip() == "遇到催收，先看<证件>。"
    assert lines[3].strip() == "http://x/1"
    assert lines[4].startswith("1 found in")


def test_search_prints_json(run: Run) -> None:
    result = run("search", "--json", "debt")
    answer = json.loads(result.stdout)
    assert answer["total"] == 1
    (hit,) = answer["hits"]
    assert hit["article"]["url"] == "http://x/2"
    assert hit["article"]["id"] == ARTICLES[1].id
    assert hit["snippet"] == "Someone collects <mark>debts</mark>."


def test_search_says_when_it_loosens(run: Run) -> None:
    result = run("search", "催收", "debt")
    assert result.stdout.startswith("Articles with any of the words")


def test_stats_name_the_folder_that_whoosh_opens(run: Run) -> None:
    from whoosh.index import open_dir
    from whoosh.query import Term

    result = run("stats")
    assert "articles    2" in result.stdout
    generation = result.stdout.split("generation")[1].strip()
    with open_dir(generation).searcher() as searcher:
        (hit,) = searcher.search(Term("body", "催收"))
        assert (hit["url"], hit["headline"]) == ("http://x/1", "催收上门")


def test_delete_takes_articles_out(run: Run) -> None:
    assert run("delete", "http://x/1").stdout == "1 deleted\n"
    assert "0 found" in run("search", "证件 上门").stdout
    result = run("delete", "--purge", "http://nowhere/")
    assert result.exit_code == 1
    assert result.stderr == "xiaosou: 1 of these URLs are not in the collection\n"


@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.xz"])
def test_export_writes_what_can_be_read_back(run: Run, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    assert run("export", str(file)).exit_code == 0
    content = file.read_bytes()
    text = lzma.decompress(content) if name.endswith("xz") else content
    assert [Article.from_dict(json.loads(line)) for line in text.splitlines()] == ARTICLES


def test_check_and_index(run: Run, folder: Path) -> None:
    assert run("check").stdout == "all is well\n"
    with Index.open(folder) as index:
        index.store.put([Article(url="http://x/3", title="新的", body="新的")])
    result = run("check")
    assert result.exit_code == 1
    assert "1 changes are not indexed yet" in result.stdout
    assert run("index").stdout == "1 indexed\n"
    assert run("index", "--rebuild").stdout == "3 indexed\n"
    assert run("check").exit_code == 0


def test_a_changed_dictionary_is_followed(run: Run, folder: Path) -> None:
    (folder / "words.txt").write_text("催收上门 100000\n", encoding="utf-8")
    (folder / "settings.toml").write_text('dictionary = "words.txt"\n', encoding="utf-8")
    assert "The index is out of date" in run("search", "debt").stdout
    assert "the dictionary has changed" in run("check").stdout
    assert run("index").stdout == "1 indexed\n"
    assert "out of date" not in run("search", "debt").stdout
    assert run("check").exit_code == 0


@pytest.mark.parametrize("command", ["search x", "index", "check", "stats", "export all.jsonl"])
def test_a_missing_collection_is_one_clear_line(command: str, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    result = CliRunner().invoke(main, [*command.split(), "--index", str(nowhere)])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"xiaosou: there is no collection in {nowhere}")
    assert result.stderr.count("\n") == 1
    assert not nowhere.exists()


def test_wrong_usage_exits_with_two(run: Run) -> None:
    assert run("search", "--limit", "0", "x").exit_code == 2
    assert run("find").exit_code == 2


def test_explain_tells_of_an_article_that_is_found_and_of_one_that_is_not(run: Run) -> None:
    result = run("explain", "催收 证件", "http://x/1")
    assert result.exit_code == 0
    assert "found, with all words" in result.output
    assert "word 催收\n" in result.output
    assert "title: 1 in 2" in result.output
    result = run("explain", "证件 出示", "http://x/2", "--json")
    assert json.loads(result.output)["has_any"] is False
    assert run("explain", "催收", "http://x/9").exit_code == 1
