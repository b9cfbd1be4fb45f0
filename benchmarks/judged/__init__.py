"""Quality: how well engines rank, by sets of queries whose relevant articles are known."""
