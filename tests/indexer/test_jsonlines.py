"""Articles as JSON lines."""

from __future__ import annotations

import gzip
import json
import lzma
import os
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.article import Article
from indexer.jsonlines import SUFFIXES, BadLine, JSONLinesError, read, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ARTICLES = st.builds(
    Article,
    url=TEXTS.filter(bool).map(lambda text: text[:2048]),
    title=TEXTS,
    body=TEXTS,
    site=TEXTS,
    category=TEXTS,
    language=TEXTS,
    author=TEXTS,
    published=st.none()
    | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
)
HEN = Article(
    url="https://example.org/hen",
    title="The Hen\u2028母鸡",
    body="Why did it cross?\n\n\u3000\u3000Nobody asked.\u0085",
    published=datetime(2024, 3, 5, 10, 20, 30, 400, timezone(timedelta(hours=8))),
)


@given(articles=st.lists(ARTICLES, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read_back(articles: list[Article], tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    assert write(articles, path) == len(articles)
    assert list(read(path)) == articles


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_packed_files_are_told_by_their_names(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"articles{suffix.upper()}"
    write([HEN], path)
    content = path.read_bytes()
    opened = {".gz": gzip.decompress, ".xz": lzma.decompress}.get(path.suffix.lower(), bytes)
    assert json.loads(opened(content))["url"] == HEN.url
    assert list(read(path)) == [HEN]


def test_standard_output_is_a_dash(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert write([HEN], "-") == 1
    assert json.loads(capsysbinary.readouterr().out) == HEN.to_dict()


def test_bad_lines_are_told_with_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    good = json.dumps(HEN.to_dict()).encode()
    lines = [
        good,
        b"",
        b"{",
        b"[1]",
        b'{"title": "t", "body": "b"}',
        b'{"url": "u", "title": "\\ud800", "body": "b"}',
        b'{"url": "u", "title": "\xff", "body": "b"}',
        b'{"url": "u", "title": "t", "body": 5}',
        b'{"url": "u", "title": "t", "body": "b", "published": "2024-03-05"}',
        b"[" * 100_000,
        good,
    ]
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    found = list(read(path))
    assert [line for line in found if isinstance(line, Article)] == [HEN, HEN]
    bad = [line for line in found if isinstance(line, BadLine)]
    assert [line.number for line in bad] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert all(line.reason and "\n" not in line.reason for line in bad)


def test_an_object_without_a_url_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "nameless.jsonl"
    path.write_text('\n{"title": "t", "body": "b", "url": null}\n', encoding="utf-8")
    named = list(read(path, lambda number, row: f"urn:{row['title']}:{number}"))
    assert named == [Article("urn:t:2", "t", "b")]


@pytest.mark.parametrize("name", ["missing.jsonl", "cut.jsonl.gz", "no.jsonl.gz", "no.jsonl.xz"])
def test_a_file_that_cannot_be_read_is_one_line_of_error(name: str, tmp_path: Path) -> None:
    content = {"cut": gzip.compress(os.urandom(1000))[:-30], "no": b"none of it"}
    path = tmp_path / name
    if path.stem.partition(".")[0] in content:
        path.write_bytes(content[path.stem.partition(".")[0]])
    with pytest.raises(JSONLinesError) as raised:
        list(read(path))
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text("old", encoding="utf-8")

    def articles() -> Iterator[Article]:
        yield HEN
        raise RuntimeError("the store is gone")

    with pytest.raises(RuntimeError):
        write(articles(), path)
    assert [file.name for file in tmp_path.iterdir()] == ["articles.jsonl"]
    assert path.read_text(encoding="utf-8") == "old"


def test_a_full_disk_is_one_line_of_error(tmp_path: Path) -> None:
    full = OSError(28, "No space left on device")
    with (
        mock.patch("os.fsync", side_effect=full),
        pytest.raises(JSONLinesError, match="No space left on device"),
    ):
        write([HEN], tmp_path / "articles.jsonl")
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_one_line_of_error(tmp_path: Path) -> None:
    with pytest.raises(JSONLinesError, match="cannot be written"):
        write([HEN], tmp_path / "no" / "articles.jsonl")


def test_progress_is_reported(tmp_path: Path) -> None:
    reports: list[tuple[str, int, int | None]] = []
    articles = [Article(f"u{number}", "t", "b") for number in range(2001)]
    write(articles, tmp_path / "a.jsonl", lambda *report: reports.append(report), 2001)
    assert reports == [("write", 1000, 2001), ("write", 2000, 2001), ("write", 2001, 2001)]
