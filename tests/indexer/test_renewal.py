"""Renewal: nobody waits for a value when there is an old one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from indexer.renewal import Renewed


def test_a_value_is_made_once_for_a_state() -> None:
    made: list[int] = []
    renewed: Renewed[int] = Renewed()
    for _ in range(3):
        assert renewed.get("state", lambda: made.append(0) or len(made)) == 1


def test_everybody_waits_for_the_first_value_and_it_is_made_once() -> None:
    renewed: Renewed[object] = Renewed()
    begun, go_on = threading.Event(), threading.Event()

    def make() -> object:
        begun.set()
        assert go_on.wait(60)
        return object()

    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(renewed.get, "state", make) for _ in range(4)]
        assert begun.wait(60)
        go_on.set()
        assert len({id(one.result()) for one in asked}) == 1


def test_the_old_value_is_given_until_the_new_one_is_there() -> None:
    started: list[Callable[[], None]] = []
    renewed: Renewed[str] = Renewed(started.append)
    renewed.put("old", "old value")
    assert renewed.get("new", lambda: "new value") == "old value"
    assert renewed.get("new", lambda: "new value") == "old value"
    (renew,) = started  # another one is not begun beside it
    renew()
    assert renewed.get("new", lambda: "never made") == "new value"


def test_while_one_renews_others_do_not_wait() -> None:
    renewed: Renewed[str] = Renewed()
    renewed.put("old", "old value")
    begun, go_on = threading.Event(), threading.Event()

    def make() -> str:
        begun.set()
        assert go_on.wait(60)
        return "new value"

    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(renewed.get, "new", make)
        assert begun.wait(60)
        assert renewed.get("new", make) == "old value"
        go_on.set()
        assert asked.result() == "new value"


def test_what_takes_long_is_not_made_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("indexer.renewal.time.monotonic", lambda: now)
    renewed: Renewed[float] = Renewed()

    def make() -> float:
        nonlocal now
        now += 1
        return now

    assert renewed.get(0, make) == 1
    now = 20
    assert renewed.get(1, make) == 1
    now = 21
    assert renewed.get(1, make) == 22


def test_after_a_failure_the_old_value_stays_and_it_is_tried_again() -> None:
    renewed: Renewed[str] = Renewed()
    renewed.put("old", "old value")

    def fail() -> str:
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        renewed.get("new", fail)
    assert renewed.get("new", lambda: "new value") == "new value"


def test_a_value_that_is_there_is_kept_and_one_that_is_forgotten_made_again() -> None:
    renewed: Renewed[str] = Renewed()
    assert renewed.made is None
    renewed.put("state", "first")
    renewed.put("state", "second")
    assert renewed.made == "first"
    assert renewed.get("state", lambda: "third") == "first"
    renewed.forget()
    assert renewed.get("state", lambda: "third") == "third"
