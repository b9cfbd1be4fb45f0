"""The in-memory engine: the plainest reading of a query tree, the oracle of the tests."""

from indexer.engines.memory.engine import MemoryEngine

__all__ = ["MemoryEngine"]
