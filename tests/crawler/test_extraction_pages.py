"""Saved pages of several kinds, each beside the article it holds."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from crawler.errors import NoArticleError
from crawler.extraction import extract
from crawler.page import Page
from indexer.article import Article

PAGES = Path(__file__).parent / "pages"
BEIJING = timezone(timedelta(hours=8))


@pytest.mark.parametrize("expected_file", sorted(PAGES.glob("*.json")), ids=lambda path: path.stem)
def test_a_saved_page_gives_its_article(expected_file: Path) -> None:
    expected = json.loads(expected_file.read_text(encoding="utf-8"))
    page = Page(expected["url"], expected_file.with_suffix(".html").read_bytes())
    if "problem" in expected:
        with pytest.raises(NoArticleError) as raised:
            extract(page)
        assert str(raised.value) == expected["problem"]
    else:
        body = "\n".join(expected.pop("body"))
        article = extract(page, zone=BEIJING)
        assert article == Article.from_dict({**expected, "body": body})
