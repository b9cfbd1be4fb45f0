"""The password of the status page, and its sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from indexer import Index
from indexer.store import Store
from web import access as access_module
from web import create_app
from web.access import Access
from web.cli import password


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "access.db") as opened:
        yield opened


def test_the_first_password_is_given_once_and_begins_a_session(store: Store) -> None:
    access = Access(store)
    first = access.first_password()
    assert first is not None
    assert len(first) >= 16
    assert access.first_password() is None
    token = access.begin(first)
    assert token is not None
    assert access.holds(token)
    assert not access.holds(token + "x")
    access.end(token)
    assert not access.holds(token)


@pytest.mark.parametrize("wrong", ["", "admin", "x" * 100_000, "\ud800"])
def test_a_wrong_password_begins_nothing(store: Store, wrong: str) -> None:
    access = Access(store)
    assert access.begin(wrong) is None
    access.first_password()
    assert access.begin(wrong.encode(errors="replace").decode()) is None


def test_a_new_password_ends_the_old_one_and_its_sessions(store: Store) -> None:
    access = Access(store)
    old = access.new_password()
    token = access.begin(old)
    new = access.new_password()
    assert token is not None
    assert not access.holds(token)
    assert access.begin(old) is None
    assert access.begin(new) is not None


def test_a_session_ends_by_itself(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_module, "LIFETIME", timedelta(seconds=-1))
    access = Access(store)
    token = access.begin(access.new_password())
    assert token is not None
    assert not access.holds(token)


def test_only_hashes_are_kept(store: Store, tmp_path: Path) -> None:
    access = Access(store)
    secret = access.new_password()
    token = access.begin(secret)
    assert token is not None
    written = b"".join(file.read_bytes() for file in tmp_path.glob("access.db*"))
    assert b"scrypt" in written
    assert secret.encode() not in written
    assert token.encode() not in written


def test_the_shell_makes_a_new_password(tmp_path: Path) -> None:
    with Index.open(tmp_path, engine="memory") as index:
        result = CliRunner().invoke(password, ["--index", str(tmp_path)])
        assert Access(index.store).begin(result.stdout.strip()) is not None


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    with Index.open(tmp_path / "own", engine="memory") as index:
        client = create_app(index).test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        client.application.config["password"] = Access(index.store).first_password()
        yield client


def test_the_status_page_is_behind_the_login(client: FlaskClient) -> None:
    closed = client.get("/status")
    assert (closed.status_code, closed.location) == (303, "/login")
    assert 'type="password"' in client.get("/login").get_data(as_text=True)
    opened = client.post("/login", data={"password": client.application.config["password"]})
    assert (opened.status_code, opened.location) == (303, "/status")
    cookie = opened.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    page = client.get("/status")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert client.post("/logout").status_code == 303
    assert client.get("/status").status_code == 303


def test_over_tls_the_cookie_stays_there(client: FlaskClient) -> None:
    opened = client.post(
        "/login",
        data={"password": client.application.config["password"]},
        base_url="https://localhost",
    )
    assert "Secure" in opened.headers["Set-Cookie"].split("; ")


def test_a_wrong_password_is_said_and_cannot_be_guessed_for_long(client: FlaskClient) -> None:
    first = client.post("/login", data={"password": "admin"})
    assert first.status_code == 403
    assert "This is not the password." in first.get_data(as_text=True)
    assert "Set-Cookie" not in first.headers
    statuses = [client.post("/login", data={"password": str(n)}).status_code for n in range(20)]
    assert statuses.count(429) > 10
