"""The Whoosh engine: a plain Whoosh index in a folder, searched exactly."""

from indexer.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
