"""The vote of three extractors on the text of a page."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import fromstring

from crawler.extraction import extract
from crawler.extraction.extractors import ask_readability, ask_trafilatura, read_lines
from crawler.extraction.tree import parse_html
from crawler.extraction.vote import elect, runs_of, similarity
from crawler.page import Page

SENTENCES = [
    f"Hen number {number} has been asked about the road, many times, and by now, she says, she has "
    f"an agent for all {number} of the questions that people keep asking her about it."
    for number in range(8)
]
TEXT = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
PAGE = f"<html><body><ul><li><a href=/>Home</a></ul><article>{TEXT}</article></body></html>"


# Also what makes a page without a body, and characters that XML forbids.
TAGS = st.sampled_from(
    ["p", "div", "article", "head", "title", "body", "frameset", "noframes", "script", "svg"]
) | st.sampled_from(["table", "td", "form", "base", "br", "iframe", "html", "math", "o:p"])
PARTS = st.one_of(
    st.builds("<{}>".format, TAGS),
    st.builds("</{}>".format, TAGS),
    st.sampled_from(["\x0b\x01", "&#1;&#0;", "\ud800", "<!--", "<?php", "]]>", *SENTENCES]),
)


def ask(own: str, html: str = PAGE) -> str:
    root = parse_html(html)
    assert root is not None
    return elect(own, root, "\n".join)


def test_both_extractors_find_an_article_line_by_line() -> None:
    root = parse_html(PAGE)
    assert root is not None
    assert ask_trafilatura(root) == SENTENCES
    assert ask_readability(root) == SENTENCES


def test_they_leave_the_tree_as_it_is() -> None:
    root = parse_html(PAGE)
    assert root is not None
    before = list(root.itertext())
    ask_trafilatura(root)
    ask_readability(root)
    assert list(root.itertext()) == before


def test_our_text_is_taken_when_another_agrees() -> None:
    own = "\n".join([*SENTENCES, "Cluck."])
    assert ask(own) == own


def test_our_text_loses_against_two_that_agree() -> None:
    for own in (SENTENCES[0], "Something else altogether, and much of it. " * 9):
        assert ask(own) == "\n".join(SENTENCES)


def test_two_that_agree_find_what_we_miss() -> None:
    assert ask("") == "\n".join(SENTENCES)


def test_a_page_without_text_has_none_for_anyone() -> None:
    assert ask("", "<p></p>") == ""
    assert ask("", "<ul><li><a href=/>Home</a></ul>") == ""


def test_lines_end_where_blocks_do() -> None:
    root = fromstring("<div>a <b>b</b>c<p>d<br>e<i> f</i></p>g<ul><li>h</li></ul><p> </p></div>")
    assert read_lines(root) == ["a bc", "d", "e f", "g", "h"]


def test_similarity_is_the_share_of_common_runs() -> None:
    assert similarity(runs_of("a b c d e"), runs_of("a b c d e")) == 1
    assert similarity(runs_of("a b c d e"), runs_of("a b c d")) == 2 / 3
    assert similarity(runs_of("催收上门怎么办"), runs_of("上门怎么办")) == 2 * 2 / 6
    assert similarity(runs_of("a"), runs_of("b")) == 0
    assert similarity(runs_of("a"), runs_of("a")) == 1
    assert similarity(runs_of(""), runs_of("")) == 0


def test_the_paragraphs_of_the_chosen_text_stay() -> None:
    assert extract(Page("https://example.org/1", PAGE.encode())).body == "\n".join(SENTENCES)


@settings(max_examples=200)
@given(st.lists(PARTS, max_size=30).map("".join))
def test_no_page_is_too_broken_for_any_of_them(html: str) -> None:
    root = parse_html(html)
    assert root is not None
    for line in (*ask_trafilatura(root), *ask_readability(root)):
        assert line
