"""One crawl in a process of its own: ``python -m crawlrun.child WAY URL FOLDER``.

Ways: ``scrapy``, bare Scrapy with a link extractor, its queue in memory; ``fetching``, our crawl
with an article of the page's address in place of extraction; ``whole``, our crawl.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.linkextractors import LinkExtractor

import crawler.response
from crawler.crawl import crawl
from crawler.limits import CONCURRENCY
from crawler.page import Page
from crawler.reading import Reading
from crawler.runs import last_run, tally
from crawler.source import Source
from harness.memory import peak
from indexer import Article
from indexer.store import Store

_NAME = "site"


class _BareSpider(Spider):
    name = "bare"
    links = LinkExtractor()

    def parse(self, response: Response) -> Iterator[Any]:
        """Follow every link, and give the title."""
        yield {"url": response.url, "title": response.css("title::text").get()}
        for link in self.links.extract_links(response):  # type: ignore[arg-type]
            yield Request(link.url)


def crawl_bare(url: str) -> int:
    """Crawl with Scrapy alone; how many pages."""
    process = AsyncCrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "ROBOTSTXT_OBEY": True,
            "CONCURRENT_REQUESTS": CONCURRENCY,
            "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
            "DOWNLOAD_DELAY": 0,
            "COOKIES_ENABLED": False,
        }
    )
    crawler = process.create_crawler(_BareSpider)
    process.crawl(crawler, start_urls=[url])
    process.start()
    return int(crawler.stats.get_value("item_scraped_count"))


def crawl_ours(url: str, folder: Path) -> int:
    """Crawl with our crawler; how many pages."""
    source = Source(_NAME, (url,), private_hosts=("127.0.0.1",), delay=0)
    crawl(folder, source)
    with Store.open(folder / "xiaosou.db") as store:
        run = last_run(store, _NAME)
        return sum(tally(store, _NAME, run).outcomes.values()) if run else 0


def name_page(page: Page, _source: Source) -> Reading:
    """An article of the page's address, in place of extraction."""
    return Reading((Article(page.url, page.url, page.url),))


def main() -> None:
    """Crawl, and print what it cost as JSON."""
    way, url, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    if way == "fetching":
        setattr(crawler.response, "read_page", name_page)  # noqa: B010 - it is no part of its interface
    Store.open(folder / "xiaosou.db").close()  # made once for a collection, not for a crawl
    wall, cpu = time.perf_counter(), time.process_time()
    pages = crawl_bare(url) if way == "scrapy" else crawl_ours(url, folder)
    facts = {
        "pages": pages,
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "memory": peak(),
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
