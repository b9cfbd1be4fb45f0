"""From what a person types to a query tree over the streams, the same for every engine."""

from indexer.query.expansion import Plan, plan
from indexer.query.request import SORTS, Found, Match, Request

__all__ = ["SORTS", "Found", "Match", "Plan", "Request", "plan"]
