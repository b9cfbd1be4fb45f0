"""How fast a host is asked, by how fast it answers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager

from crawler.pace import Pace
from crawler.politeness import settings_for
from crawler.source import Source

HOST = "a.example"


class Crawl:
    """A crawl as far as the pace is concerned: one host, of which answers are said to have come."""

    def __init__(self, url: str, pause: float = 0.0) -> None:
        source = Source("a", (url,), delay=2.0)
        self._url = url
        self._slot = Slot(8, source.delay)
        crawler: Any = SimpleNamespace(
            settings=Settings(settings_for(source, "me@example.com")),
            signals=SignalManager(),
            spider=SimpleNamespace(pauses={HOST: pause}),
            engine=SimpleNamespace(downloader=SimpleNamespace(slots={HOST: self._slot}, _delay=0)),
        )
        self._pace = Pace(crawler)
        self._send = crawler.signals.send_catch_log
        self._send(signals.spider_opened, spider=crawler.spider)

    def answer(self, seconds: float, status: int = 200) -> float:
        """Have an answer come after so many seconds; the delay before the next request."""
        request = Request(self._url, meta={"download_slot": HOST, "download_latency": seconds})
        response = Response(self._url, status=status, request=request)
        self._send(signals.request_reached_downloader, request=request, spider=None)
        self._send(signals.response_downloaded, response=response, request=request, spider=None)
        return self._slot.delay


def test_a_host_that_answers_slowly_is_asked_more_slowly_and_faster_again_in_time() -> None:
    crawl = Crawl(f"http://{HOST}/")
    assert crawl.answer(10) == 10
    assert crawl.answer(0.1) == pytest.approx(5.05)
    assert [crawl.answer(0.1) for _ in range(5)][-1] == 2, "never faster than the source says"


def test_errors_that_come_fast_do_not_make_it_faster() -> None:
    crawl = Crawl(f"http://{HOST}/")
    crawl.answer(10)
    assert crawl.answer(0.01, status=500) == 10


def test_no_answer_makes_it_wait_longer_than_a_minute() -> None:
    assert Crawl(f"http://{HOST}/").answer(1000) == 60


def test_what_robots_txt_asks_for_is_the_least() -> None:
    assert Crawl(f"http://{HOST}/", pause=7.5).answer(0.1) == 7.5


def test_this_machine_is_asked_as_fast_as_the_source_says() -> None:
    assert Crawl("http://127.0.0.1/").answer(10) == 2
