"""What is left of a foreign page."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from web.reading import plain

BASE = "http://a.example/folder/page.html"
HARMLESS = re.compile(r"<(/?[a-z1-6]+)((?: [a-z]+=\"[^\"<>]*\")*)/?>|[^<>]+")
PIECES = re.findall(
    r"\S+",
    """
    <p> </p> <a href= '> "> <svg> <style> </style> <!-- --> <noscript> <textarea> </textarea>
    <table> <td> <img onerror=y> <math> <mtext> <script> </script> <plaintext> &lt;script&gt; x "
    <select> <template> </ <?php ]]> <![CDATA[ <title> <xmp>
    """,
)


def text_of(html: str) -> str:
    return " ".join(BeautifulSoup(plain(html, BASE), "html.parser").get_text().split())


def test_text_and_its_structure_stay() -> None:
    kept = '<h1>A</h1><ul><li>b</li></ul><table><tr><td colspan="2">c</td></tr></table>'
    assert kept in plain(f"<html><body>{kept}</body></html>", BASE)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<style>*{background:url(//b.example)}</style>",
        "<link rel=preconnect href=//b.example>",
        "<meta http-equiv=refresh content='0;url=//b.example'>",
        "<iframe src=//b.example></iframe>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>",
        "<object data=//b.example>x</object>",
        "<form action=//b.example><input name=a><button>x</button></form>",
        "<video src=//b.example autoplay></video>",
        "<!--[if IE]><script>alert(1)</script><![endif]-->",
        "<![CDATA[<b>]]>",
        "<template><b>x</b></template>",
        "<title>x</title>",
    ],
)
def test_what_runs_loads_or_asks_is_gone(hostile: str) -> None:
    page = plain(f"<p>before</p>{hostile}<p>after</p>", BASE)
    assert "before" in page
    assert "after" in page
    for word in ("alert", "b.example", "script", "style", "<b>", "CDATA", "input", "title"):
        assert word not in page


@pytest.mark.parametrize(
    "attribute",
    ["onclick=alert(1)", "style='background:url(//b.example)'", "id=main", "class=banner",
     "background=//b.example", "dir=x", "lang='en\" onload=\"'", "colspan=99999", "itemprop=name"],
)  # fmt: skip
def test_other_attributes_are_gone(attribute: str) -> None:
    assert "<div><p>x</p>" in plain(f"<div {attribute}><p {attribute}>x</p>", BASE)


def test_direction_and_language_stay() -> None:
    assert '<p dir="rtl" lang="ar">x</p>' in plain("<p dir=rtl lang=ar>x</p>", BASE)


def test_links_are_whole_and_lead_out() -> None:
    page = plain("<a href='../other?a=1&amp;b=2#c' ping=//b.example target=_top>x</a>", BASE)
    assert (
        '<a href="http://a.example/other?a=1&amp;b=2#c" rel="noopener noreferrer nofollow">x</a>'
    ) in page
    based = plain("<base href=https://b.example/z/><a href=y>x</a>", BASE)
    assert 'href="https://b.example/z/y"' in based


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", " java\nscript:alert(1)", "data:text/html,x", "http://[", "mailto:a@b"],
)
def test_other_links_lead_nowhere(href: str) -> None:
    assert "<a>x</a>" in plain(f'<a href="{href}">x</a>', BASE)


def test_images_give_way_to_what_they_say() -> None:
    page = plain("<p>a <img src=//b.example alt='<b> picture'> b <img src=x></p>", BASE)
    assert "<p>a &lt;b&gt; picture b </p>" in page


@pytest.mark.parametrize("page", ["http://a.example/x.html", "x.html", "", "\0", "a & b"])
def test_a_page_may_be_no_html(page: str) -> None:
    assert text_of(page) == page.replace("\0", "\ufffd")


def test_a_page_may_be_xml() -> None:
    page = "<?xml version='1.0' encoding='gb2312'?><html xmlns='http://a.example'><p>催收</html>"
    assert text_of(page) == "催收"


def test_what_stands_in_unknown_elements_stays() -> None:
    page = "<x-card><blink>a</blink></x-card> <noscript>b</noscript> <main>c</main>"
    assert text_of(page) == "a b c"


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.sampled_from(PIECES) | st.text(max_size=5),
        max_size=20,
    ).map("".join)
)
def test_whatever_a_page_is_only_plain_elements_are_left(html: str) -> None:
    page = str(plain(html, BASE))
    assert HARMLESS.sub("", page) == ""
    again = BeautifulSoup(page, "html.parser")
    assert again.select("script, style, svg, img, textarea, noscript, title, template, meta") == []
    assert all(set(node.attrs) <= {"href", "rel", "dir", "lang"} for node in again.find_all(True))
