"""The compiled part of the build; everything else stands in setup.cfg."""

from pathlib import Path

from setuptools import Extension, setup

KERNEL = Path("indexer/engines/whoosh/c")

setup(
    ext_modules=[
        Extension(
            "indexer.engines.whoosh._kernel",
            sorted(map(str, KERNEL.glob("*.c"))),
            depends=sorted(map(str, KERNEL.glob("*.h"))),
            extra_compile_args=["-O3", "-std=c11"],
            py_limited_api=True,
            optional=True,  # without a compiler numpy does the same
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
