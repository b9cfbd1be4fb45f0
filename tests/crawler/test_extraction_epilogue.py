"""What stands below an article and is not of its text."""

from __future__ import annotations

import pytest

from crawler.extraction.epilogue import without_epilogue

TEXT = [
    "The hen has been asked about it many times, and by now she has an agent for that.",
    "The agent, a duck of some standing, declined to comment on the matter of the road.",
    "我家有一只闹钟，每天早上七点准时响，从不迟到；放假第一天，它也响了。",
]


@pytest.mark.parametrize(
    "lines",
    [
        ["Comments"],
        ["Related Stories", "The fox denies everything", "A coop with a view"],
        ["You may also like:", "The fox denies everything"],
        ["More from the Farm", "The fox denies everything"],
        ["相关新闻", "会说话的电梯", "一条想考驾照的鱼"],
        ["上一篇：会说话的电梯 下一篇：爱照镜子的鱼", "开心小站 版权所有 2010-2015"],
        ["(责任编辑：宋雨)"],
        ["共3页 上一页 1 [2] [3] 下一页"],
        ["« Previous 1 2 3 Next page »"],
        ["文章来源：开心小站", "打印本文"],
        ["Copyright 2012-2024 The Farm. All rights reserved."],
        ["Tags: hens, roads"],
        ["The Farm may earn an affiliate commission if you buy a hen through links on this page."],
    ],
)
def test_it_is_left_out(lines: list[str]) -> None:
    assert without_epilogue([*TEXT, *lines]) == TEXT


@pytest.mark.parametrize(
    "lines",
    [
        ["Comments were made, and then some more comments were made about these."],
        ["版权所有的这头牛走进了法院，法官问它为什么，它说：" + "哞" * 80],
        ["来源：" + "很久以前，有一个人问我笑话是从哪里来的，我说是从老师的作业本里来的。"],
        ["The next page was blank, and so was the duck."],
        ["1 2 3"],
    ],
)
def test_a_sentence_stays(lines: list[str]) -> None:
    assert without_epilogue([*TEXT, *lines]) == [*TEXT, *lines]


def test_a_heading_takes_no_more_with_it_than_a_third() -> None:
    lines = ["The hen speaks.", "Comments", *TEXT]
    assert without_epilogue(lines) == lines


@pytest.mark.parametrize(
    "heading", ["Advertisement", "Read more:", "Related Stories", "Share this story", "相关阅读"]
)
def test_a_heading_in_the_midst_of_the_text_takes_none_of_it(heading: str) -> None:
    ending = [
        "The agent, who had not been asked, added that the road had been there before the hen, and "
        "that it would be there after her.",
        "老师问小明为什么又迟到了，小明说路牌上写着“前方学校，慢行”，所以他每天都走得很慢，一次也没有跑过。",
    ]
    text = [*TEXT * 3, *ending]
    for more in ([], ["Comments", "Well said, hen!"]):
        found = without_epilogue([*TEXT * 3, heading, *ending, *more])
        assert [line for line in found if line != heading] == text


def test_what_says_nothing_between_paragraphs_is_left_out() -> None:
    assert without_epilogue([TEXT[0], "Advertisement", TEXT[1], "阅读全文 >>", TEXT[2]]) == TEXT
    assert without_epilogue(["Advertisement"]) == ["Advertisement"]


def test_one_epilogue_after_another_is_left_out() -> None:
    headlines = [f"The fox denies everything, part {part} of it" for part in range(4)]
    more = ["Related Stories", *headlines, "Popular on the Farm", *headlines]
    assert without_epilogue([*TEXT * 2, *more]) == TEXT * 2


def test_nothing_but_an_epilogue_is_left_as_it_is() -> None:
    assert without_epilogue(["Tags: hens"]) == ["Tags: hens"]
    assert without_epilogue([]) == []
