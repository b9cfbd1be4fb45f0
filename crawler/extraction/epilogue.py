"""What pages print below an article as if it were of its text: credits, ways onward, rights.

Whole lines tell it, in words that are the same on most sites.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# A heading of something else takes with it what follows, if that is no more of the text than this.
_MOST = 1 / 3
_LONGEST_HEADING = 60
_HEADING = re.compile(
    r"""
      (?: leave\ a\ )? (?: \d+\ )? (?: comments? | repl(?:y|ies) ) (?: \ \(?\d+\)? )?
    | (?: related | recommended | popular | trending | latest | more | most\ read )
      (?: \ great | \ \w+ )? \ (?: stories | articles | posts | news | reading | content | links )
    | more\ (?: from | on | in | about )\ .+ | popular\ (?: on | in )\ .+
    | recommended(?:\ for\ you)?
    | (?: you\ (?:may|might)\ (?:also\ )?(?:like|enjoy|be\ interested\ in) ) .*
    | read\ (?: more | next | also ) | explore\ further | about\ the\ authors?
    | (?: like | share ) (?: \ this (?: \ story | \ article | \ post | \ page )? )?
    | (?: sign\ up | subscribe )\ .* newsletter .* | advert(?:isement)?
    | (?: 相关 | 相關 | 延伸 | 推荐 | 推薦 | 热门 | 熱門 | 更多 | 精彩 | 猜你喜欢 )
      (?: 新闻 | 新聞 | 报道 | 報道 | 报导 | 阅读 | 閱讀 | 文章 | 链接 | 推荐 | 推薦 | 专题 | 内容
      | 笑话 | 笑話 )?
    | (?: 网友 | 發表 | 发表 | 我要 | 最新 | 全部 | 热门 )? (?: 评论 | 評論 | 留言 | 跟帖 )
    | 分享 (?: 到 | 至 | 让更多人看到 )? | 扫一扫 .* | 客户端下载
    """,
    re.IGNORECASE | re.VERBOSE,
)
# After some of them the text may go on: they stand in the midst of articles as well.
_INTERRUPTION = re.compile(
    r"related|recommended|read|you |like|share|sign up|subscribe|advert|相关|相關|延伸|推荐|推薦"
    r"|热门|熱門|更多|精彩|猜你喜欢|分享|扫一扫",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?。！？…][\"'”’」』)）]*$")
_PARAGRAPH = 120  # bytes at least
_SHORTEST_REST = 250  # bytes; shorter is what pages say below their articles
_MOSTLY = 0.8
_AROUND_HEADING = " :：.…!！?？>»›-—()（）[]【】|·■◆●★"
# A line with little else in it than one of these.
_LONGEST_LINE = 100
_LINE = re.compile(
    r"""
      (?: 上一?|下一?|前一|后一|後一 ) [篇页頁条條则則章节節]
      (?: \s* $ | \s* [:：>»] | \s+ [上下前后後] )
    | (?= .* (?: [页頁] | next | prev ) )
      (?: [\d\s/|…·:：\[\]()（）«»<>‹›-] | [首尾末上下前后]?一?[页頁] | [第共到]
        | (?: next | prev(?:ious)? ) (?:\ page)? )+ $
    | (?: 返回 | 回到 ) (?: 首页|首頁|列表|目录|顶部|上一页|.{0,6}$ ) | ←\s*返回
    | (?: 打印 | 列印 | 收藏 | 关闭 | 關閉 | 发送给朋友 | 推荐给好友 | 举报 )
      (?: 本[页頁文] | 窗口 | 此[页文] )? \s* $
    | [(（\[【]? \s* (?: 文章|本文|稿件|消息|新闻|新聞|内容 )? (?: 来源 | 來源 ) \s* [:：] .{0,30} $
    | [(（\[【]? \s* (?: 责任 | 責任 | 本文 | 网络 | 值班 | 实习 )?
      (?: 编辑 | 編輯 | 责编 | 責編 | 校对 | 审核 ) \s* [:：] .{0,20} $
    | .* (?: 版权所有 | 版權所有 | 保留所有权 | ICP\s*[备证備]\s*\S*\d | 公网安备
      | 未经许可不得转载 | 举报电话 | 信息服务许可证 )
    | (?: copyright\b | © | \(c\)\s | .* all\ rights\ reserved )
    | (?: tags? | filed\ under | trackback | categor(?:y|ies) ) \s* : .*
    | (?: previous | next | older | newer )\ (?: post | article | story | page )s? \b
    | (?: 相关 | 相關 | 延伸 | 推荐 | 推薦 | 更多 )
      (?: 新闻 | 新聞 | 报道 | 報道 | 报导 | 報導 | 阅读 | 閱讀 | 文章 ) \s* [:：] .+
    """,
    re.IGNORECASE | re.VERBOSE,
)


_DISCLOSURE = re.compile(
    r".{0,60}\bmay (?:earn|receive) (?:an? )?(?:affiliate )?commission\b.{0,100}", re.IGNORECASE
)
# What says nothing between paragraphs.
_NOTHING = re.compile(
    r"advertisement|(?:read|view|show) more|continue reading|广告|廣告"
    r"|(?:阅读|展开|查看)(?:全文|更多)",
    re.IGNORECASE,
)


def without_epilogue(lines: Sequence[str]) -> Sequence[str]:
    """An article's lines without those at their end that are not of its text.

    Lines that are nothing else are left as they are.
    """
    text = _without_end([line for line in lines if not _DISCLOSURE.fullmatch(line)] or lines)
    return [line for line in text if not _NOTHING.fullmatch(line.strip(_AROUND_HEADING))] or text


def _without_end(lines: Sequence[str]) -> Sequence[str]:
    end = len(lines)
    while (shorter := _first_heading(lines[:end])) < end:
        end = shorter
    while end and len(lines[end - 1]) <= _LONGEST_LINE and _LINE.match(lines[end - 1].strip()):
        end -= 1
    return lines[:end] if end else lines


def _first_heading(lines: Sequence[str]) -> int:
    """The place of the heading that something else begins with, near the end; else the end."""
    total = sum(map(len, lines))
    end, after = len(lines), 0
    for place in range(len(lines) - 1, -1, -1):
        after += len(lines[place])
        if after > _MOST * total:
            break
        label = lines[place].strip(_AROUND_HEADING)
        if (
            len(label) <= _LONGEST_HEADING
            and _HEADING.fullmatch(label)
            and not (_INTERRUPTION.match(label) and _is_prose(lines[place + 1 : end]))
        ):
            end = place
    return end


def _is_prose(lines: Sequence[str]) -> bool:
    """Whether lines are mostly paragraphs rather than headlines, also those with a summary each."""
    sizes = [len(line.encode()) for line in lines]
    paragraphs = sum(
        size
        for line, size in zip(lines, sizes, strict=True)
        if size >= _PARAGRAPH and _SENTENCE.search(line)
    )
    return paragraphs > max(_SHORTEST_REST, _MOSTLY * sum(sizes))
