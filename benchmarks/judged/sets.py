"""Judged sets: articles, queries, and which articles answer which query how well."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.corpus import Corpus
from indexer import Article

FORM = (
    "a folder with corpus.jsonl (id, title, text, lang), queries.jsonl (id, text, lang) and "
    "qrels.tsv (query id, document id, grade)"
)
"""What a set looks like, for the help of commands."""


class SetError(Exception):
    """A folder holds something that is no judged set."""


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query and what answers it.

    Attributes:
        id: Its id in the set.
        text: What is typed.
        grades: The grade of each relevant document by its id, 1 or more.
    """

    id: str
    text: str
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """A judged set.

    Attributes:
        name: The name of its folder.
        corpus: Its documents as articles; the ids of the documents are their URLs.
        queries: The queries that have a relevant document, in their order.
    """

    name: str
    corpus: Corpus
    queries: list[JudgedQuery]


def load_set(folder: Path) -> JudgedSet:
    """Read a set.

    Args:
        folder: See `FORM`.

    Raises:
        SetError: A file is missing or has a line of another form.
    """
    file = folder / "corpus.jsonl"
    articles = [
        Article(
            url=row["id"], title=row["title"], body=row["text"], language=row.get("lang", "")[:2]
        )
        for row in _rows(file, ("id", "title", "text"))
    ]
    grades = _grades(folder / "qrels.tsv")
    queries = [
        JudgedQuery(row["id"], row["text"], grades[row["id"]])
        for row in _rows(folder / "queries.jsonl", ("id", "text"))
        if row["id"] in grades
    ]
    if not queries:
        raise SetError(f"{folder} has no query with a relevant document")
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    return JudgedSet(folder.resolve().name, Corpus(folder, sha256, articles), queries)


def _rows(file: Path, keys: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(file), start=1):
        row = _parse(line)
        if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in keys):
            wanted = ", ".join(keys)
            raise SetError(f"{file}, line {number}: no object with the texts {wanted}")
        yield row


def _parse(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _grades(file: Path) -> dict[str, dict[str, int]]:
    grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for number, line in enumerate(_lines(file), start=1):
        try:
            query, document, grade = line.split("\t")
            if int(grade) > 0:
                grades[query][document] = int(grade)
        except ValueError:
            raise SetError(
                f"{file}, line {number}: not query, document and grade with tabs between"
            ) from None
    return dict(grades)


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8").split("\n") if line]
    except (OSError, UnicodeDecodeError) as error:
        raise SetError(f"{file} cannot be read: {error}") from None
