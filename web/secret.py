"""Secrets of which only a hash is kept: the keys of programs, and the tokens of sessions."""

from __future__ import annotations

import hashlib
import secrets

_BYTES = 32


def make_secret(prefix: str = "") -> str:
    """A new secret that nobody can guess.

    Args:
        prefix: What it begins with.
    """
    return prefix + secrets.token_urlsafe(_BYTES)


def hash_secret(secret: str) -> str:
    """What is kept of a secret; it is random enough that a slow hash would add nothing."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
