"""What is compared: xiaosou as it comes, and plain ways to search with other engines."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import bm25s
import tantivy
from bm25s.tokenization import Tokenized
from whoosh import fields, query, scoring
from whoosh.filedb.filestore import RamStorage

from harness.corpus import Corpus
from indexer import Index
from indexer.analysis import Analysis, document_of
from indexer.analysis.segment import cut_by_jieba
from indexer.engines.whoosh import WhooshEngine
from indexer.query import SORTS, Match, Plan, Request, plan
from indexer.query.fields import WORDS
from indexer.search import ALL_WORDS_LENGTH
from indexer.settings import FILE_NAME
from judged.measures import DEPTH

_WORD = re.compile(r"[^\W_]+")
_TRIGRAM = 3


class Ranker(Protocol):
    """Ranks the documents of a corpus. Made with the corpus and a folder for its files."""

    def rank(self, text: str) -> list[str]:
        """The URLs of the best `DEPTH` articles for a query, best first."""

    def close(self) -> None:
        """Let go of files and memory."""


class XiaosouRanker:
    """`Index.add` and `Index.search` with all their defaults."""

    def __init__(self, corpus: Corpus, folder: Path) -> None:
        self._index = Index.open(folder)
        self._index.add(corpus.articles)

    def rank(self, text: str) -> list[str]:
        """See `Ranker.rank`."""
        return [hit.article.url for hit in self._index.search(text, limit=DEPTH)]

    def close(self) -> None:
        """See `Ranker.close`."""
        self._index.close()


class ApartRanker(XiaosouRanker):
    """The same with each near-duplicate as a hit: some sets judge copies one by one."""

    def __init__(self, corpus: Corpus, folder: Path) -> None:
        (folder / FILE_NAME).write_text("collapse = false\n", encoding="utf-8")
        super().__init__(corpus, folder)


class ChainRanker:
    """The articles as xiaosou's own engine ranks them, before they are loaded and snippets cut."""

    def __init__(self, corpus: Corpus, folder: Path) -> None:
        self._analysis = Analysis()
        self._engine = WhooshEngine(folder)
        documents = (document_of(article, 1, self._analysis) for article in corpus.articles)
        self._engine.apply(((document.id, document) for document in documents), cursor=1)
        self._urls = {article.id: article.url for article in corpus.articles}

    def rank(self, text: str) -> list[str]:
        """See `Ranker.rank`. All words of a short query, as `Index.search` has it, or any word."""
        understood = plan(text, self._analysis)
        all_words, any_word = self._trees(understood)
        matches = self._find(all_words) if understood.length <= ALL_WORDS_LENGTH else ()
        return [self._urls[match.id] for match in matches or self._find(any_word)]

    def close(self) -> None:
        """See `Ranker.close`."""
        self._engine.close()

    def _trees(self, understood: Plan) -> tuple[query.Query, query.Query]:
        """What finds articles with all words and with any word."""
        return understood.all_words, understood.any_word

    def _find(self, tree: query.Query) -> tuple[Match, ...]:
        return self._engine.find(Request(tree, {}, (), SORTS[0], DEPTH, offset=0)).matches


class WordsRanker(ChainRanker):
    """The words stream alone, in the same engine: what the chain costs and gives beyond it."""

    def _trees(self, understood: Plan) -> tuple[query.Query, query.Query]:
        terms = [query.Term(WORDS, word) for word in understood.content]
        return query.And(terms), query.Or(terms)


class WhooshRanker:
    """Stock Whoosh on jieba's words, title and body as one field, any word, its BM25F."""

    def __init__(self, corpus: Corpus, _folder: Path) -> None:
        self._cut = _cutter()
        schema = fields.Schema(url=fields.STORED, words=fields.KEYWORD(scorable=True))
        index = RamStorage().create_index(schema)
        writer = index.writer()
        for article in corpus.articles:
            words = self._cut(f"{article.title}\n{article.body}")
            writer.add_document(url=article.url, words=words)
        writer.commit()
        self._searcher = index.searcher(weighting=scoring.BM25F())

    def rank(self, text: str) -> list[str]:
        """See `Ranker.rank`."""
        asked = query.Or([query.Term("words", word) for word in dict.fromkeys(self._cut(text))])
        return [hit["url"] for hit in self._searcher.search(asked, limit=DEPTH)]

    def close(self) -> None:
        """See `Ranker.close`."""
        self._searcher.close()


