"""The charset of a copy is that in which the page has its article."""

from __future__ import annotations

import pytest

from web.charset import decode

CHINESE = "收到催收短信怎么办？先别慌，看清楚对方是谁。"
TRADITIONAL = "收到討債簡訊怎麼辦？先別慌，看清楚對方是誰。"


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("utf-8", CHINESE),
        ("utf-8-sig", CHINESE),
        ("utf-16", CHINESE),
        ("gb2312", CHINESE),
        ("gb18030", CHINESE + "𠮷"),
        ("big5", TRADITIONAL),
        ("cp1252", "“Don’t panic”, said the café’s owner."),
        ("cp932", "取り立ての電話が来たら、まず落ち着いて。"),
        ("euc_jp", "取り立ての電話が来たら、まず落ち着いて。"),
        ("cp949", "추심 전화가 오면 먼저 진정하세요."),
        ("cp1251", "Не паникуйте: спросите, кто звонит."),
        ("koi8-r", "Не паникуйте: спросите, кто звонит."),
        ("ascii", "Do not panic."),
    ],
)
def test_what_the_page_declares_does_not_matter(charset: str, text: str) -> None:
    page = f"<meta charset=iso-8859-2><p>{text}</p><p>{text[::-1]}</p>"
    assert decode(page.encode(charset), text) == page


def test_a_broken_byte_breaks_one_character() -> None:
    page = f"<p>{CHINESE}</p>".encode()
    assert decode(b"\xff" + page, CHINESE) == f"\ufffd<p>{CHINESE}</p>"
    assert decode(f"<p>{CHINESE}</p>".encode("gbk") + b"\xff", CHINESE) == f"<p>{CHINESE}</p>\ufffd"


def test_an_article_that_is_not_in_the_page_harms_nothing() -> None:
    assert decode(CHINESE.encode(), TRADITIONAL) == CHINESE
    assert decode(CHINESE.encode(), "") == CHINESE
    assert decode(b"", CHINESE) == ""
