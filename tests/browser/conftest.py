"""A served collection, and a real Chromium to look at it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from indexer import Article, Index
from indexer.store import Copy
from indexer.store.schedules import Declaration, declare
from indexer.store.tables import outcomes, queries, runs
from web.access import Access

NAMES = ("chromium", "chromium-browser", "google-chrome")
MAC_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000  # milliseconds that a busy machine has until something shows
LONG_WORD = "https://neighbours.example/" + "very-long-address-without-a-break" * 8
ARTICLES = [
    *(
        Article(
            url=f"http://neighbours.example/{number}",
            title=f"第 {number} 种诈骗电话",
            body=f"接到陌生电话先挂断。\n这是第 {number} 种骗术。{LONG_WORD}",
            site="邻里公益" if number % 3 else "笑口常开",
            category=f"栏目{number % 10}",
            language="zh",
            author="李晓梅",
            published=datetime(2024, 1, number, tzinfo=UTC),
        )
        for number in range(1, 26)
    ),
    Article(
        url="https://ground.example/collector",
        title="A Debt Collector at the Door",
        body="Collectors may knock, but you need not open the door.\n\nAsk for their papers.",
        site="Common Ground",
        category="Debt",
        language="en",
        author="Ann Lee",
        published=datetime(2024, 3, 5, tzinfo=UTC),
    ),
]
POPULAR = ("诈骗电话", "debt collectors", "上门催收怎么办")
COPY = """<!doctype html><title>Collectors</title><script>document.body.remove()</script>
<link rel=stylesheet href=https://elsewhere.example/x.css><style>.banner { display: none }</style>
<body style="background: url(https://elsewhere.example/x.png)"><nav><a href="/start">Start</a></nav>
<h1>Collectors</h1><p onclick="alert(1)">Collectors may knock.</p>
<img src="https://elsewhere.example/door.png" alt="A door">
<iframe src="//elsewhere.example"></iframe>
<form action="https://elsewhere.example"><input name=q></form><table><tr><td>1<td>2</table>"""


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the collection."""
    collection = tmp_path_factory.mktemp("served")
    # The articles are much alike.
    (collection / "settings.toml").write_text("collapse = false\n", encoding="utf-8")
    with Index.open(collection) as index:
        index.add([replace(ARTICLES[-1], body="Collectors may knock.\n\nAsk for their papers.")])
        index.add(ARTICLES)
        index.store.keep([Copy(ARTICLES[-1].url, COPY.encode(), "", datetime.now(UTC))])
        days = [datetime.now(UTC) - timedelta(days=day) for day in range(1, 4)]
        asked = [{"asked_at": day, "text": text, "hits": 1} for text in POPULAR for day in days]
        with index.store.transaction() as transaction:
            transaction.connection.execute(queries.insert(), asked)
        now = datetime.now(UTC)
        with index.store.transaction() as transaction:
            crawled = {"id": 1, "source": "jokes", "started_at": now, "finished_at": now}
            transaction.connection.execute(runs.insert().values(crawled))
            transaction.connection.execute(
                outcomes.insert(),
                [
                    {"run": 1, "outcome": outcome, "pages": 3}
                    for outcome in ("new", "changed", "unchanged", "moved", "gone", "failed")
                ],
            )
        sources = [
            Declaration("bad", "seeds = 1", trouble="bad.toml: seeds: 1 is not a list of texts"),
            Declaration("jokes", 'seeds = ["https://jokes.example/"]', next_at=now),
        ]
        declare(index.store, sources)
    return collection


@pytest.fixture(scope="session")
def password(collection: Path) -> str:
    """The password of the status page."""
    with Index.open(collection) as index:
        return Access(index.store).new_password()


@pytest.fixture(scope="session")
def address(collection: Path, password: str) -> Iterator[str]:
    """The address of the collection, served by the command."""
    command = "from indexer.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", command, "serve", "--index", str(collection), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        # Popular queries are read beside the first requests.
        deadline = time.monotonic() + 60
        while POPULAR[0] not in urlopen(address).read().decode():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield address
        process.terminate()
        assert process.wait(timeout=30) == 0


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A Chromium of this machine: ``CHROMIUM`` names one, else it is looked for."""
    expect.set_options(timeout=PATIENCE)
    places = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), *MAC_APPLICATIONS]
    executable = next((place for place in places if place and Path(place).exists()), None)
    if executable is None:
        pytest.fail(
            "the browser tests need Chromium: install it, or name it in CHROMIUM", pytrace=False
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens a page in a window of its own.

    At the end no page may have complained, nor asked for anything but the collection's server.
    """
    host = urlsplit(address).netloc
    problems: list[str] = []
    contexts = []

    def note_message(message: ConsoleMessage) -> None:
        # The sandbox of a copy also stops the scripts by which Playwright looks into a page.
        if not message.text.startswith(f"Blocked script execution in '{address}copy/"):
            problems.append(f"{message.type}: {message.text}")

    def open_at(path: str = "", **options: object) -> Page:
        context = chromium.new_context(**{"locale": "en-GB", **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        shown: list[Request] = []  # the pages one after the other
        asked: dict[Request, int] = {}  # and at which of them something was asked for

        def note(request: Request) -> None:
            if request.is_navigation_request():
                shown.append(request)
            asked[request] = len(shown)
            if urlsplit(request.url).netloc != host:
                problems.append(request.url)

        def note_failure(request: Request) -> None:
            # What is no longer wanted is not waited for: by who goes on typing, left the page, or
            # closed its window.
            is_left = asked.get(request) != len(shown) and request not in shown
            unwanted = "/suggest?" in request.url or is_left or context not in contexts
            if not (request.failure == "net::ERR_ABORTED" and unwanted):
                problems.append(f"failed: {request.url}, {request.failure}")

        page.set_default_timeout(PATIENCE)
        page.on("console", note_message)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("requestfailed", note_failure)
        page.on("request", note)
        page.goto(address + path)
        return page

    yield open_at
    while contexts:
        contexts.pop().close()
    assert problems == []
