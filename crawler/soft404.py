"""Pages that say that there is nothing here, with a status that says all is well."""

from __future__ import annotations

import re

_TITLE = re.compile(r"<(title|h1)[^>]*>(.{0,200}?)</\1", re.IGNORECASE | re.DOTALL)
_NOTHING = re.compile(
    r"\b(404|410)\b"
    r"|\b(page|article|post|file|content|topic)s? (was |is |has been |could )?(not (be )?found"
    r"|removed|deleted|gone|unavailable)"
    r"|\bno longer (exists?|available)|\b(does not|doesn['’]t) exist\b|^\s*not found\b"
    r"|(页面|頁面|网页|網頁|文章|内容|內容|帖子|主题|主題|信息|资源)[^。，]{0,8}"
    r"(不存在|找不到|未找到|没有找到|沒有找到|已(经|經)?被?(删除|刪除|移除|下架)|失效|丢失)"
    r"|(找不到|未找到|没有找到|沒有找到)[^。，]{0,12}(页面|頁面|网页|網頁|文章|内容|內容|帖子)",
    re.IGNORECASE,
)


def says_nothing_is_here(text: str) -> bool:
    """Whether the title or the main heading of a page says that it was not found.

    Args:
        text: The page's HTML. That it holds no article of any length is for the caller to know.
    """
    return any(_NOTHING.search(match[2]) for match in _TITLE.finditer(text))
