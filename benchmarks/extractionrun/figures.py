"""Figures of a record of the benchmark of extraction, and their table."""

from __future__ import annotations

from collections import Counter
from typing import Any

from extractionrun.contestants import ALONE, OURS
from extractionrun.labels import FIELDS
from extractionrun.scores import Score, Verdict
from harness.goals import Figures
from harness.record import Record
from harness.table import render

_LOW = 0.5
_NAMES = (OURS, *ALONE)


def figures(record: Record) -> Figures:
    """Every figure by its name.

    Of each language and extractor ``f1``, ``precision``, ``recall`` and the share of pages ``below
    half``; of each extractor ``pages/CPU-s``, each page counted with its fastest call; of each
    language and labelled field the shares of its verdicts.
    """
    measured: dict[str, float] = {}
    for name in _NAMES:
        seconds = sum(min(row["cpu"][name]) for row in record["pages"]) / 1e9
        measured[f"pages/CPU-s/{name}"] = len(record["pages"]) / seconds
    for language in _languages(record):
        rows = [row for row in record["pages"] if row["language"] == language]
        for name in _NAMES:
            scores = [Score(*row["scores"][name]) for row in rows]
            mean = Score(
                sum(score.precision for score in scores) / len(rows),
                sum(score.recall for score in scores) / len(rows),
            )
            low = sum(score.f1 < _LOW for score in scores)
            measured |= {
                f"f1/{language}/{name}": mean.f1,
                f"precision/{language}/{name}": mean.precision,
                f"recall/{language}/{name}": mean.recall,
                f"below half/{language}/{name}": low / len(rows),
            }
        for field in FIELDS:
            verdicts = [row["fields"][field] for row in rows if field in row["fields"]]
            for verdict in Verdict if verdicts else ():
                share = verdicts.count(verdict) / len(verdicts)
                measured[f"{field}/{language}/{verdict}"] = share
    return measured


def table(record: Record, measured: Figures) -> str:
    """The figures as text."""
    rows: list[list[str]] = []
    for language in _languages(record):
        count = sum(row["language"] == language for row in record["pages"])
        rows.append([f"{language}, {count} pages"])
        for name in _NAMES:
            keys = [f"{kind}/{language}/{name}" for kind in ("f1", "precision", "recall")]
            rows.append(
                [
                    name,
                    *(f"{measured[key]:.4f}" for key in keys),
                    f"{measured[f'below half/{language}/{name}']:.1%}",
                    f"{measured[f'pages/CPU-s/{name}']:.1f}",
                ]
            )
    texts = render(["", "F1", "precision", "recall", "below .5", "pages/CPU-s"], rows)
    counts = [
        [f"{field}, {language}", *(str(verdicts[verdict]) for verdict in Verdict)]
        for language in _languages(record)
        for field in FIELDS
        if (verdicts := _verdicts(record, language, field))
    ]
    return f"{texts}\n\n{render(['', *Verdict], counts)}"


def _verdicts(record: Record, language: str, field: str) -> Counter[Any]:
    rows = (row for row in record["pages"] if row["language"] == language)
    return Counter(row["fields"][field] for row in rows if field in row["fields"])


def _languages(record: Record) -> list[str]:
    return list(dict.fromkeys(row["language"] for row in record["pages"]))
