"""What the interface says, in English and in Chinese.

Both have the same keys. What stands in braces is filled in; a text with a number has two forms,
``.one`` and ``.many``.
"""

from web.catalogue.api import CHINESE_API
from web.catalogue.chinese import CHINESE
from web.catalogue.crawler import CHINESE_CRAWLER
from web.catalogue.english import ENGLISH

__all__ = ["CHINESE", "CHINESE_API", "CHINESE_CRAWLER", "ENGLISH"]
