"""A PostgreSQL server of the tests' own, which all processes of a test run share."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg

# Databases of our tests order text as English does, unlike SQLite.
IN_ENGLISH = "TEMPLATE template0 ENCODING UTF8 LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en'"
QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "32MB",
}
"""Settings of a server that may lose all when the machine does."""

_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian and Ubuntu
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/usr/pgsql-*/bin",
)
# Keeps a server until the process that wanted it is gone, however it ended.
_KEEPER = """
import os, shutil, signal, subprocess, sys, time

folder, wanted_by, user, *command = sys.argv[1:]
server = subprocess.Popen(command, cwd=folder, **({"user": user, "group": user} if user else {}))
while server.poll() is None:
    try:
        os.kill(int(wanted_by), 0)
    except ProcessLookupError:
        server.send_signal(signal.SIGINT)
        server.wait()
    else:
        time.sleep(0.2)
shutil.rmtree(folder, ignore_errors=True)
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server of the tests' own."""

    folder: Path
    port: int

    def url(self, database: str) -> str:
        """The URL of a database, by the server's socket."""
        return f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}"

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Execute a statement in a database of the server's own."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def make_database(self, how: str) -> str:
        """Make a database and return its name."""
        name = f"test_{uuid4().hex}"
        self.run(f"CREATE DATABASE {name} {how}")
        return name


def find_postgresql() -> Path | None:
    """The folder with the newest PostgreSQL of this machine, if there is one."""
    found = [path for place in _PLACES for path in Path("/").glob(f"{place[1:]}/initdb")]
    if found:
        return max(found, key=lambda path: (len(path.parts[-3]), path.parts[-3])).parent
    onpath = shutil.which("initdb")
    return Path(onpath).resolve().parent if onpath else None


def start_postgresql(binaries: Path, wanted_by: int, settings: Mapping[str, str] = QUICK) -> Server:
    """Start a server in a folder of its own, which goes with the process that wants it."""
    folder = Path(tempfile.mkdtemp(prefix="xiaosou-", dir="/tmp"))
    user = ""
    if os.getuid() == 0:  # as whom PostgreSQL refuses to run
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = "postgres" if "postgres" in names else "nobody"
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
    data = str(folder / "data")
    access = ["--auth-local=trust", "--auth-host=scram-sha-256"]
    form = ["--no-sync", "--encoding=UTF8", "--locale=C"]
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", *access, *form],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        check=True,
        user=user or None,
        group=pwd.getpwnam(user).pw_gid if user else None,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(folder, port)
    serve_postgresql(binaries, server, wanted_by, settings)
    return server


def serve_postgresql(
    binaries: Path, server: Server, wanted_by: int, settings: Mapping[str, str] = QUICK
) -> None:
    """Run a server and wait until it answers."""
    user = server.folder.owner() if os.getuid() == 0 else ""
    where = {
        "listen_addresses": "127.0.0.1",
        "port": server.port,
        "unix_socket_directories": server.folder,
    }
    options = [f"-c{name}={value}" for name, value in {**where, **settings}.items()]
    command = [str(binaries / "postgres"), "-D", str(server.folder / "data"), *options]
    with (server.folder / "log").open("ab") as log:
        # By a shell, so that it is nobody's child.
        keeper = [sys.executable, "-c", _KEEPER, str(server.folder), str(wanted_by), user]
        subprocess.run(
            ["sh", "-c", '"$@" &', "sh", *keeper, *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=True,
        )
    deadline = time.monotonic() + 60
    while True:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, (server.folder / "log").read_text()
            time.sleep(0.05)
        else:
            return
