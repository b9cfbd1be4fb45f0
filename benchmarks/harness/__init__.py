"""What all benchmarks share: corpora, clocks, the record of a run, goals, tables."""
