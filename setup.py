"""The compiled part of the build; everything else stands in setup.cfg."""

from setuptools import Extension, setup

KERNEL = "indexer/engines/whoosh/c"

setup(
    ext_modules=[
        Extension(
            "indexer.engines.whoosh._kernel",
            [f"{KERNEL}/module.c", f"{KERNEL}/program.c"],
            depends=[f"{KERNEL}/program.h"],
            extra_compile_args=["-O3", "-std=c11"],
            py_limited_api=True,
            optional=True,  # without a compiler numpy does the same
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
