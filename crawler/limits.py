"""How much of anything the crawler takes, or does at a time."""

LONGEST_BODY = 8 * 1024 * 1024
"""Bytes of a body, after decompression."""

LONGEST_HEAD = 64 * 1024
"""Bytes of status line and headers."""

LONGEST_WAIT = 30
"""Seconds for a whole answer."""

CONCURRENCY = 16
"""Requests under way."""
