"""The command that opens the product: a demo site crawled, indexed and served."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from crawler.demo.articles import load_articles
from crawler.demo.command import demo as command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crawler.conftest import Collection


@contextmanager
def demo(
    collection: Collection, *options: str
) -> Iterator[tuple[list[str], subprocess.Popen[str]]]:
    """Run the command until it serves; the lines it has printed, and the process."""
    arguments = [*collection.command, "demo", "--index", str(collection.path), "--port", "0"]
    with subprocess.Popen(
        [*arguments, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            lines = [process.stdout.readline().rstrip() for _ in range(4)]
            yield lines, process
        finally:
            process.kill()


def end(process: subprocess.Popen[str], number: signal.Signals = signal.SIGINT) -> str:
    """End the command; what it printed after its address, and errors, but for the password."""
    process.send_signal(number)
    output, errors = process.communicate(timeout=20)
    lines = errors.splitlines()
    return output + "".join(line for line in lines if not line.startswith("password of the status"))


def fetch(url: str) -> str:
    with urlopen(url, timeout=20) as response:
        return response.read().decode()


def test_the_demo_site_is_crawled_indexed_and_served_twice(collection: Collection) -> None:
    count = len(load_articles())
    with demo(collection, "--site-port", "0") as (lines, process):
        site, summary, _, page = lines
        address = site.removeprefix("the demo site is at ")
        assert summary.startswith(f"demo: {count} new, 0 changed, 0 unchanged, ")
        assert page.startswith("http://127.0.0.1:")
        found = json.loads(fetch(f"{page}api/search?q={quote('催收')}"))
        assert found["total"] >= 3
        assert found["hits"][0]["article"]["url"].startswith(address)
        assert "催收" in fetch(found["hits"][0]["article"]["url"])
        assert end(process) == "", "the address was printed last"
    assert process.returncode == 0
    assert not collection.crawling()

    port = address.rstrip("/").rpartition(":")[2]
    with demo(collection, "--site-port", port) as (lines, process):
        assert lines[1].startswith(f"demo: 0 new, 0 changed, {count} unchanged, ")
        assert end(process, signal.SIGTERM) == ""
    assert process.returncode == 0


def test_it_can_be_ended_while_it_crawls(collection: Collection) -> None:
    arguments = [*collection.command, "demo", "--index", str(collection.path), "--site-port", "0"]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("the demo site is at ")
        assert end(process) == ""
    assert process.returncode == 0
    assert not collection.crawling()


def test_a_port_another_program_has_is_an_error(collection: Collection) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        result = collection.run("demo", "--site-port", port)
    assert result.returncode == 1
    assert result.stderr == (
        f"xiaosou: the demo site cannot be served, another program has port {port}: "
        "end that first, or choose another port with --site-port\n"
    )


def test_a_second_demo_says_that_the_first_runs(collection: Collection) -> None:
    with demo(collection, "--site-port", "0") as (lines, _):
        port = lines[0].rstrip("/").rpartition(":")[2]
        result = collection.run("demo", "--site-port", port)
    assert result.returncode == 1
    assert f"another xiaosou demo has port {port}" in result.stderr


def test_a_page_port_that_is_taken_is_an_error(collection: Collection) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        result = collection.run("demo", "--site-port", "0", "--port", port)
    assert result.returncode == 1
    assert f"port {port}" in result.stderr
    assert "--port" in result.stderr
    with collection.store() as store:  # it is said at once
        assert store.count() == 0


@pytest.mark.parametrize(("variable", "folder"), [("", "index/demo"), ("mine", "mine")])
def test_the_demo_has_a_folder_of_its_own(
    monkeypatch: pytest.MonkeyPatch, variable: str, folder: str
) -> None:
    monkeypatch.setenv("XIAOSOU_INDEX", variable)
    assert command.make_context("demo", []).params["index_path"] == Path(folder)
    given = command.make_context("demo", ["--index", "given"]).params["index_path"]
    assert given == Path("given")
