"""Who may do what: requests of programs carry a key."""

from __future__ import annotations

from flask import request

from web.errors import MissingKeyError, MissingScopeError
from web.keys import Keys


def require(keys: Keys, scope: str) -> None:
    """Let the request at hand pass when its key is for this scope.

    Raises:
        MissingKeyError: It has no key (``Authorization: Bearer KEY``), or one that is not valid.
        MissingScopeError: Its key is for something else.
        StoreError: The store cannot be read.
    """
    given = request.authorization
    secret = given.token if given and given.type == "bearer" else None
    key = keys.find(secret) if secret else None
    if key is None:
        raise MissingKeyError
    if scope not in key.scopes:
        raise MissingScopeError
