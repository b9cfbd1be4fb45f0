import hashlib
import lzma

import pytest

from harness.corpus import dated, load_corpus, resample
from indexer import Article
from indexer.jsonlines import JSONLinesError

LINES = (
    '{"url": "u:1", "title": "一", "body": "甲。乙！丙", "language": "zh"}\n'
    '{"url": "u:2", "title": "two", "body": "a b. c d", "language": "en", '
    '"published": "2020-01-02T03:04:05+00:00"}\n'
)


def articles(count):
    return [
        Article(url=f"u:{n}", title=f"题{n}", body=f"第{n}。又{n}！\n末{n}", language="zh")
        for n in range(count)
    ]


def test_a_packed_corpus_is_read_with_the_hash_of_its_file(tmp_path):
    file = tmp_path / "corpus.jsonl.xz"
    file.write_bytes(lzma.compress(LINES.encode()))
    corpus = load_corpus(file)
    assert [article.url for article in corpus.articles] == ["u:1", "u:2"]
    assert corpus.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_line_that_holds_no_article_is_named(tmp_path):
    file = tmp_path / "corpus.jsonl"
    file.write_text(LINES + "{}\n", encoding="utf-8")
    with pytest.raises(JSONLinesError, match="line 3"):
        load_corpus(file)


def test_a_date_is_derived_only_where_there_is_none(tmp_path):
    file = tmp_path / "corpus.jsonl"
    file.write_text(LINES, encoding="utf-8")
    first, second = load_corpus(file).articles
    assert first.published == dated(Article(url="u:1", title="", body="")).published
    assert second.published.year == 2020


def test_resampling_gives_the_same_articles_for_the_same_seed():
    once, again = (list(resample(articles(20), 3, seed=1)) for _ in range(2))
    assert once == again
    assert once != list(resample(articles(20), 3, seed=2))


def test_resampled_articles_are_made_of_sentences_there_were():
    old = articles(20)
    sentences = {part for article in old for part in article.body.replace("。", "。|").split("|")}
    sentences = {part for whole in sentences for part in whole.replace("！\n", "！\n|").split("|")}
    new = list(resample(old, 3, seed=1))
    assert len(new) == len({article.url for article in new}) == 60
    for article in new:
        rest = article.body
        for _ in range(3):
            sentence = max((s for s in sentences if s and rest.startswith(s)), key=len)
            rest = rest.removeprefix(sentence)
        assert rest == ""
