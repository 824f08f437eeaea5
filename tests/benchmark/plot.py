"""The table as a picture: how many times as long each operation takes as plain SQL, on each engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pygal
from pygal.style import CleanStyle


def write(file: Path, ratios: Mapping[str, Mapping[str, float]], *, title: str) -> None:
    """Write it as SVG.

    Args:
        file: replaced where it is there.
        ratios: of each engine by operation; every engine has the same operations.
        title: what stands above it.
    """
    # One picture is like another that shows the same, and fetches nothing from anywhere.
    chart = pygal.Bar(
        title=title,
        y_title="ours ÷ plain SQL",
        logarithmic=True,
        height=420,
        js=(),
        disable_xml_declaration=True,
        range=(1, max(ratio for of_operation in ratios.values() for ratio in of_operation.values())),
        zero=1,
        show_y_guides=False,
        truncate_label=-1,
        legend_at_bottom=True,
        legend_at_bottom_columns=len(ratios),
        print_values=True,
        print_values_position="top",
        formatter=lambda ratio: f"{ratio:.1f}",
        style=CleanStyle(background="white", plot_background="white", value_font_size=9),
    )
    chart.uuid = "ratios"
    chart.x_labels = list(next(iter(ratios.values())))
    for engine, of_operation in ratios.items():
        chart.add(engine, list(of_operation.values()))
    file.write_text(chart.render(is_unicode=True), encoding="utf-8")
