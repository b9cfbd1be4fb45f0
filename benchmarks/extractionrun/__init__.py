"""The parts of the benchmark of extraction: labelled pages, extractors, scores and figures."""
