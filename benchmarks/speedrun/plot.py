"""A picture of the latencies by class of queries and engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.record import Record
from speedrun.queries import CLASSES


def plot_latencies(record: Record, figures: Mapping[str, float], path: Path) -> None:
    """Draw the medians as bars, with lines up to the 95th percentiles, on a logarithmic scale.

    Args:
        record: The record of a run.
        figures: Its figures.
        path: The picture; its ending says the form, such as .png or .svg.

    Raises:
        OSError: The file cannot be written.
    """
    from matplotlib.figure import Figure

    engines = record["engines"]
    width = 0.8 / len(engines)
    figure = Figure(figsize=(11, 5), layout="constrained")
    axes = figure.subplots()
    for place, engine in enumerate(engines):
        columns = [
            (number + (place - (len(engines) - 1) / 2) * width, figures[f"{name}/p50"], name)
            for number, kind in enumerate(CLASSES)
            if f"{(name := f'ids/{kind}/{engine}')}/p50" in figures
        ]
        xs = [x for x, _, _ in columns]
        medians = [median for _, median, _ in columns]
        above = [figures[f"{name}/p95"] - median for _, median, name in columns]
        axes.bar(xs, medians, width, label=engine, yerr=[[0] * len(above), above], capsize=2)
    axes.set_yscale("log")
    axes.set_xticks(range(len(CLASSES)), CLASSES)
    axes.set_ylabel("microseconds of CPU, median and 95th percentile")
    axes.set_title(f"Ten best hits of {record['options']['articles']:,} articles, ids only")
    axes.legend(ncols=len(engines), fontsize="small")
    figure.savefig(path, dpi=150)
