"""Lucene, in a Java process of its own that answers requests line by line and times itself."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from harness.clock import Timing
from harness.memory import resident
from indexer.analysis import Document
from peers.peer import Peer, Searcher, pairs_text, words_text
from speedrun.queries import Query

_PROJECT = Path(__file__).parent
_TARGET = _PROJECT.parents[2] / "build" / "lucene"  # as pom.xml has it
_CLASSPATH = _TARGET / "classpath"
_DOCUMENTS = "documents.tsv"


class LuceneError(Exception):
    """Java or Maven did not do what they were asked."""


class LucenePeer(Peer):
    """Lucene with one field for each stream of title and body together."""

    name = "lucene"
    stores_text = True

    def missing(self) -> str | None:
        """See `Peer.missing`. Compiles the Java side when that was not done."""
        for program in ("java", "mvn"):
            if not shutil.which(program):
                return f"{program} is not installed"
        try:
            _compile()
        except LuceneError as error:
            return str(error)
        return None

    def build(self, documents: Iterable[Document], folder: Path, *, stored: bool) -> float:
        """See `Peer.build`. Java counts the seconds, once the documents are in a file."""
        file = folder.with_suffix(".tsv")
        _write(documents, file)
        command = _java("build", folder, file, "stored" if stored else "plain")
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        file.unlink()
        return int(answer.stdout) / 1e9

    def open(self, folder: Path) -> Searcher:
        """See `Peer.open`."""
        return LuceneSearcher(folder)


class LuceneSearcher(Searcher):
    """A Java process with an index of Lucene."""

    operations = frozenset(("ids", "stored", "snippets", "count"))

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            _java("serve", folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def prepare(self, query: Query) -> list[str]:
        """See `Searcher.prepare`."""
        return [query.stream, query.join, " ".join(query.tokens), " ".join(query.marks)]

    def ids(self, prepared: list[str]) -> str:
        """See `Searcher.ids`."""
        return self._ask("ids", *prepared)[1]

    def named(self, hits: str) -> list[str]:
        """See `Searcher.named`."""
        return hits.split()

    def count(self, prepared: list[str]) -> int:
        """See `Searcher.count`."""
        return int(self._ask("count", *prepared)[1])

    def run(self, operation: str, prepared: list[str]) -> tuple[Timing, Any]:
        """See `Searcher.run`; the process times itself."""
        return self._ask(operation, *prepared)

    def replace(self, documents: Sequence[Document], old: Sequence[Document]) -> None:  # noqa: ARG002 - the ids are enough
        """See `Searcher.replace`."""
        file = self._folder / _DOCUMENTS
        _write(documents, file)
        self._ask("replace", str(file))

    def resident(self) -> int:
        """See `Searcher.resident`."""
        return resident(str(self._process.pid))

    def close(self) -> None:
        """See `Searcher.close`."""
        self._process.communicate()

    def _ask(self, *request: str) -> tuple[Timing, str]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\t".join(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().rstrip("\n").split("\t")
        if len(answer) != 3:
            raise LuceneError("Lucene's process ended; its standard error says why")
        return Timing(int(answer[0]), int(answer[1])), answer[2]


def _compile() -> None:
    newest = max(file.stat().st_mtime for file in (_PROJECT / "pom.xml", *_PROJECT.rglob("*.java")))
    if _CLASSPATH.exists() and _CLASSPATH.stat().st_mtime > newest:
        return
    command = ["mvn", "-q", "-B", "-f", str(_PROJECT / "pom.xml"), "compile"]
    command += ["dependency:build-classpath", f"-Dmdep.outputFile={_CLASSPATH}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if "ERROR" in line]
        raise LuceneError(f"Maven cannot build it: {lines[0] if lines else done.stderr.strip()}")


def _java(*arguments: object) -> list[str]:
    classpath = f"{_TARGET / 'classes'}:{_CLASSPATH.read_text(encoding='utf-8').strip()}"
    return ["java", "-cp", classpath, "LuceneServer", *map(str, arguments)]


def _write(documents: Iterable[Document], file: Path) -> None:
    with file.open("w", encoding="utf-8") as lines:
        for document in documents:
            headline = " ".join(document.headline.split())
            texts = words_text(document), pairs_text(document)
            lines.write("\t".join((document.id, document.url, headline, *texts)) + "\n")
