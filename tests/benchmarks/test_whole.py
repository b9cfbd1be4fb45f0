import pytest

from indexer.jsonlines import write
from speedrun.build import build_from_text, build_from_tokens
from speedrun.documents import analysed
from speedrun.tokens import write_tokens
from speedrun.whole import ONE_LANGUAGE, load_whole
from speedrun.workspace import Workspace

TEXTS = [
    "催收",
    "催收 报警",
    "空调 师傅 邻居",
    "师",
    "上门催",
    '"上门催收"',
    '"门催"',
    '"called again"',
    '"催收停"',
    "neighbours",
    "催收人员上门以后邻居为什么要报警呢",
    "the collector called again and nobody came to the neighbours",
    "没有这样的词语",
    "!?",
]


@pytest.fixture(scope="module")
def workspace(articles, tmp_path_factory):
    pytest.importorskip("tantivy")
    workspace = Workspace(tmp_path_factory.mktemp("workspace"))
    write(articles, workspace.articles_file)
    write_tokens(analysed(workspace), workspace.tokens)
    build_from_text(workspace, "xiaosou")
    build_from_tokens(workspace, "tantivy", "stored")
    return workspace


@pytest.mark.parametrize("text", TEXTS)
def test_tantivy_finds_the_same_articles_by_the_same_plan(workspace, text):
    ours, theirs = (load_whole(name, workspace) for name in (ONE_LANGUAGE, "tantivy"))
    assert theirs.total(text) == ours.total(text)
    answer = theirs.search(text)
    assert len(theirs.ids(answer)) == len(ours.ids(ours.search(text))) == min(10, ours.total(text))
