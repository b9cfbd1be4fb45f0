"""Bytes to text, whatever a page says of its charset."""

from __future__ import annotations


def decode(content: bytes, declared: str = "") -> str:
    """Decode a page or a text file."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")
