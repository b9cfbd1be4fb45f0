"""When an article was published, as its page says it: never guessed."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bs4 import Tag

from crawler.extraction.dateformat import find_date_in, is_only_date, parse_date
from crawler.extraction.names import holds_comments, tells_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime, tzinfo

    from crawler.extraction.blocks import Block
    from crawler.extraction.byline import Byline
    from crawler.extraction.document import Document

_META_NAMES = (
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publishtime",
    "published_time",
    "bytedance:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "dcterms.issued",
    "dc.date.issued",
    "dc.date",
    "date",
)
_PUBLISHING = (
    "发布|發佈|發布|发表|發表|刊登|刊发|录入|添加|公布|公佈|发稿|發稿|上传|上傳|提交"
    "|发文|發文|印发|签发|成文|提问|提問"
)
_PUBLISHED = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:(?:{_PUBLISHING})?(?:时间|時間|日期|于|於)|发布|發佈|發布|发表|發表)"
    r"|\b(?:published|posted)\b|(?:^|[|·•,;]\s*|\b(?:publication|post|article|issue) )date\b",
    re.IGNORECASE,
)
# In the text itself, which may tell when something is to be, a label must say outright what it is.
_OUTRIGHT = re.compile(rf"{_PUBLISHING}|\b(?:published|posted|publication)\b", re.IGNORECASE)
# What has a place has a time of its own.
_PLACE = re.compile(
    r"(?:活动|会议|考试|讲座|面试)?(?:地点|地點|会场)\s*[:：]|(?:venue|location|where|place)\s*:",
    re.IGNORECASE,
)
# What day it is, and what the weather.
_TODAY = re.compile(
    r"今天|今日|现在|現在|当前|當前|农历|農曆|天气|天氣|\btoday is\b", re.IGNORECASE
)
# A date with a label before it, perhaps with a day of the week between. In Chinese there are many
# other ones than those of a publication, elsewhere they are few.
_OF_SOMETHING = re.compile(
    r"([^:：|｜]{1,30})[:：]\s*(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b)?\W*$",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"joined|since|registered|born|died|deadline|clos|expir|valid|effective|event|when|start|begin"
    r"|end|until|due|seen|visit|release",
    re.IGNORECASE,
)
_HAN = re.compile("[\u4e00-\u9fff]")
_CHANGED = re.compile(
    r"更新时间|更新時間|更新于|修改|最[后後](?:更新|编辑|編輯|发表|發表|回复|回覆)|\b(?:updated|modified|edited)\b",
    re.IGNORECASE,
)
# A label stands just before its date, and a line of the byline has not much besides, in bytes.
_LONGEST_DATE = 40
_LONGEST_REST = 100
_DATE_OR_SPACE = re.compile(r"[\d\s:：/.年月日,-]+")
_KNOWN_LABEL = re.compile("更新|来源|來源|作者|编辑|編輯|责编|记者|記者")
_BYLINE_WORD = re.compile(
    r"更新|发布|發佈|發布|发表|發表|时间|時間|来源|來源|作者|点击|點擊|阅读|编辑"
    r"|记者|記者|报道$|報導$|\b(?:by|posted|published|updated|views)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<![ap]\.m)[.!?。！？]\W*$", re.IGNORECASE)
_PATH = re.compile(r"/((?:19|20)\d\d)[/-]([01]\d)[/-]([0-3]\d)(?=[/_-]|$)")


def find_date(document: Document, byline: Byline, zone: tzinfo) -> datetime | None:
    """Find when the article was published: the metadata, the byline or the address tell.

    Args:
        document: The page.
        byline: Where the page can say it.
        zone: The time zone of times that come without one.

    Returns:
        The time in UTC, midnight in its zone where only the day is told; None when nothing tells.
    """
    texts = _candidates(document, byline)
    found = ((time, text) for text in texts if (time := parse_date(text, zone)) is not None)
    time, text = next(found, (None, ""))
    if time is None or ":" in text:
        return time
    # Only the day is told here; the time of that day may be told there.
    day = time.astimezone(zone).date()
    exact = (other for other, line in found if ":" in line and other.astimezone(zone).date() == day)
    return next(exact, time)


def is_byline(line: str) -> bool:
    """Whether a line tells when something was published, and by whom, and not much besides."""
    return (
        _is_little_but_date(line)
        and parse_date(line, UTC) is not None
        and (_BYLINE_WORD.search(line) is not None or is_only_date(line))
    )


def date_in(element: Tag) -> str:
    """What an element that tells a time says to machines, else to people."""
    return str(element.get("datetime") or element.get("content") or element.get_text(" "))


def _candidates(document: Document, byline: Byline) -> Iterator[str]:
    metadata = document.metadata
    yield from (metadata.names[name] for name in _META_NAMES if name in metadata.names)
    yield from (str(item.get("datePublished")) for item in metadata.articles())
    yield from map(date_in, document.markup.of_property("datePublished"))
    times = document.markup.of_tag("time")
    yield from (date_in(time) for time in times if "pubdate" in time.attrs or tells_date(time))
    head = [_line(document, block) for block in byline.head]
    rest = [block.text for block in _not_of_comments(document, byline.rest)]
    if any(map(_PLACE.match, (*head, *rest))):
        head = [line for line in head if _OUTRIGHT.search(line) or is_only_date(line)]
    yield from _labelled(head)
    lines = [line for line in head if _is_little_but_date(line) and not _is_of_another(line)]
    yield from (line for line in lines if not _CHANGED.search(line))
    yield from _labelled(line for line in rest if _OUTRIGHT.search(line))
    yield from lines
    path = _PATH.search(urlsplit(document.url).path)
    if path:
        yield "-".join(path.groups())


def _not_of_comments(document: Document, blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks without those of comments, unless the article itself is one, as on some forums."""
    regions = document.outline.regions
    comments = document.outline.within([holds_comments(region.element) for region in regions])
    if blocks and comments[blocks[0].region]:
        return blocks
    return [block for block in blocks if not comments[block.region]]


def _labelled(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        label = _PUBLISHED.search(line)
        if label and not _CHANGED.search(line):
            yield line[label.end() : label.end() + _LONGEST_DATE]


def _is_little_but_date(line: str) -> bool:
    """Whether a line is short but for its date, and no sentence."""
    rest = len(_DATE_OR_SPACE.sub("", line).encode())
    return rest <= _LONGEST_REST and not _SENTENCE_END.search(line)


def _is_of_another(line: str) -> bool:
    """Whether the first date of a line is that of something else than the article."""
    if _TODAY.search(line):
        return True
    place = find_date_in(line)
    label = _OF_SOMETHING.search(line[:place]) if place else None
    if label is None:
        return False
    if not _HAN.search(label[1]):
        return _EVENT.search(label[1]) is not None
    known = (_PUBLISHED, _CHANGED, _KNOWN_LABEL)
    return not any(form.search(label[1]) for form in known)


def _line(document: Document, block: Block) -> str:
    """A line of the byline, after its time as machines read it, which may be printed as "today"."""
    time = document.outline.regions[block.region].element.find("time", datetime=True)
    if isinstance(time, Tag) and time.get_text(" ", strip=True) in block.text:
        return f"{time['datetime']} {block.text}"
    return block.text
