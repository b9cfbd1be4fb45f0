"""The fields of the index and how much each stream of a text counts.

Each text field, title and body, is two fields in the index: the words stream under the field's
own name and the pairs stream beside it. A query may also name a stream: an article has a term of
a stream when its title or its body has it, and is scored by BM25F, which weighs and adds the
frequencies in the fields before saturation (Robertson and Zaragoza, "The Probabilistic Relevance
Framework: BM25 and Beyond", 2009, section 3.6).
"""

from collections.abc import Mapping
from types import MappingProxyType

TEXT_FIELDS = ("title", "body")

PAIRS_FIELD: Mapping[str, str] = MappingProxyType({"title": "title_pairs", "body": "body_pairs"})
"""The field of the pairs stream of each text field."""

WORDS, PAIRS = "words", "pairs"

STREAMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {WORDS: TEXT_FIELDS, PAIRS: tuple(PAIRS_FIELD.values())}
)
"""The streams by name, with the fields of title and body that each consists of."""

FIELD_WEIGHT: Mapping[str, float] = MappingProxyType({"title": 2.0, "body": 1.0})
"""A word in the title says more about an article than one in its body."""

COMMON_WORD = 1000
"""So often jieba's dictionary counts a common Chinese word: one word in 60,000 is it. Whatever is
more common counts less, however rare it is in a collection (`indexer.query.rarity`)."""

HAN_PAIR_WEIGHT = 0.5
"""Pairs count half as much as words: they match more, and by chance."""

LATIN_SURFACE_WEIGHT = 0.3
"""What an unstemmed Latin word adds to its stem, so that the exact form comes first."""

HAN_CHARACTER_WEIGHT = 0.4
"""Single characters find what says the same in other words, as 偿还 and 清偿 do."""

HAN_CHARACTER_SHARE = 0.05
"""A character that more than this share of all articles has says little, and costs most."""

SYNONYM_WEIGHT = 0.7
"""A word that means the same counts a little less than the one that was typed."""

TRANSLATION_WEIGHT = 0.3
"""A word in the other language counts less: a dictionary does not know which meaning is meant."""

TITLE_SCORE = 1000.0
"""What is added when the query is the article's title: more than words can come to."""

BM25_K3 = 8.0
"""Saturation of frequency in the query: a word that a long question repeats is its subject. The
value is that of Okapi at TREC-3 (Robertson et al., 1994)."""

BM25_K1 = 1.2
BM25_B = 0.75
"""The parameters of BM25 (Robertson and Zaragoza, 2009): saturation of frequency, and length."""
