import hashlib
from collections import Counter
from pathlib import Path

import pytest

from harness.corpus import Corpus
from indexer import Index
from scalerun.deployment import Deployment
from scalerun.fill import NotEmptyError, chosen, fill, said
from scalerun.run import ask
from scalerun.summary import table


@pytest.fixture
def corpus(articles):
    return Corpus(Path("corpus.jsonl"), hashlib.sha256().hexdigest(), articles)


@pytest.mark.parametrize("count", [7, 60, 61, 150])
def test_as_many_articles_are_chosen_as_were_asked_for(corpus, count):
    urls = [article.url for article in chosen(corpus, count)]
    assert len(set(urls)) == len(urls) == count
    assert urls == [article.url for article in chosen(corpus, count)]


def test_each_tenth_is_told_once(capsys):
    report = said("whoosh")
    for done in range(101):
        report("indexed", done, 100)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert lines[4].startswith("whoosh: 50 of 100 indexed, ")


def test_a_deployment_is_filled_once_and_asked_by_several(corpus, tmp_path):
    deployment = Deployment(str(tmp_path), "whoosh")
    filled = fill(deployment, corpus, 50, None)
    assert filled["articles"] == 50
    assert min(filled["storing"], filled["index bytes"], filled["store bytes"]) > 0
    with pytest.raises(NotEmptyError):
        fill(deployment, corpus, 50, None)
    queries = ["催收", "neighbours", "没有"]
    with Index.open(tmp_path) as index:
        hits = [index.search(query).total for query in queries]
    asked = ask(deployment, queries, ["空调"], 2)
    assert asked["hits"] == hits
    assert [len(times) for times in asked["times"]] == [3, 3]
    one = {"engine": "whoosh", "store": "sqlite", "filled": filled, "asked": {"1": asked}}
    other = one | {"asked": {"1": asked | {"hits": [hits[0] + 1, *hits[1:]]}}}
    assert table({"deployments": [one, one]}).endswith("\nequal hit counts")
    assert table({"deployments": [one, other]}).endswith("\nnumbers of hits differ on 1 queries")
    assert Counter(table({"deployments": [one, one]}).split())["50"] == 2
