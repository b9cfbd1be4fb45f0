"""The compiled kernel, where it was built, and what it is given.

The kernel is C (in ``c/kernel/``) and optional: without a compiler at installation, numpy does the
same.
"""

from __future__ import annotations

import struct
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.operations import (
    Adjacent,
    AllOf,
    AnyOf,
    Constant,
    Everything,
    Listed,
    Operation,
    Optional,
    Postings,
    Without,
)

compiled: ModuleType | None
try:
    from indexer.engines.whoosh import _kernel as compiled  # type: ignore[attr-defined,no-redef]
except ImportError:
    compiled = None

# The operations by their numbers in c/kernel/postings.h.
_POSTINGS, _LISTED, _ADJACENT, _ANY, _ALL, _OPTIONAL, _WITHOUT, _CONSTANT, _EVERYTHING = range(9)
_INSTRUCTION = struct.Struct("=iiiid").pack


class Program:
    """Operations as the kernel executes them.

    Args:
        operation: The operations of a query on a segment.
        count: The number of documents of the segment.
    """

    def __init__(self, operation: Operation, count: int) -> None:
        self._instructions: list[bytes] = []
        self._lists: list[Any] = []
        self._count = count
        self._add(operation)

    def best(
        self,
        kernel: ModuleType,
        mask: NDArray[np.bool_] | None,
        ranks: NDArray[np.int32],
        ids: NDArray[np.bytes_],
        most: int,
    ) -> tuple[list[int], list[str], list[float], int]:
        """The documents with the highest scores, best first.

        Args:
            kernel: The compiled module.
            mask: Which documents count; None for all.
            ranks: The order of documents with equal scores.
            ids: What to call each document.
            most: How many are wanted at most.

        Returns:
            The documents, what they are called, their scores, and how many match in all.
        """
        code = b"".join(self._instructions)
        most = min(most, self._count)
        found: tuple[list[int], list[str], list[float], int] = kernel.find_best(
            code, self._lists, self._count, mask, ranks, ids, most
        )
        return found

    def matches(
        self, kernel: ModuleType, mask: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Every document that matches, ascending, and its score.

        Args:
            kernel: The compiled module.
            mask: Which documents count; None for all.
        """
        code = b"".join(self._instructions)
        documents, scores = np.empty(self._count, np.int32), np.empty(self._count)
        found = kernel.find_all(code, self._lists, self._count, mask, documents, scores)
        return documents[:found], scores[:found]

    def _add(self, operation: Operation) -> None:
        # Most are postings, and a match statement takes as long as all else here.
        if type(operation) is Postings:
            fields, weight = operation.fields, operation.weight
            self._instructions.append(_INSTRUCTION(_POSTINGS, 0, len(self._lists), fields, weight))
            self._lists += (operation.documents, operation.frequencies, operation.scales)
        else:
            self._add_other(operation)

    def _add_other(self, operation: Operation) -> None:
        match operation:
            case Listed(documents, scores):
                level = scores if isinstance(scores, float) else None
                self._put(_LISTED, weight=level or 0.0)
                self._lists += (documents, scores if level is None else None)
            case Adjacent(tokens, begins, fields):
                self._put(_ADJACENT, len(tokens), fields)
                self._lists.append(begins)
                for token in tokens:
                    self._lists += (token.documents, token.frequencies, token.positions)
            case AnyOf(parts) | AllOf(parts):
                for part in parts:
                    self._add(part)
                self._put(_ANY if isinstance(operation, AnyOf) else _ALL, len(parts))
            case Optional(first, second) | Without(first, second):
                self._add(first)
                self._add(second)
                self._put(_OPTIONAL if isinstance(operation, Optional) else _WITHOUT, 2)
            case Constant(part, score):
                self._add(part)
                self._put(_CONSTANT, 1, weight=score)
            case Everything(score):
                self._put(_EVERYTHING, weight=score)

    def _put(self, kind: int, operands: int = 0, fields: int = 0, weight: float = 0.0) -> None:
        self._instructions.append(_INSTRUCTION(kind, operands, len(self._lists), fields, weight))
