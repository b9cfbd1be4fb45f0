"""Who wrote an article, as its page prints it: never guessed."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from crawler.extraction.metadata import text_of, types_of
from crawler.extraction.names import names_author
from crawler.extraction.title import fold_label
from crawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.extraction.byline import Byline
    from crawler.extraction.document import Document
    from crawler.extraction.metadata import Metadata

_LONGEST = 60
_CHINESE_NAME = r"[\u4e00-\u9fff][\u4e00-\u9fff·]{1,3}"
# What can follow names is no name, though as short.
_NO_CHINESE_NAME = (
    "发布|發佈|發布|发表|發表|来源|來源|时间|時間|日期|更新"
    "|编辑|編輯|责|責|点击|浏览|阅读|通讯员|摄"
)
_CHINESE_NAMES = (
    rf"{_CHINESE_NAME}(?:[\s、]{{1,2}}(?!{_NO_CHINESE_NAME}){_CHINESE_NAME})*(?![\u4e00-\u9fff])"
)
# "By Jane Doe Published March 5": what follows is no part of the name.
_NOT_OF_NAME = r"(?:Published|Posted|Updated|Last|On|Date|Share|In)\b|[A-Z][a-z]{2,8}\.?\s\d"
_ENGLISH_NAME = rf"(?:(?!{_NOT_OF_NAME})[A-Z][\w.'’-]*\s?){{1,4}}"
_TOLD = (
    # 作者：张三  来源：…
    re.compile(
        r"(?:作者|撰文|撰稿|文字)\s*[:：]\s*((?:[^()（）\[\]【】|｜]|[(（][^()（）]*[)）])+?)\s*"
        r"(?=译|来源|來源|出处|出自|时间|時間|日期|发布|發佈|發布|发表|發表|编辑|編輯|责任|責任|责编|点击|浏览"
        # any other label, such as 點閱：
        r"|阅读|字体|(?:19|20)\d\d\s*[-/.年]|(?<=\s)[\u4e00-\u9fff]{2,6}\s*[:：]|[|｜\[\]【】)）]|$)"
    ),
    # 文/张三
    re.compile(rf"^[\s(（\[【]*文\s*[/／|｜:：]\s*({_CHINESE_NAMES})"),
    # 記者王小明／台北報導
    re.compile(rf"(?:记者|記者)\s*({_CHINESE_NAME})\s*[/／]"),
    # （记者 张三 李四）, 本报记者 张三
    re.compile(rf"(?:[(（]|本报|本网|^)[\u4e00-\u9fff]{{0,6}}记者\s*[:：]?\s*({_CHINESE_NAMES})"),
)
# … 的发展。（本报记者 张三 李四）
_AT_END = re.compile(
    rf"[(（][\u4e00-\u9fff]{{0,6}}(?:(?:记者|記者|作者|通讯员)(?:\s*[:：]\s*|\s+)|文\s*[/／]\s*)"
    rf"({_CHINESE_NAMES})\s*[)）]\W*$"
)
# By Jane Doe
_BY = re.compile(
    r"^\W*(?i:(?:written |posted |asked )?by|author\s*:)\s+"
    rf"({_ENGLISH_NAME}(?:(?:,|and|&)\s{_ENGLISH_NAME})*)"
)
_BEFORE_NAME = re.compile(r"^(?:by|text|words|作者|автор|текст)\s*[:：]?\s+", re.IGNORECASE)
_META_NAMES = ("author", "article:author", "dc.creator", "parsely-author")
_NOBODY = re.compile(
    r"(?:admin|administrator|root|webmaster|author|editor|editors|staff|guest|unknown|anonymous"
    r"|佚名|匿名|未知|不详|网络|网友|原创|转载|本站|编辑|小编|管理员|记者)\d*",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"://|@|www\.|\.(?:com|cn|net|org)\b|\d{3}|[_{}<>=]", re.IGNORECASE)


def find_author(document: Document, byline: Byline, site: str) -> str:
    """Find the author's name as printed, several as one text; empty when the page names none.

    Args:
        document: The page.
        byline: Where the page can say it.
        site: The name of the site, which many pages give as their author.
    """
    for candidate in _candidates(document, byline):
        name = _BEFORE_NAME.sub("", clean_line(candidate)).strip(" ,，;；|·-:：")
        if _is_author(name, site):
            return name
    return ""


def _candidates(document: Document, byline: Byline) -> Iterator[str]:
    metadata = document.metadata
    for item in metadata.articles():
        authors = item.get("author")
        people = authors if isinstance(authors, list) else [authors]
        yield ", ".join(filter(None, (_person(person, metadata) for person in people)))
    links = (link for link in document.markup.of_tag("a") if "author" in (link.get("rel") or ()))
    named = filter(names_author, document.markup.named)
    for element in (*document.markup.of_property("author"), *islice(links, 1), *islice(named, 1)):
        yield str(element.get("content") or element.get_text(" "))
    lines = [block.text for block in (*byline.head, *byline.rest)]
    yield from (told[1] for form in _TOLD for told in map(form.search, lines) if told)
    yield from _AT_END.findall(byline.ending)
    yield from (told[1] for told in (_BY.match(block.text) for block in byline.head) if told)
    # Many pages name their maker here; an author is printed as well.
    printed = "\n".join(lines).casefold()
    names = (metadata.names[name] for name in _META_NAMES if name in metadata.names)
    yield from (name for name in names if name.casefold() in printed)


def _person(author: object, metadata: Metadata) -> str:
    """The name of an author in JSON-LD, which may stand in another object of the page."""
    if not isinstance(author, dict) or "Organization" in types_of(author):
        return text_of(author) if isinstance(author, str) else ""
    if "name" in author or "@id" not in author:
        return text_of(author)
    return next(
        (
            text_of(item)
            for item in metadata.items
            if item.get("@id") == author["@id"] and item.get("name")
        ),
        "",
    )


def _is_author(name: str, site: str) -> bool:
    folded = fold_label(name)
    return (
        folded != ""
        and len(name) <= _LONGEST
        and not _NOBODY.fullmatch(name)
        and not _NO_NAME.search(name)
        and not (site and (folded in fold_label(site) or fold_label(site) in folded))
    )
