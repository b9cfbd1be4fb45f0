import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.goals import load_goals
from judged.measures import (
    discounted_gain,
    interval,
    recall_at_10,
    recall_at_100,
    reciprocal_rank,
)
from judged.sets import SetError, load_set
from judged.spelling import as_typed

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
DOCUMENTS = [
    ("d1", "催收上门怎么办", "遇到上门催收，先请对方出示证件。", "zh-hans"),
    ("d2", "銀行的電話", "銀行的地址與電話，打來就是詐騙。", "zh-hant"),
    ("d3", "A debt collector", "The collector knocks at the door of the debtor.", "en"),
]
QUERIES = [
    ("q1", "怎么对付上门催收", "d1"),
    ("q2", "银行电话地址", "d2"),
    ("q3", "debt collectors", "d3"),
]


@pytest.fixture
def folder(tmp_path):
    """A judged set of three documents."""
    keys = ("id", "title", "text", "lang")
    rows = [json.dumps(dict(zip(keys, row, strict=True))) for row in DOCUMENTS]
    (tmp_path / "corpus.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    rows = [json.dumps({"id": id_, "text": text, "lang": "zh"}) for id_, text, _ in QUERIES]
    rows.append(json.dumps({"id": "q4", "text": "what nothing answers"}))
    (tmp_path / "queries.jsonl").write_text("\n".join(rows), encoding="utf-8")
    lines = [f"{id_}\t{document}\t2" for id_, _, document in QUERIES] + ["q1\td2\t0"]
    (tmp_path / "qrels.tsv").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_measures_are_those_of_their_definitions():
    grades = {"a": 3, "b": 1, "c": 1}
    ranking = ["x", "b", *"efghijklm", "a"]
    assert reciprocal_rank(ranking, grades) == 0.5
    assert reciprocal_rank(["x"] * 10 + ["a"], grades) == 0
    assert recall_at_10(ranking, grades) == pytest.approx(1 / 3)
    assert recall_at_100(ranking, grades) == pytest.approx(2 / 3)
    # 1/log2(3) gained, of 3/log2(2) + 1/log2(3) + 1/log2(4)
    assert discounted_gain(ranking, grades) == pytest.approx(
        0.63093 / (3 + 0.63093 + 0.5), rel=1e-4
    )
    assert discounted_gain(["a", "b", "c"], grades) == 1


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("pinyin", ["zenmeduifushangmencuishou", "yinhangdianhuadizhi"]),
        ("syllables", ["zen me dui fu shang men cui shou", "yin hang dian hua di zhi"]),
    ],
)
def test_queries_are_typed_in_pinyin(folder, way, expected):
    typed = as_typed(load_set(folder), way)
    assert [query.text for query in typed.queries] == expected
    assert typed.name == f"{folder.name}-{way}"
    assert typed.queries[0].grades == {"d1": 2}


def test_a_mistyped_query_has_one_mistake_and_always_the_same(folder):
    judged = load_set(folder)
    typed = as_typed(judged, "mistyped")
    assert typed == as_typed(judged, "mistyped")
    asked = {query.id: query.text for query in judged.queries}
    assert typed.queries
    for query in typed.queries:
        assert query.text != asked[query.id]
        assert abs(len(query.text) - len(asked[query.id])) <= 1


def test_an_interval_holds_the_mean_and_narrows_with_more_values():
    few, many = interval([0, 1] * 10), interval([0, 1] * 1000)
    assert few[0] < many[0] < 0.5 < many[1] < few[1]
    assert interval([0.25] * 7) == (0.25, 0.25)


def test_a_set_has_the_queries_that_something_answers(folder):
    judged = load_set(folder)
    assert [query.id for query in judged.queries] == ["q1", "q2", "q3"]
    assert judged.queries[0].grades == {"d1": 2}
    assert judged.corpus.articles[1].language == "zh"


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("corpus.jsonl", '{"id": "d1"}', "corpus.jsonl, line 1"),
        ("queries.jsonl", "[1]", "queries.jsonl, line 1"),
        ("qrels.tsv", "q1 d1 1", "qrels.tsv, line 1"),
        ("qrels.tsv", "", "no query with a relevant document"),
    ],
)
def test_what_is_no_set_is_named_with_its_line(folder, file, text, problem):
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(SetError, match=problem):
        load_set(folder)


def test_the_command_measures_every_engine_and_writes_the_rankings(folder, tmp_path):
    file = tmp_path / "record.json"
    command = [sys.executable, str(BENCHMARKS / "quality.py"), str(folder), "--json", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "MRR@10" in done.stdout
    (record,) = json.loads(file.read_text(encoding="utf-8"))
    assert {engine: len(rows) for engine, rows in record["rankings"].items()} == dict.fromkeys(
        ["xiaosou", "apart", "chain", "words", "whoosh", "bm25s", "tantivy", "sqlite"], 3
    )
    assert [row["found"][0] for row in record["rankings"]["xiaosou"]] == ["d1", "d2", "d3"]
    assert record["rankings"]["tantivy"][2]["found"] == ["d3"]  # it has no word of Chinese
    assert record["rankings"]["sqlite"][0]["found"] == ["d1"]


def test_goals_of_quality_are_about_measured_figures():
    goals = load_goals(BENCHMARKS / "goals.toml", "quality")
    assert {goal.figure.split("/")[0] for goal in goals} == {"MRR@10", "nDCG@10", "p95"}
