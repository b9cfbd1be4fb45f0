"""The search page and its JSON, over one index."""
