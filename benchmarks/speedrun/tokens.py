"""Analysed articles on disk: the same tokens for every engine, at no cost of analysis.

::

    vocabulary.txt      the distinct tokens, a line each
    <stream>.npy        the tokens of all articles, as places in the vocabulary
    <stream>-ends.npy   where each article's tokens end
    documents.jsonl     everything else, a line an article
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import Document, Streams

STREAMS = ("title-words", "title-pairs", "body-words", "body-pairs")
"""The streams of an article."""

_FIELDS = tuple(field.name for field in fields(Document) if field.name not in ("title", "body"))


@dataclass(frozen=True, slots=True)
class Tokens:
    """Analysed articles, mapped into memory.

    Attributes:
        vocabulary: The distinct tokens; the first is the gap.
        streams: For each of `STREAMS` the tokens of all articles, as places in the vocabulary.
        ends: For each of `STREAMS` where each article's tokens end.
        fields: The other fields of `Document` of each article.
    """

    vocabulary: list[str]
    streams: dict[str, NDArray[np.int32]]
    ends: dict[str, NDArray[np.int64]]
    fields: list[dict[str, Any]]

    def __len__(self) -> int:
        return len(self.fields)

    def __iter__(self) -> Iterator[Document]:
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number: int) -> Document:
        """The document with this number, from 0."""
        parts = [self.part(stream, number) for stream in STREAMS]
        return Document(
            title=Streams(parts[0], parts[1]),
            body=Streams(parts[2], parts[3]),
            **self.fields[number],
        )

    def part(self, stream: str, number: int) -> list[str]:
        """The tokens of one stream of the document with this number."""
        ends = self.ends[stream]
        begin = ends[number - 1] if number else 0
        names = self.vocabulary
        return [names[place] for place in self.streams[stream][begin : ends[number]].tolist()]

    def owners(self, stream: str) -> NDArray[np.int32]:
        """For each token of a stream the number of its document."""
        counts = np.diff(self.ends[stream], prepend=0)
        return np.repeat(np.arange(len(self), dtype=np.int32), counts)


def write_tokens(documents: Iterable[Document], folder: Path) -> None:
    """Write analysed articles.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True)
    places: dict[str, int] = {"": 0}
    streams = {name: array("i") for name in STREAMS}
    ends = {name: array("q") for name in STREAMS}
    with (folder / "documents.jsonl").open("w", encoding="utf-8") as file:
        for document in documents:
            title, body = document.title, document.body
            for name, tokens in zip(
                STREAMS, (title.words, title.pairs, body.words, body.pairs), strict=True
            ):
                streams[name].extend(places.setdefault(token, len(places)) for token in tokens)
                ends[name].append(len(streams[name]))
            row = {name: getattr(document, name) for name in _FIELDS}
            row["signature"] = document.signature.hex()
            if document.published:
                row["published"] = document.published.isoformat()
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    (folder / "vocabulary.txt").write_text("\n".join(places), encoding="utf-8")
    for name in STREAMS:
        np.save(folder / f"{name}.npy", np.frombuffer(streams[name], np.int32))
        np.save(folder / f"{name}-ends.npy", np.frombuffer(ends[name], np.int64))


def read_tokens(folder: Path) -> Tokens:
    """Map the analysed articles of a folder into memory.

    Raises:
        OSError: The folder cannot be read.
    """
    rows = []
    # Not splitlines: a headline may hold characters that it takes for ends of lines.
    with (folder / "documents.jsonl").open(encoding="utf-8", newline="\n") as file:
        for line in file:
            row = json.loads(line)
            if row["published"]:
                row["published"] = datetime.fromisoformat(row["published"])
            row["signature"] = bytes.fromhex(row["signature"])
            rows.append(row)
    return Tokens(
        vocabulary=(folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n"),
        streams={name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in STREAMS},
        ends={name: np.load(folder / f"{name}-ends.npy", mmap_mode="r") for name in STREAMS},
        fields=rows,
    )
