"""A polite crawler: pages become articles in the store."""
