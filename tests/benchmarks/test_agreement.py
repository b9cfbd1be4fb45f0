from speedrun.agreement import differences, is_right


def test_hits_with_equal_scores_may_change_places():
    assert is_right({"best": [2.0, 1.0], "scores": [2.0, 1.0]})
    assert is_right({"best": [2.0, 1.0], "scores": [2.0, 1.0 - 1e-9]})
    assert not is_right({"best": [2.0, 1.5], "scores": [2.0, 1.0]})
    assert not is_right({"best": [2.0, 1.0], "scores": [2.0]})
    assert not is_right({"best": [2.0, 1.0], "scores": [1.0, 2.0]})


def record(**changed):
    query = {"kind": "rare term", "text": "催收"}
    return {"queries": [query], "texts": ["上门"], "calls": [], "whole": []} | changed


def call(engine, **found):
    return {"query": 0, "engine": engine, "operation": "count", **found}


def test_engines_that_count_alike_agree():
    calls = [call("a", count=1), call("b", count=1), call("a", ids=["x"]), call("b", ids=["y"])]
    assert differences(record(calls=calls)) == []


def test_a_difference_is_named_with_its_query():
    (line,) = differences(record(calls=[call("a", count=1), call("b", count=2)]))
    assert "催收" in line
    (line,) = differences(
        record(whole=[{"text": 0, "engine": name, "total": n} for n, name in enumerate("ab")])
    )
    assert "上门" in line


def test_facets_are_compared_in_their_twenty_most_frequent_values():
    many = {f"{number:03}": 1 for number in range(30)}
    few = dict(list(many.items())[:20])
    rows = [call("a", facets={"site": many}), call("b", facets={"site": few})]
    assert differences(record(calls=rows)) == []
    rows[1]["facets"]["site"]["000"] = 2
    assert len(differences(record(calls=rows))) == 1
