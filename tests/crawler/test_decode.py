"""Deciding what charset bytes are in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.decode import decode

SIMPLIFIED = (
    "催收人员真的会上门吗？如果借款人逾期，平台可以在法律允许的范围内催收。",
    "我家有一只闹钟，每天早上七点准时响，从不迟到。",
    "放假第一天，它也响了。我对它说：“今天不用上班。”",
    "老师问小明为什么迟到，小明说路上有人丢了一百块钱。",
    "先核实，再帮忙，真孙子不会怪您多问一句。",
)
TRADITIONAL = (
    "有人上門催收，門該不該開？先說結論：上門催收本身並不違法。",
    "自從阿嬤學會用手機，我們家族群組每天早上五點準時響起。",
    "在外租屋，最常吵的就是三件事：押金、修繕、提前搬走。",
    "電話那頭一開口就叫奶奶，說自己在外地出了事，急著用錢。",
)
WESTERN = (
    "The café’s façade was naïvely painted by Señor Müller — twice.",
    "“It stops,” said my neighbour, and the résumé went into the bin.",
    "À la carte: crème brûlée, £4; über-fresh smørrebrød, £5 more.",
)
TRUE = {
    "utf-8": (*SIMPLIFIED, *TRADITIONAL, *WESTERN),
    "gb18030": (*SIMPLIFIED, *TRADITIONAL),
    "gbk": SIMPLIFIED,
    "big5": TRADITIONAL,
    "big5hkscs": TRADITIONAL,
    "cp1252": WESTERN,
}
DECLARED = ["", "utf-8", "gb2312", "GBK", "big5", "iso-8859-1", "windows-1252", "shift_jis", "x-no"]
CHARSETS = st.sampled_from(sorted(TRUE))


@st.composite
def encoded_texts(draw: st.DrawFn) -> tuple[str, str]:
    """A charset, and some sentences of a language that is written in it."""
    charset = draw(CHARSETS)
    sentences = draw(st.lists(st.sampled_from(TRUE[charset]), min_size=1, max_size=4))
    return charset, "\n".join(sentences)


@given(encoded_texts(), st.sampled_from(DECLARED), st.sampled_from(DECLARED), st.booleans())
def test_whatever_is_declared_the_text_comes_out(
    encoded: tuple[str, str], by_server: str, in_page: str, as_page: bool
) -> None:
    charset, text = encoded
    if as_page:
        meta = f'<meta http-equiv="Content-Type" content="text/html; charset={in_page}">'
        text = f"<html><head>{meta}<title>x</title></head><body><p>{text}</p></body></html>"
    assert decode(text.encode(charset), by_server) == text


@given(st.sampled_from([*SIMPLIFIED, *TRADITIONAL]), st.data())
def test_a_few_characters_are_enough_with_a_true_declaration(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 4))
    piece = text[start : start + data.draw(st.integers(4, 8))]
    charset = data.draw(st.sampled_from(["utf-8", "gb18030"]))
    assert decode(piece.encode(charset), charset) == piece


@given(st.sampled_from(SIMPLIFIED), st.data())
def test_a_few_characters_are_enough_without_a_declaration(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 4))
    piece = text[start : start + data.draw(st.integers(4, 8))]
    charset = data.draw(st.sampled_from(["utf-8", "gb18030"]))
    assert decode(piece.encode(charset)) == piece


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5hkscs"])
@pytest.mark.parametrize("declared", ["", "utf-8", "gbk"])
def test_broken_bytes_cost_no_more_than_their_line(charset: str, declared: str) -> None:
    lines = [line for line in TRUE[charset] if line not in WESTERN] * 3
    content = b"\n".join(line.encode(charset) for line in lines).replace(
        lines[1].encode(charset), b"\xff\xff" + lines[1].encode(charset)[1:], 1
    )
    decoded = decode(content, declared).split("\n")
    assert "\ufffd" in decoded[1]
    assert [line for number, line in enumerate(decoded) if number != 1] == lines[:1] + lines[2:]


@pytest.mark.parametrize(
    ("declared", "charset", "text"),
    [
        ("shift_jis", "cp932", "吾輩は猫である。名前はまだ無い。ニャーニャー泣いていた。"),
        ("EUC-JP", "euc_jp", "吾輩は猫である。名前はまだ無い。ニャーニャー泣いていた。"),
        ("euc-kr", "cp949", "오늘 날씨가 매우 좋습니다. 사람들이 산책을 하고 있습니다."),
        ("windows-1251", "cp1251", "Съешь же ещё этих мягких французских булок, да выпей чаю."),
        ("koi8-r", "koi8-r", "Съешь же ещё этих мягких французских булок, да выпей чаю."),
    ],
)
def test_other_charsets_are_read_when_declared(declared: str, charset: str, text: str) -> None:
    assert decode(text.encode(charset), declared) == text


@pytest.mark.parametrize("declared", ["shift_jis", "euc-kr", "windows-1251", "koi8-r", "euc-jp"])
@pytest.mark.parametrize("text", SIMPLIFIED)
def test_they_are_not_when_declared_wrongly(declared: str, text: str) -> None:
    assert decode(text.encode("gb18030"), declared) == text


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(charset: str) -> None:
    assert decode(SIMPLIFIED[0].encode(charset), "big5") == SIMPLIFIED[0]


@pytest.mark.parametrize(
    "declared", ["rot13", "hex", "idna", "utf-16", "\0", "é", "unicode_escape"]
)
def test_what_is_no_charset_of_a_page_is_no_hint(declared: str) -> None:
    assert decode("naïve café".encode("cp1252"), declared) == "naïve café"


@given(st.binary(max_size=200), st.text(max_size=12))
def test_any_bytes_decode(content: bytes, declared: str) -> None:
    decode(content, declared).encode()
