"""The words the demo site's pages use around the articles, by language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

LABELS: Mapping[str, Mapping[str, str]] = {
    "zh-Hans": {
        "home": "首页",
        "author": "作者",
        "published": "发布时间",
        "previous": "上一篇",
        "next": "下一篇",
        "previous_page": "上一页",
        "next_page": "下一页",
        "page": "第 {} 页",
        "related": "相关阅读",
        "categories": "栏目",
        "latest": "最新文章",
        "more": "更多",
        "share": "觉得有用？把网址抄给需要的人。",
        "notice": "友情提醒",
        "notice_text": "小区公告栏：文明养犬，电动车不上楼，饭后散步有益健康。",
        "footer": "本站为演示站点，内容由编写者原创，仅供一般参考，不能代替专业意见。",
        "private": "编辑后台",
    },
    "zh-Hant": {
        "home": "首頁",
        "author": "作者",
        "published": "發布日期",
        "previous": "上一則",
        "next": "下一則",
        "previous_page": "上一頁",
        "next_page": "下一頁",
        "page": "第 {} 頁",
        "related": "延伸閱讀",
        "categories": "分類",
        "latest": "最新文章",
        "more": "更多",
        "share": "覺得有用嗎？把網址抄給需要的人。",
        "notice": "里辦公處公告",
        "notice_text": "垃圾請分類，騎樓請淨空，散步請帶水壺。",
        "footer": "本站為示範網站，內容皆為原創，僅供一般參考，不能取代專業意見。",
        "private": "編輯後台",
    },
    "en": {
        "home": "Home",
        "author": "By",
        "published": "Published",
        "previous": "Previous",
        "next": "Next",
        "previous_page": "Previous page",
        "next_page": "Next page",
        "page": "page {}",
        "related": "Read next",
        "categories": "Sections",
        "latest": "Latest",
        "more": "More",
        "share": "Found it useful? Pass the address on to a neighbour.",
        "notice": "Notice board",
        "notice_text": "Bins go out on Tuesday. The lost grey cat has come home by herself.",
        "footer": "A demonstration site. All texts are original, for general information only, "
        "and no substitute for professional advice.",
        "private": "Editors' desk",
    },
}


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def write_date(day: date, language: str) -> str:
    """The date as a reader of the language (a key of `LABELS`) expects to see it."""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"
