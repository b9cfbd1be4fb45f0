"""The compiled encoder, where it was built.

It is C (in ``c/encoder/``) and optional: without a compiler at installation, numpy does the same.
"""

from __future__ import annotations

from types import ModuleType

compiled: ModuleType | None
try:
    from indexer.engines.whoosh import _encoder as compiled  # type: ignore[attr-defined,no-redef]
except ImportError:
    compiled = None
