"""The compiled part of the build; everything else stands in setup.cfg."""

from setuptools import Extension, setup

C = "indexer/engines/whoosh/c"


def optional(name: str, sources: list[str], headers: list[str]) -> Extension:
    """A module in C, next to the Whoosh engine; without a compiler numpy does the same."""
    return Extension(
        f"indexer.engines.whoosh.{name}",
        [f"{C}/{source}" for source in sources],
        depends=[f"{C}/{header}" for header in headers],
        extra_compile_args=["-O3", "-std=c11"],
        py_limited_api=True,
        optional=True,
    )


setup(
    ext_modules=[
        optional(
            "_kernel",
            ["module.c", "program.c", "direct.c", "hits.c", "phrase.c"],
            ["program.h", "direct.h", "hits.h", "phrase.h", "postings.h", "gallop.h", "buffers.h"],
        ),
        optional(
            "_encoder",
            ["encoder.c", "blocks.c", "deflate.c", "inversion.c"],
            ["blocks.h", "deflate.h", "inversion.h", "pickling.h"],
        ),
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
