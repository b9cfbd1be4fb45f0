"""An article as a whole: a source's selectors, the language, and pages made to break a parser."""

from __future__ import annotations

import sys
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import NoArticleError, PageError, SourceError
from crawler.extraction import Selectors, extract, extract_from, parse_page
from crawler.page import Page

URL = "https://example.org/1.html"
SENTENCE = "The hen has been asked about it, many times, and by now she has an agent for that."
TEXT = f"<p>{SENTENCE}</p>" * 3
PAGE = f"""
<html lang="en"><head><title>The Hen - Old Jokes - Joke Site</title>
<meta property="article:published_time" content="2020-01-01"></head><body>
<div class="where">Barnyard Humour</div><div class="brand-name">The Barn</div>
<h1>The Hen</h1><h2 class="real">The Hen, Revisited</h2>
<div class="by">Jane Doe</div><div class="when" data-x="1">5 March 2024 10:20</div>
<article>{TEXT}<p class="ad">Buy eggs, buy many, buy now.</p></article>
<div class="extra"><p>She said no.</p><p>Twice.</p></div></body></html>
"""
TITLES = [
    f'<a href="/{number}.html">A rather long headline number {number}</a>' for number in range(9)
]
LIST = "<ul>" + "".join(f"<li>{title}</li>" for title in TITLES) + "</ul>"


def page(html: str | bytes, url: str = URL) -> Page:
    return Page(url, html if isinstance(html, bytes) else html.encode())


# Selectors


def test_what_a_source_selects_wins() -> None:
    selectors = Selectors(
        title=".real",
        body="article p, .extra",
        date=".when",
        author=".by",
        category=".where",
        site=".brand-name",
        remove=(".ad", ".by", ".when"),
    )
    article = extract(page(PAGE), selectors, zone=ZoneInfo("Asia/Shanghai"))
    assert article.title == "The Hen, Revisited"
    assert article.body == "\n".join([SENTENCE] * 3 + ["She said no.", "Twice."])
    assert article.author == "Jane Doe"
    assert article.category == "Barnyard Humour"
    assert article.site == "The Barn"
    assert article.published is not None
    assert article.published.isoformat() == "2024-03-05T02:20:00+00:00"


def test_where_a_selector_finds_nothing_the_rules_go_on() -> None:
    selectors = Selectors(title=".no", date=".no", author=".no", category=".no", site=".no")
    assert extract(page(PAGE), selectors) == extract(page(PAGE))


def test_a_body_that_is_not_where_the_source_says_is_no_article() -> None:
    with pytest.raises(NoArticleError, match=r"has no text where .* looks: \.story$"):
        extract(page(PAGE), Selectors(body=".story"))


def test_a_selected_body_is_never_a_list() -> None:
    article = extract(page(LIST), Selectors(body="ul"))
    assert article.body.count("headline") == 9


def test_selected_elements_inside_each_other_are_read_once() -> None:
    html = f"<div class='a'><div class='a'>{SENTENCE}</div></div>"
    assert extract(page(html), Selectors(body=".a")).body == SENTENCE


def test_metadata_can_be_selected() -> None:
    html = f'<meta name="rubric" content="Old Jokes"><h1>The Hen</h1>{TEXT}'
    assert extract(page(html), Selectors(category='meta[name="rubric"]')).category == "Old Jokes"


@pytest.mark.parametrize("name", ["title", "body", "date", "author", "category", "site"])
@pytest.mark.parametrize("selector", ["div[", "p:unheard-of", ">", "a,,b"])
def test_what_is_no_css_is_an_error_of_the_source(name: str, selector: str) -> None:
    with pytest.raises(SourceError) as raised:
        Selectors(**{name: selector})  # type: ignore[arg-type]
    assert str(raised.value).startswith(f"the selector for {name}, {selector!r}, is no CSS: ")
    assert "\n" not in str(raised.value)
    with pytest.raises(SourceError, match="the selector for remove"):
        Selectors(remove=("p", selector))


# The whole


def test_a_parsed_page_gives_the_same_article() -> None:
    assert extract_from(parse_page(page(PAGE)), zone=UTC) == extract(page(PAGE))


def test_title_and_byline_are_not_part_of_the_text() -> None:
    html = f"<div><h1>The Hen</h1><div>By Jane Doe, March 5, 2024</div>{TEXT}</div>"
    article = extract(page(html))
    assert article.body == "\n".join([SENTENCE] * 3)
    assert (article.title, article.author) == ("The Hen", "Jane Doe")


def test_a_menu_above_the_title_is_not_part_of_the_text() -> None:
    menu = "<br>".join(f"Rubric {number}" for number in range(15))
    html = f"<title>The Hen</title><div>{menu}<br>The Hen<br>{TEXT}</div>"
    assert extract(page(html)).body == "\n".join([SENTENCE] * 3)


