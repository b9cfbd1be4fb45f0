"""The processes a schedule has running: each with a time limit and a log."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition
from typing import TextIO

from indexer.settings import Settings

logger = logging.getLogger(__name__)

LOGS = "logs"
"""The folder of a collection with a log for each source."""

_LONGEST_LOG = 1 << 20  # bytes; then it is kept as the old one, and a new one begun
_GRACE = 10.0  # seconds between asking a process to end and ending it


@dataclass(slots=True)
class _Child:
    process: subprocess.Popen[str]
    since: datetime
    stopped: bool = False


class Children:
    """Processes that crawl, one a source, each until it has ended or is ended.

    May be shared by threads.

    Args:
        at_once: How many run at once; others wait.
    """

    def __init__(self, at_once: int = 1) -> None:
        self._at_once = at_once
        self._changed = Condition()
        self._waiting: set[str] = set()
        self._running: dict[str, _Child] = {}
        self._begun: Counter[str] = Counter()
        self._wanted: set[str] = set()
        self._over = False

    def run(self, index_path: str, name: str) -> None:
        """Have a source crawled and indexed when its turn comes, and log what came of it.

        Args:
            index_path: The folder of the collection.
            name: The name of the source.
        """
        minutes = Settings.load(Path(index_path)).crawl_minutes
        with _open_log(Path(index_path), name).open("a", encoding="utf-8") as log:
            child = self._begin(index_path, name, log)
            if not child:
                return
            try:
                output, _ = child.process.communicate(timeout=minutes * 60)
            except subprocess.TimeoutExpired:
                _end(child.process)
                child.process.communicate()
                message = "%s: ended after %d minutes; the next crawl goes on with it"
                logger.error(message, name, minutes)  # noqa: TRY400 - nothing failed
                return
            finally:
                with self._changed:
                    del self._running[name]
                    self._changed.notify_all()
        if child.stopped:
            logger.info("%s: stopped; the next crawl goes on with it", name)
        elif child.process.returncode == 0:
            logger.info("%s: %s", name, output.strip().rpartition("\n")[2])
        elif not self._over:
            logger.error("%s: failed, see %s", name, log.name)

    def waiting(self) -> set[str]:
        """The sources that wait for their turn."""
        with self._changed:
            return set(self._waiting)

    def running(self) -> dict[str, datetime]:
        """The sources that are being crawled, and since when."""
        with self._changed:
            return {name: child.since for name, child in self._running.items()}

    def begun(self, name: str) -> int:
        """How many crawls of a source have begun."""
        with self._changed:
            return self._begun[name]

    def want(self, name: str) -> None:
        """Have the next crawl of a source visit all its pages, and not those that are due."""
        with self._changed:
            self._wanted.add(name)

    def stop(self, name: str) -> bool:
        """End the crawl of a source, or have it not begin when it waits.

        Returns:
            Whether there was one. When it had begun, it has ended, and what it brought is indexed.
        """
        with self._changed:
            child = self._running.get(name)
            waits = name in self._waiting
            self._waiting.discard(name)
            self._wanted.discard(name)
            self._changed.notify_all()
            if child:
                child.stopped = True
        if child:
            _end(child.process)
            with self._changed:
                self._changed.wait_for(lambda: self._running.get(name) is not child)
        return waits or child is not None

    def end(self) -> None:
        """End all processes, and begin none any more."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
            running = list(self._running.values())
        for child in running:
            _end(child.process)

    def _begin(self, index_path: str, name: str, log: TextIO) -> _Child | None:
        with self._changed:
            self._waiting.add(name)
            self._changed.wait_for(
                lambda: (
                    self._over or name not in self._waiting or len(self._running) < self._at_once
                )
            )
            if self._over or name not in self._waiting:
                return None
            self._waiting.discard(name)
            extent = "all" if name in self._wanted else "due"
            # -P: a folder called crawler where the command happens to run is not this package.
            command = [sys.executable, "-P", "-m", "crawler.scheduled", index_path, name, extent]
            process = subprocess.Popen(  # noqa: S603 - our own program, without a shell
                command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
            self._wanted.discard(name)
            self._begun[name] += 1
            self._running[name] = child = _Child(process, datetime.now(UTC))
            return child


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _open_log(index_path: Path, name: str) -> Path:
    """The log of a source, with room in it."""
    path = index_path / LOGS / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LONGEST_LOG:
        path.replace(path.with_suffix(".old.log"))
    return path
