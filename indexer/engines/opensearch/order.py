"""Order: whether tokens stand in order, each near the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

IsThere = Callable[[str], bool]
"""Whether a token is what is looked for."""


def is_near(tokens: Sequence[str], parts: Sequence[IsThere], slop: int) -> bool:
    """Whether there are parts in order, each at most so many positions after the one before.

    Args:
        tokens: The tokens of a field by their positions.
        parts: What to look for.
        slop: How many positions.
    """
    ends: set[int] = {at for at, token in enumerate(tokens) if parts[0](token)}
    for is_there in parts[1:]:
        reached = {end + step for end in ends for step in range(1, slop + 1)}
        ends = {at for at in reached if at < len(tokens) and is_there(tokens[at])}
    return bool(ends)
