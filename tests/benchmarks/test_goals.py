from pathlib import Path

import pytest

from harness.goals import Goal, GoalsError, judge, load_goals, summary

FILE = Path(__file__).parents[2] / "benchmarks" / "goals.toml"


def goal(**changed):
    return Goal(**{"benchmark": "speed", "name": "", "figure": "ours", "at_most": 1.0} | changed)


def is_met(goal, **figures):
    return [verdict.met for verdict in judge([goal], figures)] == [True]


def test_a_figure_may_reach_its_bound_and_not_pass_it():
    assert is_met(goal(at_most=5), ours=5)
    assert not is_met(goal(at_most=5), ours=5.01)
    assert is_met(goal(at_most=None, at_least=5), ours=5)
    assert not is_met(goal(at_most=None, at_least=5), ours=4.99)


def test_a_bound_may_be_a_multiple_of_another_figure():
    assert is_met(goal(at_most=3, times="theirs"), ours=6, theirs=2)
    assert not is_met(goal(at_most=3, times="theirs"), ours=6.1, theirs=2)


def test_small_differences_count_as_equal():
    assert is_met(goal(times="theirs", equal_below=20), ours=25, theirs=5)
    assert not is_met(goal(times="theirs", equal_below=20), ours=26, theirs=5)


def test_what_was_not_measured_is_missed():
    assert not is_met(goal(at_most=5))
    assert not is_met(goal(times="theirs"), ours=1)


def test_one_goal_speaks_of_many_figures():
    many = goal(figure="{a}/{b}", each={"a": ["x", "y"], "b": ["p50", "p95"]})
    verdicts = judge([many], {"x/p50": 1, "x/p95": 2, "y/p50": 1, "y/p95": 0})
    assert {verdict.figure: verdict.met for verdict in verdicts} == {
        "x/p50": True,
        "x/p95": False,
        "y/p50": True,
        "y/p95": True,
    }


def test_the_summary_is_one_line_that_names_what_is_missed():
    verdicts = judge([goal(at_most=5), goal(figure="other", at_most=1)], {"ours": 7, "other": 1})
    assert summary(verdicts) == "1 of 2 goals missed: ours: 7, goal at most 5"
    assert summary(verdicts[1:]) == "all 1 goals met"


def test_a_goal_has_one_bound():
    with pytest.raises(GoalsError, match="at_most and at_least"):
        goal(at_least=1)
    with pytest.raises(GoalsError, match="at_most and at_least"):
        goal(at_most=None)


@pytest.mark.parametrize("text", ["", "[[goal]]\nname = 'x'", "[[goal]]\nnome = 1", "not TOML"])
def test_a_file_without_goals_is_refused(tmp_path, text):
    file = tmp_path / "goals.toml"
    file.write_text(text)
    with pytest.raises(GoalsError):
        load_goals(file, "speed")


def test_the_goals_of_the_project_can_be_judged_in_both_runs():
    for scale in (1, 10):
        goals = load_goals(FILE, "speed", scale)
        assert goals
        assert not any(verdict.met for verdict in judge(goals, {}))
