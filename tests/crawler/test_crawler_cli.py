"""The shell's commands around sources, crawls and imports."""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from crawler import cli
from indexer.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.conftest import Collection, Site

TEXT = "站 - 类 - 题\n\n这是正文，说了一件有趣的事。"


def run(collection: Collection, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--index", str(collection.path)])


# Sources


def test_a_source_is_added_and_listed(collection: Collection) -> None:
    added = run(collection, "source", "add", "example.com/jokes/")
    assert added.exit_code == 0
    path = collection.path / "sources" / "example.com.toml"
    assert added.output == f"{path} declares the source; crawl it with: xiaosou crawl example.com\n"
    listed = run(collection, "source", "list")
    head, row = listed.output.splitlines()
    assert head.split("  ")[0] == "name"
    assert row.split() == [
        *("example.com", "1d", "never", "now", "0", "https://example.com/jokes/")
    ]


def test_adding_a_source_twice_is_an_error(collection: Collection) -> None:
    run(collection, "source", "add", "example.com")
    result = run(collection, "source", "add", "https://example.com/")
    assert result.exit_code == 1
    assert result.stderr.startswith("xiaosou: there is a source example.com already")
    assert run(collection, "source", "add", "example.com", "--name", "more").exit_code == 0


def test_without_sources_the_list_says_how_to_add_one(collection: Collection) -> None:
    result = run(collection, "source", "list")
    assert result.exit_code == 0
    assert result.output == "there are no sources yet: add one with xiaosou source add URL\n"


def test_a_wrong_declaration_is_an_error_in_one_line(collection: Collection) -> None:
    collection.declare("jokes", 'seeds = ["x"]')
    result = run(collection, "source", "list")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "jokes.toml: seeds" in result.stderr


# Crawls


def test_sources_are_crawled_indexed_and_summed_up(site: Site, collection: Collection) -> None:
    site.set_articles(12)
    collection.declare("jokes", f'seeds = ["{site.url}/"]\ninterval = "2h"')
    result = collection.run("crawl")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "jokes: 12 new, 0 changed, 0 unchanged, 0 failed\n"
    found = json.loads(collection.run("search", "笑话", "--json").stdout)
    assert found["total"] == 12
    row = run(collection, "source", "list").output.splitlines()[1].split()
    assert row[:2] == ["jokes", "2h"]
    assert row[-2:] == ["12", f"{site.url}/"]
    assert run(collection, "check").output == "all is well\n"

    site.forget_requests()
    due = run(collection, "crawl", "--due")
    assert (due.exit_code, due.output) == (0, "nothing is due\n")
    assert site.requests == []


def test_only_the_sources_named_are_crawled(site: Site, collection: Collection) -> None:
    site.set_articles(2)
    collection.declare("one", f'seeds = ["{site.url}/a/0.html"]\nallow = ["/a/0"]')
    collection.declare("two", f'seeds = ["{site.url}/a/1.html"]\nallow = ["/a/1"]')
    result = collection.run("crawl", "two")
    assert result.stdout == "two: 1 new, 0 changed, 0 unchanged, 0 failed\n"
    assert site.visited() == ["/a/1.html"]


def test_a_source_that_fails_does_not_end_the_others(site: Site, collection: Collection) -> None:
    site.set_articles(2)
    collection.declare("a-gone", f'seeds = ["{site.url}/gone"]\nallow = ["gone"]')
    collection.declare("jokes", f'seeds = ["{site.url}/"]')
    result = collection.run("crawl")
    assert result.returncode == 0
    assert result.stdout == "jokes: 2 new, 0 changed, 0 unchanged, 0 failed\n"
    assert result.stderr.startswith("xiaosou: nothing could be fetched from a-gone: ")
    assert result.stderr.count("\n") == 1


def test_a_crawl_of_nothing_but_failures_fails(site: Site, collection: Collection) -> None:
    collection.declare("gone", f'seeds = ["{site.url}/gone"]')
    result = collection.run("crawl")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1


def test_without_sources_there_is_nothing_to_crawl(collection: Collection) -> None:
    result = run(collection, "crawl")
    assert result.exit_code == 1
    assert "add one with xiaosou source add URL" in result.stderr
    assert not collection.path.exists()


def test_an_unknown_source_is_an_error(collection: Collection) -> None:
    result = run(collection, "crawl", "jokes")
    assert result.exit_code == 1
    assert result.stderr.startswith("xiaosou: there is no source 'jokes'")


def test_a_crawler_folder_where_the_command_runs_is_no_danger(
    site: Site, collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.set_articles(1)
    collection.declare("jokes", f'seeds = ["{site.url}/"]')
    (tmp_path / "crawler").mkdir()
    (tmp_path / "crawler" / "__init__.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)
    script = "import sys; sys.path.remove(''); from indexer.cli import main; main()"
    command = [sys.executable, "-c", script, "crawl", "--index", str(collection.path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.stdout == "jokes: 1 new, 0 changed, 0 unchanged, 0 failed\n", result.stderr


# Imports


def line(number: int, **fields: str) -> str:
    article = {"url": f"http://a.example/{number}", "title": f"标题{number}", "body": "正文 text"}
    return json.dumps(article | fields, ensure_ascii=False) + "\n"


def test_articles_are_imported_and_found(collection: Collection, tmp_path: Path) -> None:
    file = tmp_path / "articles.jsonl.xz"
    file.write_bytes(lzma.compress("".join(map(line, range(30))).encode()))
    result = run(collection, "import", str(file))
    assert result.exit_code == 0
    assert result.stdout == "30 new, 0 changed, 0 unchanged, 0 skipped\n"
    changed = tmp_path / "changed.jsonl"
    changed.write_text(line(0) + line(1, title="改了") + line(30), encoding="utf-8")
    again = run(collection, "import", str(changed))
    assert again.stdout == "1 new, 1 changed, 1 unchanged, 0 skipped\n"
    assert "1 found" in run(collection, "search", "改了").output


def test_problems_are_reported_and_skipped(collection: Collection, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "good.txt").write_text(TEXT, encoding="utf-8")
    (folder / "lines.jsonl").write_text(line(1) + "{}\nnonsense\n", encoding="utf-8")
    broken = tmp_path / "broken.jsonl.xz"
    broken.write_bytes(b"no xz")
    result = run(collection, "import", str(broken), str(folder))
    assert result.exit_code == 0
    assert result.stdout == "2 new, 0 changed, 0 unchanged, 3 skipped\n"
    assert len(result.stderr.splitlines()) == 3
    assert all(problem.startswith("xiaosou: ") for problem in result.stderr.splitlines())


def test_a_base_gives_files_their_addresses(collection: Collection, tmp_path: Path) -> None:
    (tmp_path / "joke.txt").write_text(TEXT, encoding="utf-8")
    base = "http://a.example/texts"
    run(collection, "import", str(tmp_path / "joke.txt"), "--base", base)
    with collection.store() as store:
        assert [article.url for article in store.articles()] == [f"{base}/joke.txt"]


def test_an_import_of_nothing_fails(collection: Collection, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    result = run(collection, "import", str(tmp_path / "empty.jsonl"))
    assert result.exit_code == 1
    assert "no article" in result.stderr


def test_a_missing_path_is_wrong_usage(collection: Collection, tmp_path: Path) -> None:
    assert run(collection, "import", str(tmp_path / "missing")).exit_code == 2


def test_every_command_has_its_help() -> None:
    for command in (cli.import_, cli.source, cli.crawl, cli.schedule, cli.demo):
        result = CliRunner().invoke(command, ["--help"])
        assert result.exit_code == 0
        assert "--" in result.output
