"""Measuring crawls of a site made from a corpus."""
