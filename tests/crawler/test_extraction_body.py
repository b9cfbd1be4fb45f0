"""The text of a page's article, and pages that hold none."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from crawler.errors import NoArticleError
from crawler.extraction import extract
from crawler.extraction.body import body_of
from crawler.page import Page

SENTENCE = "The hen has been asked about it, many times, and by now she has an agent for that."
TEXT = f"<p>{SENTENCE}</p>" * 3
BODY = "\n".join([SENTENCE] * 3)
LINK = '<a href="/{0}.html">A rather long headline of joke number {0}</a>'


def body_in(html: str) -> str:
    return body_of(BeautifulSoup(f"<html><body>{html}</body></html>", "lxml"))


def links(count: int, form: str = "<li>{}</li>") -> str:
    return "".join(form.format(LINK.format(number)) for number in range(count))


def problem_of(html: str, url: str = "https://example.org/jokes/") -> str:
    with pytest.raises(NoArticleError) as raised:
        extract(Page(url, html.encode()))
    return str(raised.value)


# What belongs to the text


def test_the_page_is_left_as_it_is() -> None:
    soup = BeautifulSoup(f"<nav>{LINK}</nav><div>{TEXT}</div><footer>x</footer>", "lxml")
    before = str(soup)
    assert body_of(soup) == BODY
    assert str(soup) == before


@pytest.mark.parametrize(
    "aside",
    [
        f"<ul>{links(30)}</ul>",
        f"<nav><p>{SENTENCE}</p></nav>",
        f"<footer>{TEXT * 3}</footer>",
        f"<aside>{TEXT * 3}</aside>",
        f'<div class="comments">{TEXT[:300]}</div>',
        f'<div id="relatedPosts"><p>{SENTENCE}</p></div>',
        f'<div class="xiangguan"><p>{SENTENCE}</p></div>',
        f'<div style="display: none"><p>{SENTENCE}</p></div>',
        f"<div hidden><p>{SENTENCE}</p></div>",
        f'<div role="dialog"><p>{SENTENCE}</p></div>',
        f"<noscript><p>{SENTENCE}</p></noscript><script>var hen = 'a, b, c.';</script>",
        f"<select><option>{SENTENCE}</option></select><textarea>{SENTENCE}</textarea>",
        links(3, "<div class='card'><h3>{}</h3><p>A word or two, no more.</p></div>"),
    ],
)
def test_what_stands_beside_the_text_is_left_out(aside: str) -> None:
    for html in (f"{aside}<div>{TEXT}</div>", f"<div>{TEXT}</div>{aside}"):
        assert body_in(html) == BODY
    assert body_in(f"<div>{TEXT}{aside}</div>") == BODY


def test_an_article_in_an_article_is_a_comment() -> None:
    comments = f"<article><p>{SENTENCE}</p></article>" * 2
    assert body_in(f"<article>{TEXT}{comments}</article>") == BODY


@pytest.mark.parametrize("names", ["has-sidebar", "page-wrapper tag-comments", "no-comments"])
def test_a_wrapper_named_for_what_it_has_is_no_such_thing(names: str) -> None:
    assert body_in(f'<div class="{names}"><div>{TEXT}</div></div>') == BODY


@pytest.mark.parametrize("name", ["header", "comments", "share"])
def test_most_of_a_page_is_its_article_whatever_its_name(name: str) -> None:
    assert body_in(f'<div class="{name}">{TEXT}</div><ul>{links(9)}</ul>') == BODY


def test_headings_lists_quotes_and_tables_belong_to_it() -> None:
    html = (
        f"<div>{TEXT}<h2>The road</h2><ul><li>first</li><li>second</li></ul>"
        "<blockquote>Cluck.</blockquote><table><tr><td>1</td><td>egg</td></tr></table></div>"
    )
    assert body_in(html) == f"{BODY}\nThe road\nfirst\nsecond\nCluck.\n1\negg"


def test_a_table_of_links_between_paragraphs_does_not_part_them() -> None:
    menu = f"<table>{links(9, '<tr><td>{}</td></tr>')}</table>"
    assert body_in(f"<div><p>{SENTENCE}</p>{menu}{TEXT}</div>") == "\n".join([SENTENCE, BODY])


def test_a_page_may_leave_out_its_head_and_body() -> None:
    soup = BeautifulSoup(f"<title>The Hen</title><article>{TEXT}</article>", "lxml")
    assert body_of(soup) == BODY


def test_breaks_make_lines_and_inline_elements_do_not() -> None:
    html = "Why did <b>the</b> <a href='/hen'>h<i>e</i>n</a> cross?<br>Nobody\n knows.<br><br>"
    assert (
        body_in(f"<div>{html}{SENTENCE}</div>")
        == f"Why did the hen cross?\nNobody knows.\n{SENTENCE}"
    )


def test_preformatted_lines_stay() -> None:
    assert body_in(f"<div>{TEXT}<pre>\n  a\n    b<br>c\n</pre></div>") == f"{BODY}\n  a\n    b\nc"


def test_a_poem_of_short_lines_is_a_text() -> None:
    lines = ["床前明月光，", "疑是地上霜。", "举头望明月，", "低头思故乡。"]
    poem = "".join(f"<p>{line}</p>" for line in lines)
    assert body_in(f"<ul>{links(9)}</ul><div>{poem}</div>") == "\n".join(lines)


def test_ruby_and_hidden_marks_do_not_disturb() -> None:
    html = f"<div><p>漢<ruby>字<rt>zi</rt></ruby>好。{SENTENCE}</p></div>"
    assert body_in(html) == f"漢字好。{SENTENCE}"


@pytest.mark.parametrize("html", ["", "<ul><li><a href='/'>Home</a></li></ul>", "<p>Hi</p>"])
def test_a_page_without_text_has_none(html: str) -> None:
    assert body_in(html) == ""


# Lists of articles

TEASER = "<p>The first words of it, and then the rest …</p>"
MARKUP = '<meta property="og:type" content="article">'
NEXT = '<p><a href="?page=2">Next page</a></p>'
LISTS = [
    f"<h1>Jokes</h1><ul>{links(12)}</ul>",
    f"<h1>Jokes</h1><ul>{links(12, '<li>{} <span>2024-03-05</span></li>')}</ul>{NEXT}",
    f"<h1>Jokes</h1><p>{SENTENCE}</p><ul>{links(12)}</ul>{NEXT}",
    f"<h1>Jokes</h1>{links(9, '<div><h2>{}</h2>' + TEASER + '</div>')}",
    f"<h1>Jokes</h1><ul>{links(2, '<li><h2>{}</h2>' + TEASER + '</li>')}</ul>",
    f"<h1>Jokes</h1>{links(4, '<article><h2>{}</h2>' + TEXT * 4 + '</article>')}",
    f"<table>{links(20, '<tr><td>{}</td><td>2024-03-05</td></tr>')}</table>",
    f"<h1>Site</h1>{'<section><h2>Jokes</h2><ul>' + links(5) + '</ul></section>' * 3}",
]
FOOTER = f"<footer><p>{SENTENCE}</p></footer>"


@pytest.mark.parametrize("html", LISTS)
def test_a_list_is_told_from_an_article(html: str) -> None:
    for page in (html, f"<html><body>{html}{FOOTER}</body></html>"):
        assert problem_of(page) == "https://example.org/jokes/ is a list of articles"


@pytest.mark.parametrize(
    "html",
    [
        f"<article><h1>The Hen</h1>{TEXT}</article>",
        f"<h1>The Hen</h1><p>{SENTENCE}</p><ul>{links(12)}</ul>",
        f"<h1>The Hen</h1><p>{SENTENCE}</p><ul class='related'>{links(12)}</ul>{NEXT}",
        f"<article><h1><a href='/jokes/'>The Hen</a></h1>{TEXT}</article>",
        f"<article><h1>The Hen</h1>{TEXT}</article>"
        + links(4, "<article><h3>{}</h3>" + TEASER + "</article>"),
        f"<h1>Ten Jokes</h1>{TEXT * 4}",
        "<h1>老师</h1><p>老师问小明：你为什么又迟到了？小明说：路上有人丢了一百块钱。</p>",
    ],
)
def test_an_article_is_told_from_a_list(html: str) -> None:
    assert extract(Page("https://example.org/jokes/", html.encode())).body


@pytest.mark.parametrize(
    "markup",
    [
        MARKUP,
        '<meta property="article:published_time" content="2024-03-05">',
        '<script type="application/ld+json">{"@type":"Article","headline":"Jokes"}</script>',
    ],
)
def test_article_markup_makes_an_article_of_any_list(markup: str) -> None:
    html = f"<html><head>{markup}</head><body>{LISTS[3]}{FOOTER}</body></html>"
    assert "The first words of it" in extract(Page("https://example.org/", html.encode())).body


@pytest.mark.parametrize("html", ["<p></p>", "<html></html>", "<!DOCTYPE html>", "<img src=hen>"])
def test_a_page_without_text_is_told_apart(html: str) -> None:
    assert problem_of(html) == "https://example.org/jokes/ has no text"
