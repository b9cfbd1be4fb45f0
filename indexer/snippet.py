"""Snippets: the passage of an article that has the most of the query, with what matched marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from indexer.analysis import fold_aligned
from indexer.analysis.streams import is_han, pairs, runs, stem
from indexer.query import Plan

LENGTH = 160
"""The most characters of text in a snippet."""

_READ = 50_000  # characters of an article that are looked at
_LEAD = 30  # characters shown before the first match, when no sentence begins there
_SENTENCE_END = re.compile(r"[。！？!?…\n]+[”’」』\"']*|\.\s")
_LATIN_RUN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, order=True)
class _Mark:
    """A stretch of text that matches, and the part of the query it matches."""

    start: int
    end: int
    key: str


def make_snippet(text: str, plan: Plan) -> Markup:
    """Cut the passage with the most of the query out of a text, as safe HTML.

    Matches are found in the folded text and marked as they are written. Where a Chinese word does
    not occur as such, its pairs are marked instead. Without any match the text's beginning is
    shown.
    """
    text = text[:_READ]
    folded, origins = fold_aligned(text)
    marks = sorted(set(_find(folded, plan)))
    if origins:
        marks = [_Mark(origins[m.start], origins[m.end - 1] + 1, m.key) for m in marks]
    start = _sentence_start(text, _best_start(marks)) if marks else 0
    end = min(start + LENGTH, len(text))
    shown = [mark for mark in marks if start <= mark.start and mark.end <= end]
    before, after = Markup("…") if start else "", Markup("…") if end < len(text) else ""
    return Markup("").join([before, _render(text, start, end, shown), after])


def _find(folded: str, plan: Plan) -> Iterator[_Mark]:
    han = [word for word in plan.words if is_han(word)]
    stems = {word for word in plan.words if not is_han(word)}
    for phrase in plan.phrases:
        tokens = [run for run in runs(phrase) if run]
        han += filter(is_han, tokens)
        stems |= {stem(token) for token in tokens if not is_han(token)}
    for word in han:
        found = list(_occurrences(word, folded))
        if not found and len(word) > 2:
            found = [mark for pair in pairs(word)[:-1] for mark in _occurrences(pair, folded)]
        yield from found
    if stems:
        for run in _LATIN_RUN.finditer(folded):
            if stem(run.group()) in stems:
                yield _Mark(run.start(), run.end(), stem(run.group()))


def _occurrences(word: str, folded: str) -> Iterator[_Mark]:
    start = folded.find(word)
    while start >= 0:
        yield _Mark(start, start + len(word), word)
        start = folded.find(word, start + len(word))


def _best_start(marks: list[_Mark]) -> int:
    """The beginning of the window with the most different parts of the query, longer ones first."""
    best, best_weight = 0, 0
    counts: dict[str, int] = {}
    first = 0
    for mark in marks:
        counts[mark.key] = counts.get(mark.key, 0) + 1
        while mark.end - marks[first].start > LENGTH - _LEAD:
            counts[marks[first].key] -= 1
            first += 1
        weight = sum(len(key) for key, count in counts.items() if count)
        if weight > best_weight:
            best, best_weight = first, weight
    return marks[best].start


def _sentence_start(text: str, position: int) -> int:
    """Where the sentence of a position begins, or a little before it when that is far."""
    earliest = max(0, position - _LEAD)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, earliest, position)]
    if ends:
        return ends[-1]
    if earliest and text[earliest - 1].isascii() and not text[earliest - 1].isspace():
        space = text.find(" ", earliest, position)  # not in the middle of a Latin word
        return space + 1 if space >= 0 else earliest
    return earliest


def _render(text: str, start: int, end: int, marks: list[_Mark]) -> Markup:
    parts: list[Markup] = []
    position = start
    for mark_start, mark_end in _merged(marks):
        parts.append(escape(text[position:mark_start]))
        parts.append(Markup("<mark>{}</mark>").format(text[mark_start:mark_end]))
        position = mark_end
    parts.append(escape(text[position:end]))
    return Markup("").join(parts)


def _merged(marks: list[_Mark]) -> Iterator[tuple[int, int]]:
    """The stretches that marks cover, overlapping and adjacent ones as one."""
    stretch: tuple[int, int] | None = None
    for mark in marks:
        if stretch and mark.start <= stretch[1]:
            stretch = (stretch[0], max(stretch[1], mark.end))
        else:
            if stretch:
                yield stretch
            stretch = (mark.start, mark.end)
    if stretch:
        yield stretch