class BM25SRanker:
    """bm25s on jieba's words."""

    def __init__(self, corpus: Corpus, _folder: Path) -> None:
        self._cut = _cutter()
        self._urls = [article.url for article in corpus.articles]
        places: dict[str, int] = {}
        numbers = [
            [places.setdefault(word, len(places)) for word in self._cut(f"{a.title}\n{a.body}")]
            for a in corpus.articles
        ]
        self._index = bm25s.BM25()
        self._index.index(Tokenized(numbers, places), show_progress=False)
        self._places = places

    def rank(self, text: str) -> list[str]:
        """See `Ranker.rank`."""
        asked = [self._places[word] for word in self._cut(text) if word in self._places]
        if not asked:
            return []
        most = min(DEPTH, len(self._urls))
        documents, scores = self._index.retrieve([asked], k=most, show_progress=False)
        best = zip(documents[0], scores[0], strict=True)
        return [self._urls[int(number)] for number, score in best if score > 0]

    def close(self) -> None:
        """See `Ranker.close`."""


class TantivyRanker:
    """Tantivy with its default tokenizer, title and body as one field, any word."""

    def __init__(self, corpus: Corpus, _folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("url", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("text")
        self._index = tantivy.Index(builder.build())
        writer = self._index.writer(num_threads=1)
        for article in corpus.articles:
            text = f"{article.title}\n{article.body}"
            writer.add_document(tantivy.Document(url=[article.url], text=[text]))
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def rank(self, text: str) -> list[str]:
        """See `Ranker.rank`."""
        # Its default tokenizer cuts at what is no letter or digit.
        terms = [
            tantivy.Query.term_query(self._index.schema, "text", word)
            for word in dict.fromkeys(_WORD.findall(text.lower()))
        ]
        asked = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        hits = self._searcher.search(asked, DEPTH).hits
        return [self._searcher.doc(address)["url"][0] for _, address in hits]

    def close(self) -> None:
        """See `Ranker.close`."""


class SQLiteRanker:
    """SQLite's FTS5 with its trigram tokenizer, title and body as one column, any trigram."""

    def __init__(self, corpus: Corpus, _folder: Path) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE article USING fts5(url UNINDEXED, text, tokenize='trigram')"
        )
        self._database.executemany(
            "INSERT INTO article VALUES (?, ?)",
            [(article.url, f"{article.title}\n{article.body}") for article in corpus.articles],
        )

    def rank(self, text: str) -> list[str]:
        """See `Ranker.rank`."""
        trigrams = dict.fromkeys(
            word[start : start + _TRIGRAM]
            for word in _WORD.findall(text)
            for start in range(len(word) - _TRIGRAM + 1)
        )
        if not trigrams:
            return []
        sql = "SELECT url FROM article WHERE article MATCH ? ORDER BY rank LIMIT ?"
        asked = " OR ".join(f'"{trigram}"' for trigram in trigrams)
        return [url for (url,) in self._database.execute(sql, (asked, DEPTH))]

    def close(self) -> None:
        """See `Ranker.close`."""
        self._database.close()


RANKERS: Mapping[str, Callable[[Corpus, Path], Ranker]] = {
    "xiaosou": XiaosouRanker,
    "apart": ApartRanker,
    "chain": ChainRanker,
    "words": WordsRanker,
    "whoosh": WhooshRanker,
    "bm25s": BM25SRanker,
    "tantivy": TantivyRanker,
    "sqlite": SQLiteRanker,
}
"""The rankers by name, in the order of tables."""

LIBRARIES = ("xiaosou", "Whoosh", "jieba", "rjieba", "opencc", "PyStemmer", "bm25s", "tantivy")
"""The distributions whose versions matter."""


def _cutter() -> Callable[[str], list[str]]:
    """The words that jieba cuts, punctuation and spaces left out, in lower case."""
    cut = cut_by_jieba()
    return lambda text: [word for word in cut(text.lower()) if _WORD.match(word)]
