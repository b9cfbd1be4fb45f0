"""When an article was published, as its page says it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction import extract
from crawler.extraction.dateformat import is_only_date, parse_date
from crawler.page import Page

BEIJING = ZoneInfo("Asia/Shanghai")
TEXT = (
    "<p>The hen has been asked about it, many times, and by now she has an agent for that.</p>" * 3
)
DAY = "2024-03-04T16:00:00+00:00"
MINUTE = "2024-03-05T02:20:00+00:00"


def date_of(body: str, head: str = "", url: str = "https://example.org/1.html") -> str | None:
    html = f"<html><head><title>The Hen</title>{head}</head><body>{body}</body></html>"
    published = extract(Page(url, html.encode()), zone=BEIJING).published
    return published.isoformat() if published else None


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


# Forms


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05",
        "2024-3-5",
        "2024/03/05",
        "2024.3.5",
        "2024年3月5日",
        "2024年03月05日 星期二",
        "March 5, 2024",
        "Mar. 5th 2024",
        "5 March 2024",
        "5th of March, 2024",
        "Tue, 05 Mar 2024",
        "Mar 5 Tue 2024",
    ],
)
def test_a_day_begins_in_the_zone(text: str) -> None:
    for line in (text, f"发布于{text} 来源：本站", f"Posted {text} by the hen"):
        moment = parse_date(line, BEIJING)
        assert moment is not None
        assert moment.isoformat() == DAY


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05 10:20",
        "2024-03-05 10:20:00",
        "2024-03-05T10:20:00+08:00",
        "2024-03-05T02:20:00Z",
        "2024-03-05T02:20:00.123Z",
        "2024-03-04T21:20:00-0500",
        "Tue, 05 Mar 2024 02:20:00 GMT",
        "2024年3月5日10:20",
        "2024年3月5日 上午10时20分",
        "2024/3/5 星期二 10:20:00",
        "March 5, 2024 at 10:20 a.m.",
        "March 4, 2024, 9:20 PM EST",
        "5 Mar 2024 / 10:20 AM",
    ],
)
def test_a_time_is_put_into_utc(text: str) -> None:
    moment = parse_date(text, BEIJING)
    assert moment is not None
    assert moment.isoformat() == MINUTE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25/12/2023", "2023-12-24T16:00:00+00:00"),
        ("12/25/2023", "2023-12-24T16:00:00+00:00"),
        ("18.11.2019", "2019-11-17T16:00:00+00:00"),
        ("2024-03-05 12:05 AM", "2024-03-04T16:05:00+00:00"),
        ("2024-03-05 下午3:20", "2024-03-05T07:20:00+00:00"),
        ("2005-04-03 17:19PM", "2005-04-03T09:19:00+00:00"),
        ("2024-03-05 24:10", DAY),
        ("not 2024-02-30 but 2024-03-05", DAY),
    ],
)
def test_odd_forms_are_read_with_care(text: str, expected: str) -> None:
    moment = parse_date(text, BEIJING)
    assert moment is not None
    assert moment.isoformat() == expected


@pytest.mark.parametrize(
    "text",
    [
        "03/05/2024",
        "2024-02-30",
        "2024-13-01",
        "May 2024",
        "© 2019-2024",
        "version 2.0.2024",
        "1969-07-20",
        "9999-12-31",
        "call 2024-03-0512",
        "3月5日",
        "yesterday",
        "",
    ],
)
def test_what_is_no_certain_date_is_none(text: str) -> None:
    assert parse_date(text, BEIJING) is None


@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2020, 1, 1)),
    st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)
def test_every_time_is_read_back(moment: datetime, zone: timezone) -> None:
    there = moment.replace(microsecond=0, tzinfo=zone)
    assert parse_date(there.isoformat(), UTC) == there
    assert parse_date(f"{there:%Y年%m月%d日 %H:%M:%S}", zone) == there
    assert parse_date(f"{there:%B %d, %Y, %I:%M:%S %p}", zone) == there


@given(st.text("0123456789-/.: 年月日TZ+AMPmarch", max_size=40))
def test_any_text_is_read_or_not(text: str) -> None:
    moment = parse_date(text, BEIJING)
    assert moment is None or moment.tzinfo is UTC


# Places


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2024-03-05T10:20:00+08:00">',
        meta("pubdate", "2024-03-05 10:20"),
        meta("PublishDate", "2024-03-05 10:20"),
        meta("date", "2024-03-05 10:20"),
        '<meta itemprop="datePublished" content="2024-03-05T02:20:00Z">',
        '<script type="application/ld+json">'
        '{"@type": "BlogPosting", "datePublished": "2024-03-05T10:20:00+08:00"}</script>',
    ],
)
def test_metadata_tell_the_time(head: str) -> None:
    assert date_of(f"<h1>The Hen</h1>{TEXT}<p>发布时间：2019-01-01</p>", head) == MINUTE


@pytest.mark.parametrize(
    "line",
    [
        "发布时间：2024-03-05 10:20　来源：本站　点击：99",
        "时间:2024年3月5日10:20 作者:母鸡",
        "2024-03-05 10:20更新 来源：转载",
        "Published: 5 March 2024, 10:20 AM",
        "By the Hen | March 5, 2024 10:20 am",
        "公布日期：2024-03-05 10:20　实施日期：2024-05-01",
        '<time datetime="2024-03-05T10:20:00+08:00">two hours ago</time>',
        '<time datetime="2024-03-05T10:20:00+08:00">today</time> Updated 2024-04-06',
        '<span itemprop="datePublished" content="2024-03-05T02:20:00Z">today</span>',
    ],
)
def test_the_byline_tells_the_time(line: str) -> None:
    assert date_of(f"<h1>The Hen</h1><div>{line}</div>{TEXT}") == MINUTE
    assert date_of(f"<div>{line}</div><h1>The Hen</h1>{TEXT}") == MINUTE


def test_a_label_below_the_text_is_read_too() -> None:
    body = f"<h1>The Hen</h1>{TEXT}<div>Posted on March 5, 2024 10:20 AM</div>"
    assert date_of(body) == MINUTE


def test_the_time_of_publication_is_preferred_to_that_of_a_change() -> None:
    lines = "<div>Last updated: 2024-04-06</div><div>Published: 2024-03-05 10:20</div>"
    assert date_of(f"<h1>The Hen</h1>{lines}{TEXT}") == MINUTE


def test_a_change_is_better_than_nothing() -> None:
    body = f"<h1>The Hen</h1><div>更新时间：2024-03-05 10:20</div>{TEXT}"
    assert date_of(body) == MINUTE


def test_the_byline_tells_the_minute_of_a_day_in_the_metadata() -> None:
    body = f"<h1>The Hen</h1><div>2024-03-05 10:20</div>{TEXT}"
    assert date_of(body, meta("pubdate", "2024-03-05")) == MINUTE
    assert date_of(body, meta("pubdate", "2024-03-04")) == "2024-03-03T16:00:00+00:00"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/2024/03/05/the-hen/", DAY),
        ("/blog/2024-03-05/1.html", DAY),
        ("/2024/03/05", DAY),
        ("/2024/03/", None),
        ("/20240305/1.html", None),
        ("/p/2024/99/05/", None),
    ],
)
def test_a_clear_path_tells_the_day(path: str, expected: str | None) -> None:
    assert date_of(f"<h1>The Hen</h1>{TEXT}", url=f"https://example.org{path}") == expected


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>The Hen</h1>{TEXT}<p>The hen was born on March 5, 2024, and crossed in April.</p>",
        "<h1>The Hen</h1><p>On March 5, 2024, the hen, who had been asked about it, many times, "
        f"crossed the road, and nobody saw her do it, although there was a crowd.</p>{TEXT}",
        f"<h1>The Hen</h1>{TEXT}<div>Copyright 2019-2024 Joke Site</div>",
        f"<h1>The Hen</h1>{TEXT}<ul><li><a href='2'>The Cow</a> 2024-03-05</li></ul>",
        f"<h1>The Hen</h1>{TEXT}<footer>2024-03-05</footer>",
        f"<h1>The Hen</h1><div>Joined: Tue Mar 05, 2024 3:12 pm</div>{TEXT}",
        f"<h1>母鸡讲座</h1><div>报名截止：2024-03-05</div>{TEXT}",
        f"<h1>母鸡讲座</h1>{TEXT}<p>时间：2024年3月5日（周二）14:00</p><p>地点：鸡舍</p>",
        f"<h1>母鸡讲座</h1><p>时间：2024年3月5日 14:00</p><p>地点：鸡舍</p>{TEXT}",
        f"<h1>A Talk</h1><p>Date: 5 March 2024, 7pm</p><p>Venue: the barn</p>{TEXT}",
        f"<div>今天是2024年3月5日 星期二</div><h1>母鸡</h1>{TEXT}",
        f"<div>2024年3月5日 星期二 天气 晴</div><div>欢迎</div><h1>母鸡</h1>{TEXT}",
        f"<h1>母鸡</h1><p>上映日期：2019-02-05</p>{TEXT}",
        f"<h1>考试安排</h1><p>考试时间：2023年12月23日 9:00</p>{TEXT}",
        f"<h1>母鸡</h1><div>注册时间：2010-01-01</div><div>最后登录：2024-01-01</div>{TEXT}",
        f"<h1>The Hen</h1><p>Release date: March 5, 2004</p>{TEXT}",
        f"<h1>The Hen</h1>{TEXT}<div class=comments><p>鸭子 发表于 2024-03-06 10:00</p></div>",
    ],
)
def test_no_date_is_invented(body: str) -> None:
    assert date_of(body) is None


@pytest.mark.parametrize(
    "line",
    [
        "2024-03-05",
        "Tuesday, March 5, 2024 | 6:05 a.m.",
        "2024年03月05日 星期二 10:20",
        "2024-03-05 12:08 島嶼報／記者王小明／台北報導",
    ],
)
def test_a_date_between_title_and_text_is_no_text(line: str) -> None:
    page = Page("https://example.org/", f"<h1>The Hen</h1><p>{line}</p>{TEXT}".encode())
    assert "2024" not in extract(page).body


@pytest.mark.parametrize("line", ["In March 5, 2024 they met", "2024-03-05: a day", "the hen"])
def test_what_has_words_is_not_only_a_date(line: str) -> None:
    assert not is_only_date(line)


def test_a_list_of_malformed_dates_is_none() -> None:
    item = {"@type": "Article", "datePublished": ["2024", None]}
    head = f'<script type="application/ld+json">{json.dumps(item)}</script>'
    assert date_of(f"<h1>The Hen</h1>{TEXT}", head + meta("date", "soon")) is None
