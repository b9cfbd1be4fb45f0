"""From what a person types to a query tree over the streams, the same for every engine."""

from indexer.query.expansion import plan
from indexer.query.plan import Plan
from indexer.query.preferences import Preferences
from indexer.query.request import SORTS, Found, Match, Request
from indexer.query.vocabulary import Vocabulary

__all__ = ["SORTS", "Found", "Match", "Plan", "Preferences", "Request", "Vocabulary", "plan"]
