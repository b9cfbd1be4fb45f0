"""When a page is visited again: sooner when it had changed, later when it had not.

The formula is that of Nutch's AdaptiveFetchSchedule. With the rates r₋ = 0.2 and r₊ = 0.4, the
bounds of the source, and the interval I after which the page was visited:

    changed     I' = max(shortest, I · (1 − r₋))
    unchanged   I' = min(longest, I · (1 + r₊))

So it settles where p · ln(1 − r₋) + (1 − p) · ln(1 + r₊) = 0, that is where three visits of five
find a change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

_SOONER = 1 - 0.2
_LATER = 1 + 0.4


@dataclass(frozen=True, slots=True)
class Revisits:
    """The bounds between which a source's pages are visited again.

    Attributes:
        shortest: The least time between two visits of a page, and the first.
        longest: The greatest; no less than the shortest.
    """

    shortest: timedelta
    longest: timedelta

    def next_interval(self, interval: timedelta | None, *, changed: bool) -> timedelta:
        """After which time to visit a page again.

        Args:
            interval: After which time it was visited now; None for its first visit.
            changed: Whether it had changed.
        """
        if interval is None:
            return self.shortest
        adapted = interval * (_SOONER if changed else _LATER)
        return min(max(adapted, self.shortest), self.longest)
