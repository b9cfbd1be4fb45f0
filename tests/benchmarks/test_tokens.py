import numpy as np

from speedrun.queries import document_frequencies


def test_documents_come_back_as_they_were(documents, tokens):
    assert list(tokens) == documents


def test_document_frequencies_count_each_document_once(documents, tokens):
    frequencies = document_frequencies(tokens, ("title-words", "body-words"))
    place = tokens.vocabulary.index("催收")
    assert frequencies[place] == sum("催收" in d.title.words + d.body.words for d in documents)
    assert np.all(frequencies <= len(documents))
