import gzip
import json

import pytest

from extractionrun.figures import figures, table
from extractionrun.labels import LabelsError, load_labels
from extractionrun.run import measure
from extractionrun.scores import Verdict, judge_field, score_body
from indexer.progress import silent

SENTENCE = "The hen has been asked about it, many times, and by now she has an agent for that."
BODY = "\n".join([SENTENCE] * 4)
PAGE = f"<title>The Hen</title><h1>The Hen</h1>{f'<p>{SENTENCE}</p>' * 4}"


@pytest.fixture
def folder(tmp_path):
    """Two labelled pages, one packed."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    (tmp_path / "pages" / "b.html").write_text(PAGE, encoding="utf-8")
    rows = [
        {"page": "a.html.gz", "language": "en", "url": "http://a.example/1", "body": BODY}
        | {"title": "The Hen"},
        {"page": "b.html", "language": "zh", "url": None, "body": BODY, "title": None}
        | {"date": "UNKNWON", "author": "A. Hen"},
    ]
    lines = "\n".join(map(json.dumps, rows))
    (tmp_path / "gold.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


def test_labels_are_read_as_they_are_given(folder):
    one, other = load_labels(folder).pages
    assert one.page.content == other.page.content == PAGE.encode()
    assert (one.labels, other.labels) == ({"title": "The Hen"}, {"date": "", "author": "A. Hen"})


@pytest.mark.parametrize("gold", ["", "{}", "no json", '{"page": "c.html"}'])
def test_what_is_no_label_is_one_line_of_error(folder, gold):
    (folder / "gold.jsonl").write_text(gold, encoding="utf-8")
    with pytest.raises(LabelsError, match="no labelled pages"):
        load_labels(folder)


def test_a_text_is_scored_by_its_runs_of_four_tokens():
    assert score_body("a b c d", "a b c d").f1 == 1
    score = score_body("催收上门怎么办", "催收上门")
    assert (score.precision, score.recall) == (1, 1 / 4)
    assert score_body("a b c d", "").f1 == 0
    assert score_body("", "").f1 == 1


@pytest.mark.parametrize(
    ("field", "expected", "found", "verdict"),
    [
        ("title", "The  Hen!", "the hen", Verdict.RIGHT),
        ("title", "The Hen", "The Hen - Farm", Verdict.WRONG),
        ("date", "2005-4-5 06:40", "2005-04-05T00:00:00+08:00", Verdict.RIGHT),
        ("date", "2005-04-05", "2005-04-06T00:00:00+08:00", Verdict.WRONG),
        ("date", "", "2005-04-06T00:00:00+08:00", Verdict.INVENTED),
        ("date", "2005-04-05", "", Verdict.MISSED),
        ("author", "", "", Verdict.RIGHT),
    ],
)
def test_a_field_is_held_against_its_label(field, expected, found, verdict):
    assert judge_field(field, expected, found) is verdict


def test_a_run_gives_every_figure_of_its_goals(folder):
    record = json.loads(json.dumps(measure(load_labels(folder), 2, silent)))
    measured = figures(record)
    assert measured["f1/en/xiaosou"] == 1
    assert 0.9 < measured["f1/zh/trafilatura"] <= 1
    assert measured["title/en/right"] == measured["date/zh/right"] == 1
    assert measured["author/zh/missed"] == 1
    assert measured["pages/CPU-s/xiaosou"] > 0
    assert all(len(row["cpu"]["xiaosou"]) == 2 for row in record["pages"])
    assert "zh, 1 pages" in table(record, measured)
