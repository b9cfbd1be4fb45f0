"""Files of arrays: what was written comes back, and damage is noticed."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from indexer.arrayfile import DamagedArraysError, map_arrays, write_arrays

ARRAYS = {
    "numbers": np.arange(1000, dtype=np.int32),
    "nothing": np.empty(0, np.float64),
    "bytes": np.frombuffer(b"abc", np.uint8),
    "ids": np.array([b"one", b"three"]),
    "many": np.arange(50_000, dtype=np.int64),
}


def test_arrays_come_back_from_their_file(tmp_path: Path) -> None:
    write_arrays(tmp_path / "a", 3, ARRAYS)
    read = map_arrays(tmp_path / "a", 3)
    assert read
    for name, array in ARRAYS.items():
        assert name in read
        assert read.whole(name).dtype == array.dtype
        assert np.array_equal(read.whole(name), array)
        assert np.array_equal(read.part(name, 1, 3), array[1:3])
    assert "other" not in read
    assert not read.is_damaged()
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_no_arrays_are_a_file_too(tmp_path: Path) -> None:
    write_arrays(tmp_path / "a", 3, {})
    assert map_arrays(tmp_path / "a", 3)


def test_a_missing_file_or_another_version_is_nothing(tmp_path: Path) -> None:
    assert map_arrays(tmp_path / "a", 3) is None
    write_arrays(tmp_path / "a", 3, ARRAYS)
    assert map_arrays(tmp_path / "a", 4) is None


def test_any_damage_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "a"
    write_arrays(file, 3, ARRAYS)
    whole = file.read_bytes()
    chance = random.Random(1)
    for place in [*chance.sample(range(len(whole)), 300), 0, len(whole) - 1]:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        read = map_arrays(file, 3)
        assert read is None or read.is_damaged()


@pytest.mark.parametrize("length", [0, 1, 23, 24, 100, 1 << 16, -1])
def test_a_file_that_was_cut_off_is_nothing(tmp_path: Path, length: int) -> None:
    file = tmp_path / "a"
    write_arrays(file, 3, ARRAYS)
    file.write_bytes(file.read_bytes()[:length])
    assert map_arrays(file, 3) is None


def test_damage_shows_when_what_is_damaged_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a"
    write_arrays(file, 3, ARRAYS)
    content = bytearray(file.read_bytes())
    content[300_000] ^= 1
    file.write_bytes(content)
    read = map_arrays(file, 3)
    assert read
    assert read.whole("numbers")[-1] == 999
    assert read.part("many", 0, 10).tolist() == list(range(10))
    with pytest.raises(DamagedArraysError):
        read.whole("many")
