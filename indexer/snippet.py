"""Snippets: the passage of an article that has the most of the query, with what matched marked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from markupsafe import Markup

from indexer.analysis import fold_aligned
from indexer.analysis.streams import OTHER, is_han, pairs, runs, stem
from indexer.query import Plan

LENGTH = 160
"""The most characters of text in a snippet."""

_READ = 50_000  # characters of an article that are looked at
_LEAD = 30  # characters shown before the first match, when no sentence begins there
# A full stop only before a space. It begins with one set, for which texts are looked through fast.
_SENTENCE_END = re.compile(r"[。！？!?…\n.](?:(?<=\.)\s|(?<!\.)[。！？!?…\n]*[”’」』\"']*)")
_LETTER = re.compile(OTHER)
_LETTERS = re.compile(f"{OTHER}*")
_UNSAFE = re.compile("[&<>\"']")

_Mark = tuple[int, int, str]
"""Where a stretch of text that matches begins and ends, and the part of the query it matches."""


def make_snippet(text: str, plan: Plan) -> Markup:
    """Cut the passage with the most of the query out of a text, as safe HTML.

    Matches are found in the folded text and marked as they are written. Where a Chinese word does
    not occur as such, its pairs are marked instead. Without any match the text's beginning is
    shown.
    """
    text = text[:_READ]
    folded, origins = fold_aligned(text)
    marks = sorted(_find(folded, _wanted(plan.words, plan.phrases)))
    if origins:
        marks = [(origins[start], origins[end - 1] + 1, key) for start, end, key in marks]
    start = _sentence_start(text, _best_start(marks)) if marks else 0
    end = _passage_end(text, start, marks)
    shown = [(begin, min(stop, end), key) for begin, stop, key in marks if start <= begin < end]
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return Markup(before + _render(text, start, end, shown) + after)  # noqa: S704 - it is escaped


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is marked.

    Attributes:
        han: Chinese words, each with the pairs that are marked where it does not occur as such.
        stems: The stems of other words.
        begun: Finds what could begin a word with one of these stems; None when there is none.
    """

    han: Mapping[str, tuple[str, ...]]
    stems: frozenset[str]
    begun: re.Pattern[str] | None


@lru_cache(maxsize=64)
def _wanted(words: tuple[str, ...], phrases: tuple[str, ...]) -> _Wanted:
    """What is marked for the words and phrases of a plan; asked for with each of its hits."""
    tokens = [run for phrase in phrases for run in runs(phrase) if run]
    han = [token for token in (*words, *tokens) if is_han(token)]
    stems = {word for word in words if not is_han(word)}
    stems |= {stem(token) for token in tokens if not is_han(token)}
    # A stem begins as its word does, whose first letter may be a capital.
    initials = "".join(sorted({word[0] for word in stems}))
    initials = re.escape(initials + initials.upper())
    # Whether other letters come before is looked at later: with all that there are in it, a pattern
    # takes milliseconds to be compiled.
    begun = re.compile(f"[{initials}](?<![A-Za-z0-9][{initials}])") if stems else None
    parts = {word: tuple(pairs(word)[:-1]) if len(word) > 2 else () for word in han}
    return _Wanted(parts, frozenset(stems), begun)


def _find(folded: str, wanted: _Wanted) -> set[_Mark]:
    marks: set[_Mark] = set()
    for word, parts in wanted.han.items():
        if not _mark(word, folded, marks):
            for part in parts:
                _mark(part, folded, marks)
    if wanted.begun:
        for start in (found.start() for found in wanted.begun.finditer(folded)):
            if start and _LETTER.match(folded, start - 1):
                continue
            end = _LETTERS.match(folded, start + 1).end()  # type: ignore[union-attr]  # or nothing
            key = stem(folded[start:end].lower())
            if key in wanted.stems:
                marks.add((start, end, key))
    return marks


def _mark(word: str, folded: str, marks: set[_Mark]) -> bool:
    """Mark a word wherever it occurs, and tell whether it does."""
    start = first = folded.find(word)
    while start >= 0:
        end = start + len(word)
        marks.add((start, end, word))
        start = folded.find(word, end)
    return first >= 0


def _best_start(marks: list[_Mark]) -> int:
    """The beginning of the window with the most different parts of the query, longer ones first."""
    best = first = weight = best_weight = 0
    counts: defaultdict[str, int] = defaultdict(int)
    for last, (_, end, key) in enumerate(marks):
        if not counts[key]:
            weight += len(key)
        counts[key] += 1
        # A mark may be longer than the window: it stays by itself.
        while first < last and end - marks[first][0] > LENGTH - _LEAD:
            leaving = marks[first][2]
            counts[leaving] -= 1
            if not counts[leaving]:
                weight -= len(leaving)
            first += 1
        if weight > best_weight:
            best, best_weight = first, weight
    return marks[best][0]


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


def _passage_end(text: str, start: int, marks: list[_Mark]) -> int:
    """Where a passage ends: with a sentence when no match is lost by that, else with a word."""
    last = start + LENGTH
    if last >= len(text):
        return len(text)
    needed = max((end for _, end, _ in marks if end <= last), default=start)
    begin = max(needed, start + LENGTH // 2)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, begin, last)]
    if ends:
        return ends[-1]
    if text[last - 1 : last + 1].isascii() and text[last - 1 : last + 1].isalnum():
        space = text.rfind(" ", begin, last)
        return space if space >= 0 else last
    return last


def _render(text: str, start: int, end: int, marks: list[_Mark]) -> str:
    """A part of a text as HTML with marks in it."""
    # Most passages have nothing to escape, and are looked through once.
    safe = escape if _UNSAFE.search(text, start, end) else str
    parts: list[str] = []
    position = start
    for mark_start, mark_end in _merged(marks):
        parts += (
            safe(text[position:mark_start]),
            "<mark>",
            safe(text[mark_start:mark_end]),
            "</mark>",
        )
        position = mark_end
    parts.append(safe(text[position:end]))
    return "".join(parts)


def _merged(marks: list[_Mark]) -> Iterator[tuple[int, int]]:
    """The stretches that marks cover, overlapping and adjacent ones as one."""
    stretch: tuple[int, int] | None = None
    for start, end, _ in marks:
        if stretch and start <= stretch[1]:
            stretch = (stretch[0], max(stretch[1], end))
        else:
            if stretch:
                yield stretch
            stretch = (start, end)
    if stretch:
        yield stretch
