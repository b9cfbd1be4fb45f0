"""Near-duplicates: groups that follow the store, and searches that show one hit for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.query import And, Every, Not, Or, Query, Term

from indexer import Article, Index, Results
from indexer.analysis import Analysis, document_of
from indexer.article import article_id
from indexer.engines import ENGINES, Engine, open_engine
from indexer.query import SORTS, Request
from indexer.query.fields import WORDS

JOKES = [
    "老师问小明长大以后想做什么。小明说想当老师，这样就可以给别人留作业。",
    "兔子去药店问有没有胡萝卜。老板说没有。第二天兔子又来问有没有胡萝卜。",
    "A man walks into a library and asks for books about fear. They are right behind you.",
    "先生在饭店里叫服务员，说汤里有一只苍蝇。服务员说小声一点，不然别人也要。",
]
SIGNED = "{}——摘自《故事会》，转载请注明。"
LETTER = (
    "遇到催收电话不要慌。先问清对方姓名、公司和编号，再核对欠款的数额与来源。"
    "对方不肯说明的，可以挂断，并保留录音和短信。上门的人应当出示证件，"
    "没有证件的不必开门。威胁、辱骂、骚扰亲友都是违法的，可以向公安机关报案。"
)


def article(name: str, body: str, **more: object) -> Article:
    return Article(url=f"http://x/{name}", title="", body=body, **more)  # type: ignore[arg-type]


def found(results: Results) -> dict[str, int]:
    return {hit.article.url.rpartition("/")[2]: hit.duplicates for hit in results}


def duplicates(index: Index, name: str) -> set[str]:
    return {
        other.url.rpartition("/")[2] for other in index.duplicates(article_id(f"http://x/{name}"))
    }


def test_a_repost_becomes_one_hit_with_what_it_repeats(index: Index) -> None:
    index.add(article(f"{n}", joke) for n, joke in enumerate(JOKES))
    index.add([article("repost", SIGNED.format(JOKES[0])), article("again", f"转：{JOKES[0]}")])
    results = index.search("小明 OR 兔子 OR library OR 苍蝇")
    assert results.total == 6
    assert sum(1 + hit.duplicates for hit in results) == 6
    assert sorted(found(results).values()) == [0, 0, 0, 2]
    assert duplicates(index, "repost") == {"0", "again"}
    assert duplicates(index, "1") == duplicates(index, "nowhere") == set()
    assert results.to_dict()["hits"][0]["duplicates"] == results[0].duplicates


def test_an_edited_letter_is_found_among_others(index: Index) -> None:
    edited = LETTER.replace("不要慌", "别紧张").replace("公安机关", "派出所")
    index.add([article("first", LETTER), article("other", JOKES[1] + JOKES[3])])
    index.add([article("edited", f"首页 > 公益\n{edited}\n责任编辑：小李")])
    assert duplicates(index, "first") == {"edited"}
    results = index.search("催收")
    assert (results.total, len(results), results[0].duplicates) == (2, 1, 1)


@pytest.mark.parametrize("sort", SORTS)
def test_pages_never_repeat_what_has_collapsed(index: Index, sort: str) -> None:
    day = datetime(2024, 2, 29, tzinfo=UTC)
    index.add(
        article(f"{copy}-{n}", f"{joke}冷笑话。" + "哈" * copy, published=day + timedelta(copy))
        for n, joke in enumerate(JOKES)
        for copy in range(n + 1)
    )
    everything = index.search("冷笑话", sort=sort)
    assert everything.total == 10
    assert sorted(found(everything).values()) == [0, 1, 2, 3]
    pages = [index.search("冷笑话", sort=sort, limit=1, offset=n) for n in range(5)]
    assert [hit.article.url for page in pages for hit in page] == [
        hit.article.url for hit in everything
    ]
    assert [page.total for page in pages] == [10] * 5
    facets = index.search("冷笑话", sort=sort, facets=["site"])
    assert found(facets) == found(everything)


def test_only_near_duplicates_that_match_are_counted(index: Index) -> None:
    index.add([article("a", LETTER, site="甲"), article("b", f"{LETTER}完。", site="乙")])
    index.add([article("c", f"{LETTER}转载。", site="乙")])
    assert found(index.search("催收", filters={"site": "甲"})) == {"a": 0}
    assert found(index.search("转载")) == {"c": 0}
    assert list(found(index.search("催收", filters={"site": "乙"})).values()) == [1]


def test_a_changed_or_deleted_article_leaves_its_group(index: Index) -> None:
    index.add([article("a", LETTER), article("b", f"{LETTER}完。"), article("c", f"转：{LETTER}")])
    assert duplicates(index, "a") == {"b", "c"}
    index.add([article("a", JOKES[2])])
    assert duplicates(index, "a") == set()
    assert duplicates(index, "b") == {"c"}
    index.add([article("d", f"{LETTER}（完）")])
    index.delete(["http://x/b"])
    assert duplicates(index, "c") == {"d"}
    assert found(index.search("催收")) in ({"c": 1}, {"d": 1})
    index.add([article("a", LETTER)])
    assert duplicates(index, "a") == {"c", "d"}


def test_groups_are_the_same_in_a_new_index(index: Index) -> None:
    index.add(article(f"{n}", joke) for n, joke in enumerate(JOKES))
    index.add([article("repost", SIGNED.format(JOKES[1])), article("letter", LETTER)])
    index.add([article("letter", f"{LETTER}完。"), article("copy", LETTER)])
    names = ["0", "1", "2", "3", "repost", "letter", "copy"]
    before = [duplicates(index, name) for name in names]
    assert before[1] == {"repost"}
    assert before[-1] == {"letter"}
    index.rebuild()
    assert [duplicates(index, name) for name in names] == before


@pytest.mark.parametrize("body", ["", "…", "哈", "\n"])
def test_articles_without_words_are_no_duplicates(index: Index, body: str) -> None:
    index.add([article("a", body), article("b", body)])
    assert duplicates(index, "a") == set()


def test_the_setting_gives_every_match_a_hit(
    open_index: Callable[[], Index], tmp_path: Path
) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "settings.toml").write_text("collapse = false", encoding="utf-8")
    index = open_index()
    index.add([article("a", LETTER), article("b", f"{LETTER}完。")])
    assert found(index.search("催收")) == {"a": 0, "b": 0}
    assert duplicates(index, "a") == {"b"}


def test_what_is_more_like_an_article_collapses_too(index: Index) -> None:
    index.add([article("a", LETTER), article("b", f"{LETTER}完。"), article("c", f"转：{LETTER}")])
    index.add([article("d", "催收电话。")])
    results = index.similar("http://x/d")
    assert results.total == 3
    assert list(found(results).values()) == [2]


BASES = st.sampled_from([*JOKES, LETTER, "催收", "Debt, debt and debt again.", ""])
ENDS = st.sampled_from(["", "完。", "——摘自别处", "催收电话" * 4, "The end."])
ARTICLES = st.builds(
    lambda name, base, end, site: article(str(name), base + end, site=site),
    st.integers(0, 12),
    BASES,
    ENDS,
    st.sampled_from(["", "甲", "乙"]),
)
COMMITS = st.lists(
    st.tuples(
        st.lists(ARTICLES, max_size=8, unique_by=lambda one: one.url),
        st.sets(st.integers(0, 12), max_size=3),
    ),
    min_size=1,
    max_size=5,
)
TREES = st.sampled_from(
    [
        Every(),
        Term(WORDS, "催收"),
        Or([Term(WORDS, "debt"), Term(WORDS, "催收"), Term(WORDS, "兔子"), Term(WORDS, "老师")]),
        And([Term(WORDS, "催收"), Not(Term(WORDS, "完"))]),
    ]
)
ANALYSIS = Analysis()


def follow(engine: Engine, commits: list[tuple[list[Article], set[int]]]) -> set[str]:
    """Apply commits; the ids of the articles that are there then."""
    seq = 0
    there: set[str] = set()
    for added, deleted in commits:
        changes = []
        for one in added:
            seq += 1
            changes.append((one.id, document_of(one, seq, ANALYSIS)))
        gone = {article_id(f"http://x/{n}") for n in deleted} - {one.id for one in added}
        seq += len(gone)
        engine.apply([*changes, *((identity, None) for identity in sorted(gone))], seq)
        there = (there | {identity for identity, _ in changes}) - gone
    return there


@settings(max_examples=40, deadline=None)
@given(
    commits=COMMITS,
    tree=TREES,
    sort=st.sampled_from(SORTS),
    facets=st.sampled_from([(), ("site",)]),
    filters=st.sampled_from([{}, {"site": frozenset(["甲"])}]),
    limit=st.integers(1, 5),
)
def test_engines_collapse_alike_page_by_page(
    commits: list[tuple[list[Article], set[int]]],
    tree: Query,
    sort: str,
    facets: tuple[str, ...],
    filters: dict[str, frozenset[str]],
    limit: int,
) -> None:
    answers = []
    for name in ENGINES:
        with TemporaryDirectory() as folder:
            engine = open_engine(name, Path(folder))
            there = follow(engine, commits)
            groups = {identity: engine.duplicates(identity) for identity in there}
            matches = []
            for offset in range(0, 15, limit):
                request = Request(tree, filters, facets, sort, limit, offset, collapse=True)
                page = engine.find(request)
                matches += page.matches
            engine.close()
        assert sum(1 + match.duplicates for match in matches) == page.total
        shown = [match.id for match in matches]
        assert len(set(shown)) == len(shown)
        assert not any(set(groups[one]) & set(shown) for one in shown)
        rounded = [(match.id, round(match.score, 9), match.duplicates) for match in matches]
        answers.append((groups, rounded, page.total, page.facets))
    assert answers[1:] == answers[:-1]
