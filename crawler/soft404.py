"""Pages that say that there is nothing here, with a status that says all is well."""

from __future__ import annotations

import re

_TITLE = re.compile(r"<(title|h1)[^>]*>(.{0,200}?)</\1", re.IGNORECASE | re.DOTALL)
_THING = r"(?:page|article|post|file|content|topic|thread|story)"
_NOT_FIND = r"(?:can(?:no|['’]?)t|could ?n[o'’]t|could not|unable to)"
_DING = "(?:页面|頁面|网页|網頁|文章|内容|內容|帖子|主题|主題|信息|資訊|资源|作品|贴子|日志|链接)"
_SOMEONE = "(?:作者|原作者|发布者|發布者|楼主|博主|用户|管理员|管理員|系统|系統)?(?:自行)?"
_NOTHING = re.compile(
    rf"""
      \b(?:404|410)\b
    | \b{_THING}s?\ (?:was\ |is\ |has\ been\ |could\ )?
      (?:not\ (?:be\ )?found | removed | deleted | gone | unavailable)
    | \b{_THING}s?\b.{{0,40}} \b{_NOT_FIND}\ be\ found
    | \b{_NOT_FIND}\ (?:find|locate)\b .{{0,20}} \b{_THING}s?\b
    | \b{_THING}s?\b.{{0,12}} \b(?:is\ not|isn['’]t|not)\ (?:currently\ )?available
    | \bno\ longer\ (?:exists?|available) | \b(?:does\ not|doesn['’]t)\ exist\b
    | ^\W*(?:not|nothing)\ found\b
    | {_DING} [^。，]{{0,8}} (?: 不存在 | 找不到 | 未找到 | (?:没有|沒有|无法|無法)找到
      | 已?(?:经|經)?被?{_SOMEONE}(?:删除|刪除|移除|下架|下线|下線|屏蔽)(?!了?的)
      | 失效 | 丢失 | 走丢 | 走失 | 已?过期 | 已?過期 | (?:无法|無法)(?:访问|訪問|显示|顯示|開啟) )
    | (?: 找不到 | 未找到 | (?:没有|沒有|无法|無法)找到 ) [^。，]{{0,12}} {_DING}
    """,
    re.IGNORECASE | re.VERBOSE,
)


def says_nothing_is_here(text: str) -> bool:
    """Whether the title or the main heading of a page says that it was not found.

    Args:
        text: The page's HTML. That it holds no article of any length is for the caller to know.
    """
    return any(_NOTHING.search(match[2]) for match in _TITLE.finditer(text))
