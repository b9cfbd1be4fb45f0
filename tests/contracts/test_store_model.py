"""A store after any sequence of steps, against a model of dictionaries."""

from __future__ import annotations

from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from indexer.article import Article
from indexer.store import Store
from indexer.store.tables import articles, counter, versions


class StoreAgainstModel(RuleBasedStateMachine):
    """Any sequence of steps leaves what a dictionary of articles would have."""

    articles = st.builds(
        Article,
        url=st.sampled_from(["http://x/1", "http://x/2", "http://x/3"]),
        title=st.sampled_from(["a", "b"]),
        body=st.just(""),
    )
    urls = st.sampled_from(["http://x/1", "http://x/2", "http://x/3", "http://x/4"])

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        with store.transaction() as transaction:
            for table in (versions, articles):
                transaction.connection.execute(table.delete())
            transaction.connection.execute(counter.update().values(seq=0))
        self.model: dict[str, Article] = {}
        self.versions: dict[str, list[Article]] = {}
        self.follower: dict[str, Article] = {}
        self.cursor = 0

    @rule(given=st.lists(articles, max_size=4))
    def put(self, given: list[Article]) -> None:
        newest = {article.url: article for article in given}
        counts = self.store.put(given)
        same = {url for url, article in newest.items() if self.model.get(url) == article}
        assert counts.unchanged == len(same)
        assert counts.changed == len(newest.keys() & self.model.keys()) - len(same)
        assert counts.new == len(newest.keys() - self.model.keys())
        for url, article in newest.items():
            if self.versions.setdefault(url, [])[-1:] != [article]:
                self.versions[url].append(article)
        self.model |= newest

    @rule(gone=st.lists(urls, max_size=3), purge=st.booleans())
    def delete(self, gone: list[str], purge: bool) -> None:
        kept = {url for url, versions in self.versions.items() if versions}
        expected = set(gone) & (kept if purge else self.model.keys())
        assert self.store.delete(gone, purge=purge) == len(expected)
        for url in gone:
            self.model.pop(url, None)
            if purge:
                self.versions[url] = []

    @rule()
    def follow(self) -> None:
        for change in self.store.changes(self.cursor):
            assert change.seq > self.cursor
            self.cursor = change.seq
            self.follower.pop(change.url, None)
            if change.article:
                self.follower[change.url] = change.article
        assert self.follower == self.model

    @invariant()
    def has_what_the_model_has(self) -> None:
        assert {article.url: article for article in self.store.articles()} == self.model
        for url, kept in self.versions.items():
            assert [version.article for version in self.store.versions(url)] == kept


def test_a_store_is_like_its_model(store: Store) -> None:
    run_state_machine_as_test(
        partial(StoreAgainstModel, store),
        settings=settings(deadline=None, max_examples=50, stateful_step_count=15),
    )
