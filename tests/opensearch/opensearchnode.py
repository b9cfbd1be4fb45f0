"""Real OpenSearch nodes for the tests, each a process of its own on this machine.

A node needs a JDK of 21 or newer, and Maven to be built once. It ends with the process it was
started for, however that ends.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from socket import create_connection

from filelock import FileLock

LEAST_JAVA = 21
NO_JAVA = 3
"""What this program exits with when what is needed to build a node is not installed."""
PROJECT = Path(__file__).with_name("node")
BUILT = Path(__file__).parents[2] / "build" / "opensearch"

_PLACES = (
    "/usr/lib/jvm/*",
    "/usr/java/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
)
_CLASSPATH = "classpath"
_SECONDS = 180.0  # that a node may take to start on a busy machine
SMALL = ("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Flags of a JVM that starts soon and needs little memory."""

_FLAGS = (
    "-XX:-UsePerfData",
    "-XX:+AutoCreateSharedArchive",
    "--add-modules=jdk.incubator.vector",
    "--enable-native-access=ALL-UNNAMED",
    "-Dlog4j2.disable.jmx=true",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Djava.awt.headless=true",
)
_SETTINGS = {
    "cluster.name": "xiaosou-tests",
    "network.host": "127.0.0.1",
    "http.port": "0",
    "transport.port": "0",
    "action.auto_create_index": "false",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
}
_started: list[subprocess.Popen[bytes]] = []


class NoJavaError(Exception):
    """There is no JDK that is new enough, or no Maven."""


def find_java() -> Path:
    """The home of the newest JDK, ``JAVA_HOME`` first.

    Raises:
        NoJavaError: None is new enough.
    """
    homes = [path for place in _PLACES for path in Path("/").glob(place[1:])]
    known = sorted(homes, key=_java_version, reverse=True)
    if home := os.environ.get("JAVA_HOME"):
        known.insert(0, Path(home))
    for candidate in known:
        if _java_version(candidate) >= LEAST_JAVA:
            return candidate
    raise NoJavaError(
        f"no JDK of {LEAST_JAVA} or newer was found in JAVA_HOME and the usual places: "
        "what needs an OpenSearch node is left out"
    )


def build() -> tuple[Path, str]:
    """Build what a node runs, unless that is done.

    Returns:
        The home of the JDK, and the class path.

    Raises:
        NoJavaError: There is no JDK that is new enough, or no Maven.
    """
    java = find_java()
    files = sorted(file for file in PROJECT.rglob("*") if file.suffix in (".xml", ".java"))
    contents = b"".join(file.read_bytes() for file in files)
    folder = BUILT / hashlib.sha256(contents).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        classpath = folder / _CLASSPATH
        if not classpath.exists():
            maven = shutil.which("mvn")
            if not maven:
                raise NoJavaError("Maven was not found: what needs an OpenSearch node is left out")
            shutil.copytree(PROJECT, folder / "node", dirs_exist_ok=True)
            subprocess.run(
                [maven, "-q", "-B", "-f", folder / "node", "package", "dependency:build-classpath",
                 f"-Dmdep.outputFile={folder / 'dependencies'}"],
                env=os.environ | {"JAVA_HOME": str(java)},
                check=True,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
            (jar,) = (folder / "node" / "target").glob("*.jar")
            text = (folder / "dependencies").read_text(encoding="utf-8").strip()
            classpath.write_text(f"{jar}{os.pathsep}{text}", encoding="utf-8")
    return java, classpath.read_text(encoding="utf-8")


def shared_node() -> int:
    """The port of a node that all processes of this test run share; it ends with the run."""
    owner = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    folder = Path(tempfile.gettempdir()) / f"xiaosou-opensearch-{owner}"
    BUILT.mkdir(parents=True, exist_ok=True)
    with FileLock(BUILT / "start.lock"):
        if folder.exists() and not _answers(folder):
            shutil.rmtree(folder)  # of another run, which was killed together with its node
        if not folder.exists():
            start(folder, owner, {"discovery.type": "single-node"})
        return wait(folder, _started)


def start(
    home: Path,
    owner: int,
    settings: dict[str, str],
    prefix: Sequence[str] = (),
    flags: Sequence[str] = SMALL,
) -> subprocess.Popen[bytes]:
    """Start a node; `wait` tells when it answers.

    Args:
        home: Its folder, removed when it ends with its owner.
        owner: The process it ends with.
        settings: Its settings besides those that all nodes have.
        prefix: What is put before the command that starts it.
        flags: Flags of its JVM besides those that all nodes have.

    Raises:
        NoJavaError: There is no JDK that is new enough, or no Maven.
    """
    java, classpath = build()
    home.mkdir(parents=True, exist_ok=True)
    (home / "port").unlink(missing_ok=True)
    archive = BUILT / f"classes-{_java_version(java)}.jsa"
    pairs = [f"{name}={value}" for name, value in (_SETTINGS | settings).items()]
    with (home / "node.log").open("ab") as log:
        process = subprocess.Popen(
            [*prefix, java / "bin" / "java", *flags, *_FLAGS, f"-XX:SharedArchiveFile={archive}",
             "-cp", classpath, "xiaosou.Node", str(owner), home, *pairs],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )  # fmt: skip
    _started.append(process)
    return process


def wait(home: Path, processes: Iterable[subprocess.Popen[bytes]] = ()) -> int:
    """The port of a node, as soon as it answers.

    Args:
        home: The node's folder.
        processes: The node, or others with it: when one of them ends, there is nothing to wait for.

    Raises:
        RuntimeError: It does not.
    """
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        with suppress(FileNotFoundError):
            return int((home / "port").read_text(encoding="utf-8"))
        if any(process.poll() is not None for process in processes):
            break
        time.sleep(0.1)
    log = (home / "node.log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"the node in {home} did not start:\n{log[-4000:]}")


def free_names() -> Iterator[str]:
    """Names of indices that no other process of this run uses."""
    number = 0
    while True:
        number += 1
        yield f"t{os.getpid()}-{number}"


def _answers(home: Path) -> bool:
    try:
        port = int((home / "port").read_text(encoding="utf-8"))
        create_connection(("127.0.0.1", port), timeout=5).close()
    except (FileNotFoundError, ConnectionError):
        return False
    return True


def _java_version(home: Path) -> int:
    """The version of a JDK; 0 for what is none."""
    try:
        text = (home / "release").read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return 0
    found = re.search(r'^JAVA_VERSION="(\d+)', text, re.MULTILINE)
    return int(found[1]) if found and (home / "bin" / "javac").exists() else 0


if __name__ == "__main__":
    try:
        build()
    except NoJavaError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(NO_JAVA)
