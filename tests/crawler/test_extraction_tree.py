"""The tree of a page for BeautifulSoup, made of lxml's."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, NavigableString, PageElement, Tag
from hypothesis import given
from hypothesis import strategies as st

from crawler.decode import decode
from crawler.extraction.blocks import read_outline
from crawler.extraction.tree import make_soup, parse_html

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
TAGS = st.sampled_from(["div", "p", "b", "a", "table", "tr", "td", "ul", "li", "br", "pre", "rt"])
ATTRIBUTES = st.sampled_from(["", ' class=" a  b "', " id=x", ' rel="next nofollow"', " hidden"])
HTML = st.lists(
    st.one_of(
        st.builds("<{}{}>".format, TAGS, ATTRIBUTES),
        st.builds("</{}>".format, TAGS),
        st.sampled_from(["鸡", "a", " ", "&amp;", "\n", "<"]),
    ),
    min_size=1,
    max_size=40,
).map(lambda parts: "<p>" + "".join(parts))


def soup_of(html: str) -> BeautifulSoup:
    root = parse_html(html)
    assert root is not None
    return make_soup(root)


def shape_of(node: PageElement) -> object:
    """An element with all that is in it but white space."""
    if isinstance(node, Tag):
        shapes = [shape_of(child) for child in node.contents if not str(child).isspace()]
        return node.name, dict(node.attrs), shapes
    return type(node), str(node)


def lines_of(soup: BeautifulSoup) -> list[str]:
    return [block.text for block in read_outline(soup).blocks]


def test_saved_pages_have_the_tree_that_beautifulsoup_makes() -> None:
    for path in PAGES:
        html = decode(path.read_bytes())
        expected = BeautifulSoup(html, "lxml")
        for element in expected(["script", "style"]):
            if "ld+json" not in str(element.get("type")):
                element.decompose()
        names = [tag.name for tag in expected.find_all(True)]
        assert [tag.name for tag in soup_of(html).find_all(True)] == names
        assert lines_of(soup_of(html)) == lines_of(expected)


@given(HTML)
def test_any_html_gives_the_tree_that_beautifulsoup_makes(html: str) -> None:
    soup, expected = soup_of(html), BeautifulSoup(html, "lxml")
    assert shape_of(soup.contents[0]) == shape_of(expected.contents[0])
    assert lines_of(soup) == lines_of(expected)


@given(HTML)
def test_its_nodes_are_linked_in_their_order(html: str) -> None:
    soup = soup_of(html)
    nodes = list(soup.descendants)
    for one, other in zip([soup, *nodes], nodes, strict=False):
        assert one.next_element is other
        assert other.previous_element is one
        assert other.parent is not None
        assert any(child is other for child in other.parent.contents)
    for tag in soup.find_all(True):
        for one, other in zip(tag.contents, tag.contents[1:], strict=False):
            assert one.next_sibling is other
            assert other.previous_sibling is one


def test_selectors_find_and_decompose_removes() -> None:
    soup = soup_of('<div class="a b"><p>one<i>two</i>three</p><p id=x>four</p></div>')
    (element,) = soup.select("div.b > p:not(#x)")
    element.decompose()
    assert soup.get_text() == "four"
    assert [node for node in soup.descendants if isinstance(node, NavigableString)] == ["four"]


def test_white_space_stays_where_it_shows() -> None:
    html = "<div> <p> a <b>b</b> <i>c</i>\n</p> <p>d</p> e <b>f</b> <pre> <b>g</b>\n\n</pre> </div>"
    soup = soup_of(html)
    assert str(soup.div) == (
        "<div><p> a <b>b</b> <i>c</i>\n</p><p>d</p> e <b>f</b> <pre> <b>g</b>\n\n</pre></div>"
    )


def test_json_ld_stays_and_other_scripts_and_styles_go() -> None:
    soup = soup_of('<style>a{}</style><script>1</script><script type="application/ld+json">{}')
    assert [script.get_text() for script in soup(["script", "style"])] == ["{}"]
    assert soup.get_text() == ""


def test_what_follows_the_end_of_a_page_is_read_too() -> None:
    soup = soup_of("<html><body><p>one</p></body></html><html><body><p>two</p></body></html>")
    assert [p.get_text() for p in soup("p")] == ["one", "two"]


@pytest.mark.parametrize("html", ["<!DOCTYPE html>", "<!-- hen -->", " ", "<"])
def test_no_element_is_an_empty_page(html: str) -> None:
    assert soup_of(html).get_text().strip() in {"", "<"}


def test_too_deep_a_page_has_no_tree() -> None:
    assert parse_html("<div>" * 1000 + "hen") is None
