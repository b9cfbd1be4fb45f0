"""Memory of processes."""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def resident(process: str = "self") -> int:
    """The bytes of a process in memory now, mapped pages included.

    Where the system does not tell, these are the most there ever were in this process.
    """
    return _status(process, "VmRSS:") or _peak(resource.RUSAGE_SELF)


def peak() -> int:
    """The most bytes of this process, or of one that it has waited for, that were in memory."""
    # What getrusage tells of a process may be what its parent had before it was started.
    own = _status("self", "VmHWM:") or _peak(resource.RUSAGE_SELF)
    return max(own, _peak(resource.RUSAGE_CHILDREN))


def _status(process: str, name: str) -> int | None:
    file = Path("/proc") / process / "status"
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    return None


def _peak(who: int) -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(who).ru_maxrss * unit
