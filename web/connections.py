"""How many connections a process holds at once."""

from __future__ import annotations

import resource

MOST = 1000
"""Connections at most; browsers keep several each, whether they ask for something or not."""

IDLE = 30
"""Seconds after which a connection is closed on which nothing comes."""

_OWN = 100  # files that a process needs for itself


def make_room() -> int:
    """Have the system let this process hold `MOST` connections.

    Returns:
        How many it may hold; fewer where the system sets a lower bound to open files.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + _OWN
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST if soft == resource.RLIM_INFINITY else max(min(MOST, soft - _OWN), 1)
