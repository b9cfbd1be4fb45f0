import pytest

from harness.clock import quantile, timed
from harness.table import render
from speedrun.figures import figures
from speedrun.summary import notes, table

BUILD = {"form": "plain", "once": False, "articles": 100, "rss_peak": 5e6, "rss_before": 3e6}
OPENING = {"task": "open", "blocked": [], "wall": 1.0, "rss": 5e7}


def record(**changed):
    empty = {"builds": [], "openings": [], "calls": [], "whole": [], "updates": [], "exact": []}
    queries = [{"kind": "rare term"}, {"kind": "rare term"}, {"kind": "common term"}]
    return {**empty, "queries": queries, **changed}


def call(query, engine, *cpu, operation="ids"):
    return {"query": query, "engine": engine, "operation": operation, "cpu": list(cpu)}


def test_the_fastest_call_of_a_query_counts():
    calls = [call(0, "a", 9000, 3000, 5000), call(1, "a", 7000, 8000), call(2, "a", 1000)]
    measured = figures(record(calls=calls))
    assert measured["ids/rare term/a/p50"] == 5.0
    assert measured["ids/rare term/a/p95"] == 7.0
    assert measured["ids/common term/a/p50"] == 1.0


def test_quantiles_are_the_median_and_the_nearest_rank():
    assert quantile([1, 2, 3, 4], "p50") == 2.5
    assert quantile(range(1, 101), "p95") == 95
    assert quantile([7], "p95") == 7


def test_a_call_that_sleeps_takes_time_but_no_processor():
    import time

    timing, result = timed(lambda: time.sleep(0.05) or "done")
    assert result == "done"
    assert timing.cpu < 50_000_000 <= timing.wall


def test_rates_and_sizes_of_indexing():
    rows = [
        BUILD
        | {"engine": "xiaosou", "source": "tokens", "wall": 4.0}
        | {"bytes": {".arrays": 2e6, ".trm": 5e6}},
        BUILD | {"engine": "xiaosou", "source": "text", "wall": 5.0},
        BUILD | {"engine": "xiaosou", "source": "tokens", "wall": 0.5, "once": True},
    ]
    measured = figures(record(builds=rows))
    assert measured["index from tokens/xiaosou"] == 25
    assert measured["index from text/xiaosou"] == 20
    assert measured["seconds from tokens/xiaosou, once"] == 0.5
    assert measured["disk/xiaosou/arrays"] == 2
    assert measured["disk/xiaosou/segments"] == 5
    assert measured["index memory/xiaosou"] == 2


def test_of_fresh_processes_the_median_counts():
    rows = [OPENING | {"engine": "a", "cpu": cpu} for cpu in (0.3, 0.1, 0.2)]
    rows.append(OPENING | {"engine": "a", "cpu": 1.0, "task": "whole", "blocked": ["rjieba"]})
    measured = figures(record(openings=rows))
    assert measured["open/a/cpu"] == pytest.approx(200)
    assert measured["open whole/a without rjieba/cpu"] == pytest.approx(1000)


def test_the_table_has_a_column_an_engine_and_ratios_to_tantivy():
    calls = [call(0, "xiaosou", 2000), call(0, "tantivy", 4000)]
    whole = record(calls=calls, engines=["xiaosou", "tantivy", "bm25s"])
    lines = table(whole, figures(whole)).splitlines()
    (line,) = [line for line in lines if line.startswith("rare term, p50")]
    assert line.split()[3:] == ["2", "(0.50)", "4", "(1.00)", "–"]


def test_the_notes_say_what_was_left_out_and_what_is_exact():
    whole = record(
        corpus={"name": "c.jsonl", "sha256": "0" * 64},
        options={"articles": 7},
        texts=[],
        left_out={"lucene": "mvn is not installed"},
        exact=[
            {"engine": "xiaosou", "best": [1.0], "scores": [1.0]},
            {"engine": "xiaosou", "best": [1.0], "scores": [0.5]},
        ],
    )
    lines = list(notes(whole, figures(whole)))
    assert "lucene is left out: mvn is not installed" in lines
    assert "ten best hits of xiaosou right on 1 of 2 queries" in lines


def test_a_table_is_aligned():
    assert render(["", "one"], [["heading"], ["a", "1"], ["bcd", "20"]]).splitlines() == [
        "     one",
        "--------",
        "heading",
        "a      1",
        "bcd   20",
    ]
