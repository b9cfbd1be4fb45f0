"""A run of the benchmark: every extractor on every page, and what came of it."""

from __future__ import annotations

from functools import partial

from extractionrun.contestants import ALONE, OURS, extract_article
from extractionrun.labels import LabelledPage, LabelledPages
from extractionrun.scores import found_in, judge_field, score_body, zone_of
from harness.clock import timed
from harness.corpus import Corpus
from harness.record import Record, begin_record
from indexer import Article
from indexer.progress import Report

_LIBRARIES = ("xiaosou", "beautifulsoup4", "lxml", "readability-lxml", "trafilatura")


def measure(labelled: LabelledPages, rounds: int, report: Report) -> Record:
    """Run every extractor on every page, in turn, and score what it finds.

    Args:
        labelled: The pages.
        rounds: How many times; the scores are of the first.
        report: Is told how far it is.

    Returns:
        The record: for each page its name, language, scores and verdicts, and the nanoseconds of
        processor time of each call.
    """
    record = begin_record("extraction", _corpus_of(labelled), _LIBRARIES, {"rounds": rounds})
    _run(labelled.pages[0])  # loads the libraries
    rows: list[Record] = []
    for number in range(rounds):
        for place, page in enumerate(labelled.pages):
            report("pages", number * len(labelled.pages) + place, rounds * len(labelled.pages))
            row = _run(page)
            if not number:
                rows.append(row)
            else:
                for name, times in row["cpu"].items():
                    rows[place]["cpu"][name] += times
    return record | {"pages": rows}


def _corpus_of(labelled: LabelledPages) -> Corpus:
    """The articles that a perfect extraction would find."""
    articles = [
        Article(url=page.page.url, title=page.labels.get("title", ""), body=page.body)
        for page in labelled.pages
    ]
    return Corpus(labelled.path, labelled.sha256, articles)


def _run(labelled: LabelledPage) -> Record:
    zone = zone_of(labelled.language)
    timing, article = timed(lambda: extract_article(labelled.page, zone))
    texts, cpu = {OURS: article.body}, {OURS: [timing.cpu]}
    for name, ask in ALONE.items():
        timing, texts[name] = timed(partial(ask, labelled.page))
        cpu[name] = [timing.cpu]
    scores = {name: score_body(labelled.body, text) for name, text in texts.items()}
    return {
        "page": labelled.name,
        "language": labelled.language,
        "scores": {name: [score.precision, score.recall] for name, score in scores.items()},
        "fields": {
            field: judge_field(field, label, found_in(article, field, zone))
            for field, label in labelled.labels.items()
        },
        "cpu": cpu,
    }
