"""The processes a schedule has running: each with a time limit and a log."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from threading import Lock

from indexer.settings import Settings

logger = logging.getLogger(__name__)

LOGS = "logs"
"""The folder of a collection with a log for each source."""

_LONGEST_LOG = 1 << 20  # bytes; then it is kept as the old one, and a new one begun
_GRACE = 10.0  # seconds between asking a process to end and ending it


class Children:
    """Processes that crawl, each until it has ended, its time is over, or all are to end."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._over = False

    def run(self, index_path: str, name: str) -> None:
        """Have a source crawled and indexed, and log what came of it.

        Args:
            index_path: The folder of the collection.
            name: The name of the source.
        """
        minutes = Settings.load(Path(index_path)).crawl_minutes
        # -P: a folder called crawler where the command happens to run is not this package.
        command = [sys.executable, "-P", "-m", "crawler.scheduled", index_path, name]
        with _open_log(Path(index_path), name).open("a", encoding="utf-8") as log:
            with self._lock:
                if self._over:
                    return
                process = subprocess.Popen(  # noqa: S603 - our own program, without a shell
                    command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
                )
                self._running.add(process)
            try:
                output, _ = process.communicate(timeout=minutes * 60)
            except subprocess.TimeoutExpired:
                _end(process)
                process.communicate()
                message = "%s: ended after %d minutes; the next crawl goes on with it"
                logger.error(message, name, minutes)  # noqa: TRY400 - nothing failed
                return
            finally:
                with self._lock:
                    self._running.discard(process)
        if process.returncode == 0:
            logger.info("%s: %s", name, output.strip().rpartition("\n")[2])
        elif not self._over:
            logger.error("%s: failed, see %s", name, log.name)

    def end(self) -> None:
        """End all processes, and begin none any more."""
        with self._lock:
            self._over = True
            running = list(self._running)
        for process in running:
            _end(process)


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
