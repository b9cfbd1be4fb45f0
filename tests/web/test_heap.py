"""The heap of a process whose threads answer requests."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

# Frees most of what it had, but not what lies at the end; prints the pages in memory before and
# after the heap is trimmed.
PROGRAM = """
from pathlib import Path
from web.heap import share_heap, trim_heap

def pages():
    return int(Path("/proc/self/statm").read_text().split()[1])

share_heap()
pieces = [bytes(5000) for _ in range(10_000)]
del pieces[:-1]
before = pages()
trim_heap()
print(before, pages())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what is free")
def test_what_is_free_in_the_middle_of_the_heap_is_given_back() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    before, after = map(int, done.stdout.split())
    assert before - after > 10_000  # of the 12,000 there were