def test_a_line_of_a_poem_may_be_its_title() -> None:
    lines = [f"Line {number} of it, and no rhyme," for number in range(12)]
    html = f"<h1>The Hen</h1><p>{'<br>'.join([*lines, 'The Hen', *lines])}</p>"
    assert extract(page(html)).body == "\n".join([*lines, "The Hen", *lines])


def test_without_a_title_the_first_line_is_one() -> None:
    article = extract(page(f"<div>{TEXT}</div>"))
    assert article.title == SENTENCE
    long = extract(page(f"<p>{'Cluck, cluck. ' * 50}</p>"))
    assert long.title.endswith("…")
    assert len(long.title) == 100


@pytest.mark.parametrize(
    ("lang", "text", "language"),
    [
        ("en", SENTENCE, "en"),
        ("zh-CN", SENTENCE, "en"),
        ("en", "有人上门催收，门该不该开？先说结论：上门催收本身并不违法。", "zh"),
        (
            "fr",
            "La poule a traversé la route, mais personne ne lui a demandé pourquoi, hélas.",
            "fr",
        ),
        ("", "La poule a traversé la route, mais personne ne lui a demandé pourquoi, hélas.", ""),
    ],
)
def test_the_text_tells_the_language_before_the_page_does(
    lang: str, text: str, language: str
) -> None:
    html = f'<html lang="{lang}"><body><p>{text}</p><p>{text}</p></body></html>'
    assert extract(page(html)).language == language


def test_trafilatura_helps_where_the_rules_find_too_little() -> None:
    html = (
        "<html><head><title>The Hen</title></head><body>"
        '<div id="post-share"><article><p>Cluck.</p><p>Cluck, again, said she.</p></article></div>'
        f"<ul>{''.join(f'<li>{title}</li>' for title in TITLES[:2])}</ul></body></html>"
    )
    assert "Cluck, again, said she." in extract(page(html)).body


# Pages made to break a parser


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td", "article", "blockquote"])
@pytest.mark.parametrize("closed", [True, False])
def test_no_depth_of_elements_is_too_much(tag: str, closed: bool) -> None:
    depth = 9 * sys.getrecursionlimit()
    end = f"</{tag.partition('>')[0]}>" * depth if closed else ""
    html = f"<title>The Hen</title>{f'<{tag}>' * depth}{TEXT}{end}"
    assert SENTENCE in extract(page(html)).body


def test_too_much_markup_is_one_line_of_error() -> None:
    with pytest.raises(PageError) as raised:
        extract(page("<p>word</p>" * 200_000))
    assert str(raised.value) == f"{URL} has more than 30000 tags"


@pytest.mark.parametrize(
    "content",
    [b"plain text", b"%PDF-1.4 \0\1\2\3\4\5\6", bytes(range(256)) * 9, b"\x89PNG\r\n\x1a\n\0\0\0<"],
)
def test_what_is_no_html_is_one_line_of_error(content: bytes) -> None:
    with pytest.raises(PageError) as raised:
        extract(page(content))
    assert str(raised.value) == f"{URL} is no HTML"


@pytest.mark.parametrize("content", [b"", b" \r\n", b"\xef\xbb\xbf"])
def test_an_empty_page_holds_no_article(content: bytes) -> None:
    with pytest.raises(NoArticleError, match=r"is empty$"):
        extract(page(content))


def test_an_xml_declaration_is_no_trouble() -> None:
    html = f'<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml">{TEXT}</html>'
    assert extract(page(html)).body.startswith(SENTENCE)


def test_no_article_holds_nul_or_half_a_surrogate_pair() -> None:
    html = (
        '<title>The\0 Hen &#0; &#xD800;</title><script type="application/ld+json">'
        '{"@type": "Article", "headline": "The \\ud800Hen", "author": "J\\u0000ane \\udfffDoe"}'
        f"</script><h1>The \0Hen &#xDFFF;</h1>{TEXT}<p>It &#xD83D;ends\0 here, said she.</p>"
    )
    article = extract(page(html.encode() + b"<p>\xed\xa0\x80 Cluck, cluck.</p>"))
    text = repr(article.to_dict())
    assert "\\x00" not in text
    assert "\\ud8" not in text
    assert article.author == "Jane Doe"


PIECES = """
<div> </div> <p> </p> <article> <h1> </h1> <td> <br> <li> <a_href="/1.html"> </a> <script>
</script> <!-- --> <time_datetime="2024-03-05"> 催收，会上门吗？ The_hen,_she_said. 2024-03-05
&amp; &#xD800; \0
"""


@given(
    st.lists(st.sampled_from([piece.replace("_", " ") for piece in PIECES.split()]), max_size=40)
)
def test_any_soup_of_tags_is_read_or_refused(pieces: list[str]) -> None:
    try:
        body = extract(page("".join(pieces))).body
    except PageError as error:
        body = str(error)
    assert body.strip()
    assert "\0" not in body
