"""What can go wrong in the indexer.

::

    XiaosouError
    ├── ArticleError         an article that cannot be kept as it is
    ├── SettingsError        a setting that is unknown or has no such value
    ├── ParameterError       an argument of a search outside what is allowed
    ├── StoreError           the article store cannot be read or written
    │   └── StoreVersionError    it was written by a newer xiaosou
    └── GenerationError      the index cannot be read or written
        ├── GenerationBusyError  another process is writing it
        └── StaleGenerationError it was analysed in another way than now

Every message is one line that says what went wrong and what to do about it. The crawler and the
page derive their own errors from `XiaosouError`, so the shell and HTTP have one thing to catch.
"""


class XiaosouError(Exception):
    """Anything xiaosou itself reports as wrong."""


class ArticleError(XiaosouError):
    """An article lacks a part it must have, or a part has the wrong form."""


class SettingsError(XiaosouError):
    """A setting is unknown, or its value is not one it can have."""


class ParameterError(XiaosouError, ValueError):
    """An argument of a search is outside what is allowed (its text may be anything)."""


class StoreError(XiaosouError):
    """The article store cannot be read or written."""


class StoreVersionError(StoreError):
    """The store was written by a newer version of xiaosou than this one."""


class GenerationError(XiaosouError):
    """The index cannot be read or written."""


class GenerationBusyError(GenerationError):
    """Another process writes to the index and did not finish in time."""


class StaleGenerationError(GenerationError):
    """The index was built by another analysis than the one in use, and must be rebuilt."""
