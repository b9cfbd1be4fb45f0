"""The engine on OpenSearch, for collections that are larger than one machine.

It is given the tokens of our own analysis, so that it finds and ranks what the other engines do.
"""

from indexer.engines.opensearch.generations import ClusterGenerations

__all__ = ["ClusterGenerations"]
