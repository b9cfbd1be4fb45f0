import pytest

from harness.corpus import dated
from indexer import Article
from indexer.analysis import Analysis, document_of
from speedrun.tokens import read_tokens, write_tokens

BODIES = [
    "催收人员上门催收，邻居报警。The collector called again and again.",
    "上门安装空调，师傅说：明天再来。",
    "报警之后，催收停止了。Nobody called.",
    "今天的笑话：程序员上门催收bug。",
    "公益活动在社区举行，邻居们都来了。The neighbours came, too.",
    "空调坏了，\u2028师傅上门，邻居也来看。",
]


@pytest.fixture(scope="session")
def articles():
    """Sixty articles, each text ten times, the titles all different."""
    return [
        dated(
            Article(
                url=f"u:{number}",
                title=f"催收{number}" if number % 3 else f"Story {number}\u2028x",
                body=BODIES[number % len(BODIES)] * (1 + number // len(BODIES) % 3),
                site=f"site{number % 4}",
                category="" if number % 5 == 0 else "笑话",
                language="zh",
            )
        )
        for number in range(60)
    ]


@pytest.fixture(scope="session")
def documents(articles):
    """The same, analysed."""
    analysis = Analysis()
    return [document_of(article, seq, analysis) for seq, article in enumerate(articles, start=1)]


@pytest.fixture(scope="session")
def tokens(documents, tmp_path_factory):
    """The same, written and read again."""
    folder = tmp_path_factory.mktemp("tokens") / "tokens"
    write_tokens(documents, folder)
    return read_tokens(folder)
