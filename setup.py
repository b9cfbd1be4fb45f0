"""The compiled part of the build; everything else stands in setup.cfg."""

from pathlib import Path

from setuptools import Extension, setup

C = Path("indexer/engines/whoosh/c")


def optional(name: str) -> Extension:
    """A module in C, next to the Whoosh engine; without a compiler numpy does the same."""
    return Extension(
        f"indexer.engines.whoosh._{name}",
        sorted(map(str, (C / name).glob("*.c"))),
        depends=sorted(map(str, (C / name).glob("*.h"))),
        extra_compile_args=["-O3", "-std=c11"],
        py_limited_api=True,
        optional=True,
    )


setup(
    ext_modules=[optional("kernel"), optional("encoder")],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
