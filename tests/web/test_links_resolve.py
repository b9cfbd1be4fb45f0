"""Every link on every page of the collection leads somewhere."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

BASE = "http://localhost/"
ENOUGH = 400  # pages; facets combine without end


def test_links_resolve(client: FlaskClient) -> None:
    waiting = [f"{BASE}?hl=en", f"{BASE}search?q=电话&site=笑口常开", f"{BASE}search?q=collector"]
    seen = set(waiting)
    visited = 0
    while waiting and visited < ENOUGH:
        url = waiting.pop(0)
        visited += 1
        parts = urlsplit(url)
        response = client.get(f"{parts.path}?{parts.query}", buffered=True, follow_redirects=True)
        assert response.status_code == 200, url
        if response.mimetype != "text/html":
            continue
        page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
        for node in page.select("[href], [src]"):
            link = urljoin(url, str(node.get("href") or node["src"]))
            link, _, fragment = link.partition("#")
            if fragment and link == url:
                assert page.find(id=fragment) is not None
            if link.startswith(BASE) and link not in seen:
                seen.add(link)
                waiting.append(link)
    assert visited > 50
