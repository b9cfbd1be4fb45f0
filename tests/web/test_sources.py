"""Sources are begun, ended and edited on the page and by programs; a real schedule obeys."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from indexer import Index
from indexer.store.orders import Kind, digest, last_edit
from indexer.store.schedules import Declaration, declare, declared, give_sign, is_scheduled
from web import create_app
from web.access import Access
from web.catalogue import ENGLISH
from web.keys import CRAWL, READ, Keys
from web.ordering import MAX_DECLARATION

COMMAND = [sys.executable, "-c", "from indexer.cli import main; main()"]
PATIENCE = 60.0  # seconds
HOSTILE = "</textarea><script>alert(1)</script>"
GOOD = 'seeds = ["http://a.example/"]\n'


class SlowSite(BaseHTTPRequestHandler):
    """A site whose only page does not come before it is let go."""

    released = Event()

    def do_GET(self) -> None:
        if self.path != "/robots.txt":
            self.released.wait(PATIENCE)
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def slow_site() -> Iterator[str]:
    SlowSite.released.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), SlowSite) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        SlowSite.released.set()
        server.shutdown()
        thread.join()


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=PATIENCE) == 0
        finally:
            process.kill()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@dataclass
class Person:
    """Somebody with a browser."""

    address: str
    cookie: str = ""

    def ask(self, method: str, path: str, **form: str) -> tuple[int, str, str]:
        """The status, where it leads, and the page."""
        parts = urlsplit(self.address)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
        headers = {
            "Accept-Language": "en",
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
        }
        try:
            connection.request(method, path, urlencode(form), headers)
            response = connection.getresponse()
            cookie = response.getheader("Set-Cookie", "")
            if cookie.startswith("session="):
                self.cookie = cookie.partition(";")[0]
            return response.status, response.getheader("Location", ""), response.read().decode()
        finally:
            connection.close()

    def send(self, path: str, **form: str) -> str:
        """Send a form, and look where it leads until the schedule has answered."""
        status, target, _ = self.ask("POST", path, **form)
        assert status == 303
        deadline = time.monotonic() + PATIENCE
        while True:
            status, _, page = self.ask("GET", target.partition("#")[0])
            assert status == 200
            if not any(ENGLISH[f"order.{kind}.waiting"] in page for kind in Kind):
                return page
            assert time.monotonic() < deadline
            time.sleep(0.2)


def read(page: str, selector: str) -> str:
    node = BeautifulSoup(page, "html.parser").select_one(selector)
    assert node is not None, selector
    return " ".join(node.get_text().split())


def fields(page: str) -> dict[str, str]:
    """What the form of a declaration holds."""
    form = BeautifulSoup(page, "html.parser").select_one("form.declaration")
    assert form is not None
    text, basis = form.select_one("textarea"), form.select_one("[name=basis]")
    assert isinstance(text, Tag)
    assert isinstance(basis, Tag)
    # HTML leaves out a line break at the beginning, and this parser does not.
    return {"declaration": text.get_text().removeprefix("\n"), "basis": str(basis["value"])}


def test_a_person_begins_ends_and_edits_a_source(tmp_path: Path, slow_site: str) -> None:
    file = tmp_path / "sources" / "slow.toml"
    file.parent.mkdir()
    text = f'seeds = ["{slow_site}"]\nprivate_hosts = ["127.0.0.1"]\ndelay = 0\n'
    file.write_text(text)
    with Index.open(tmp_path) as index:
        password = Access(index.store).new_password()
        arguments = ("--index", str(tmp_path))
        with running("serve", "--port", "0", *arguments) as server:
            assert server.stdout is not None
            person = Person(server.stdout.readline().strip())
            person.ask("POST", "/login", password=password)
            assert "No schedule is running" in person.ask("GET", "/status")[2]
            with running("schedule", *arguments):
                wait_for(lambda: any(one.running_since for one in declared(index.store)))
                page = person.ask("GET", "/status")[2]
                assert "No schedule is running" not in page
                assert "Being crawled since" in read(page, ".source")
                page = person.send("/status/sources/slow/stop")
                assert read(page, "[role=status]").startswith("slow: It was stopped.")
                assert "Next crawl" in read(page, ".source")
                assert read(page, ".source button") == "Crawl now"
                page = person.send("/status/sources/slow/stop")
                assert "not being crawled by the schedule" in read(page, "[role=status]")
                page = person.send("/status/sources/slow/start")
                assert read(page, "[role=status]") == "slow: It is being crawled."
                assert read(page, ".source button") == "Stop"
                person.send("/status/sources/slow/stop")

                form = fields(person.ask("GET", "/status/sources/slow")[2])
                assert form == {"declaration": text, "basis": digest(text)}
                wrong = text + f"# {HOSTILE}\ncolour = 1\n"
                page = person.send("/status/sources/slow", declaration=wrong, basis=form["basis"])
                refusal = "This was not saved: slow.toml: unknown key 'colour'"
                assert refusal in read(page, "#answer")
                assert fields(page)["declaration"] == wrong, "nothing is lost"
                assert read(page, "pre") == " ".join(text.split())
                assert HOSTILE not in page
                assert file.read_text() == text
                # As browsers send it.
                better = (text + 'interval = "2d"\n').replace("\n", "\r\n")
                page = person.send("/status/sources/slow", declaration=better, basis=form["basis"])
                assert 'id="answer"' not in page
                assert file.read_text() == fields(page)["declaration"] == text + 'interval = "2d"\n'
            page = person.ask("GET", "/status")[2]
            assert "No schedule is running" in page, "it was told to end"
            person.ask("POST", "/status/sources/slow", declaration=text, basis="")
            page = person.ask("GET", "/status/sources/slow")[2]
            assert "This waits for the schedule" in read(page, "#answer")
            assert fields(page)["declaration"] == text


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index.open(tmp_path, engine="memory") as opened:
        declare(opened.store, [Declaration("jokes", GOOD)])
        yield opened


@pytest.fixture
def client(index: Index) -> FlaskClient:
    client = create_app(index).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.mark.parametrize("path", ["", "/start", "/stop"])
def test_nobody_else_orders_anything(index: Index, client: FlaskClient, path: str) -> None:
    target = f"/status/sources/jokes{path}"
    for cookie in (None, "wrong"):
        if cookie:
            client.set_cookie("session", cookie)
        response = client.post(target, data={"declaration": "typed", "basis": "x"})
        assert response.status_code == (303 if path else 403)
        assert client.get("/status/sources/jokes").location == "/login"
    assert last_edit(index.store, "jokes") is None


def test_what_was_typed_outlives_the_session(client: FlaskClient) -> None:
    sent = {"declaration": f"# 我的\n{HOSTILE}", "basis": "b" * 64}
    page = client.post("/status/sources/jokes", data=sent).get_data(as_text=True)
    assert "Your session has ended, and nothing was saved." in page
    assert fields(page) == sent
    assert GOOD not in page


def test_what_there_is_not_is_not_found_and_what_is_too_long_is_said(
    index: Index, client: FlaskClient
) -> None:
    client.post("/login", data={"password": Access(index.store).new_password()})
    assert client.get("/status/sources/jokes").status_code == 200
    assert client.get("/status/sources/nowhere").status_code == 404
    for path in ("", "/start", "/stop"):
        assert client.post(f"/status/sources/nowhere{path}").status_code == 404
    long = {"declaration": "#" * (MAX_DECLARATION + 1)}
    assert client.post("/status/sources/jokes", data=long).status_code == 400
    assert client.get("/status?order=x").status_code == 400
    assert client.get("/status?order=12").status_code == 200


def test_a_schedule_that_gives_no_sign_has_ended(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_sign(index.store, "one")
    assert is_scheduled(index.store)
    monkeypatch.setattr("indexer.store.schedules.SILENCE", timedelta(seconds=-1))
    assert not is_scheduled(index.store)


def test_programs_give_orders(index: Index, client: FlaskClient) -> None:
    key = Keys(index.store).add("robot", [CRAWL, READ])
    headers = {"Authorization": f"Bearer {key}"}
    listed = client.get("/api/sources", headers=headers).get_json()
    assert listed["scheduled"] is False
    assert listed["sources"] == [
        {
            "name": "jokes",
            "declared": True,
            "trouble": "",
            "next_crawl": None,
            "waiting": False,
            "running_since": None,
            "last_crawl": None,
            "pages": {},
        }
    ]
    found = client.get("/api/sources/jokes", headers=headers).get_json()
    assert found == {**listed["sources"][0], "declaration": GOOD}
    for method, path, kind in (
        ("POST", "/api/sources/jokes/crawl", "start"),
        ("DELETE", "/api/sources/jokes/crawl", "stop"),
        ("PUT", "/api/sources/new", "edit"),
    ):
        sent = {"declaration": "seeds = 1\n"} if kind == "edit" else None
        response = client.open(path, method=method, headers=headers, json=sent)
        assert response.status_code == 202
        name = path.split("/")[3]
        assert response.get_json() == {"source": name, "order": kind, "state": "waiting"}
    edit = last_edit(index.store, "new")
    assert edit is not None
    assert edit.declaration == "seeds = 1\n"
    for method, path in (("GET", ""), ("POST", "/crawl"), ("DELETE", "/crawl")):
        response = client.open(f"/api/sources/nowhere{path}", method=method, headers=headers)
        assert response.status_code == 404
        assert "no source of this name" in response.get_json()["detail"]
    for wrong in ([], {}, {"declaration": 1}, {"declaration": "#" * (MAX_DECLARATION + 1)}):
        response = client.put("/api/sources/jokes", headers=headers, json=wrong)
        assert response.status_code == 400
    deep = client.put(
        "/api/sources/jokes", headers=headers, data="[" * 100_000, content_type="application/json"
    )
    assert deep.status_code == 400


def test_programs_are_told_why_an_order_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "bad.toml").write_text("seeds = 1")
    with Index.open(tmp_path) as index, running("schedule", "--index", str(tmp_path)):
        wait_for(lambda: bool(declared(index.store)))
        client = create_app(index).test_client()
        key = Keys(index.store).add("robot", [CRAWL, READ])
        headers = {"Authorization": f"Bearer {key}"}

        def ask(method: str, path: str, declaration: str = "") -> tuple[int, str]:
            # On a busy machine an answer may take longer than a request waits for it.
            status = 202
            while status == 202:
                response = client.open(
                    f"/api/sources/{path}",
                    method=method,
                    headers=headers,
                    json={"declaration": declaration} if declaration else None,
                )
                status = response.status_code
            return status, response.get_data(as_text=True)

        # Nothing of a site is asked for: without a contact only this machine is crawled.
        status, answer = ask("PUT", "new", GOOD)
        assert (status, '"done"' in answer) == (200, True)
        assert (tmp_path / "sources" / "new.toml").read_text() == GOOD
        status, answer = ask("PUT", "new", "seeds = 1")
        assert (status, "new.toml: seeds: 1 is not a list" in answer) == (422, True)
        status, answer = ask("PUT", "BAD", GOOD)
        assert (status, "is no name for a source" in answer) == (422, True)
        status, answer = ask("DELETE", "bad/crawl")
        assert (status, "not being crawled" in answer) == (409, True)
        status, answer = ask("POST", "bad/crawl")
        assert (status, "bad.toml: seeds" in answer) == (409, True)
        assert str(tmp_path) not in answer
