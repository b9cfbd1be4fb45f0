"""How often one address may ask."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import Index
from web import create_app
from web.rate import BURST, Limiter


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(
    rate=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 2, allow_subnormal=False), min_size=1, max_size=300),
)
def test_no_more_is_answered_than_the_rate_and_a_burst_allow(
    rate: int, pauses: list[float]
) -> None:
    clock = Clock()
    limiter = Limiter(rate, clock)
    answered = 0
    for pause in pauses:
        clock.now += pause
        answered += limiter.wait("a") == 0
        assert answered <= rate * (clock.now + BURST) + 1


@given(rate=st.integers(1, 50), pauses=st.lists(st.floats(1, 3), max_size=100))
def test_who_asks_no_more_often_is_always_answered(rate: int, pauses: list[float]) -> None:
    clock = Clock()
    limiter = Limiter(rate, clock)
    for pause in pauses:
        clock.now += pause / rate
        assert limiter.wait("a") == 0


def test_a_whole_burst_is_answered_and_waiting_as_told_helps() -> None:
    clock = Clock()
    limiter = Limiter(7, clock)
    assert [limiter.wait("a") for _ in range(7 * BURST)] == [0] * 7 * BURST
    seconds = limiter.wait("a")
    assert seconds > 0
    assert limiter.wait("b") == 0
    clock.now += seconds
    assert limiter.wait("a") == 0
    assert limiter.wait("a") > 0


def test_it_is_on_without_being_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.rate.Limiter", partial(Limiter, clock=Clock()))
    with Index.open(tmp_path, engine="memory") as index:
        client = create_app(index).test_client()
        allowed = index.settings.rate * BURST
        statuses = {client.get("/search?q=x").status_code for _ in range(allowed)}
        assert statuses == {200}
        refused = client.get("/api/search?q=x")
        page = client.get("/search?q=x&hl=zh")
        assert refused.status_code == page.status_code == 429
        assert refused.get_json()["title"] == "Too Many Requests"
        assert int(refused.headers["Retry-After"]) >= 1
        assert "请求太频繁" in page.get_data(as_text=True)
        other = client.get("/search?q=x", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
        assert other.status_code == 200
        # Who watches over it is never refused, nor are the files of a page that was answered.
        assert client.get("/healthz").status_code == 200
        assert client.get("/static/style.css", buffered=True).status_code == 200
