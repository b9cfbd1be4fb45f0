"""The body by trafilatura, for pages in which the rules find too little."""

from __future__ import annotations

from crawler.errors import PageError


def fallback_body(html: str, url: str) -> str:
    """The text that trafilatura takes for the page's article; empty when it finds none.

    Raises:
        PageError: The page is nested too deeply for it.
    """
    import trafilatura  # takes a third of a second, and most pages do without

    try:
        text = trafilatura.extract(html, include_comments=False, favor_precision=True)
    except RecursionError:
        raise PageError(f"{url} is nested too deeply to be read") from None
    return text or ""
