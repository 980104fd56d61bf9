"""Charts: figures of the library, drawn by matplotlib where it is installed, else as SVG."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path
from typing import Any

import numpy as np

from . import _core
from ._errors import InputError, Problem

# Okabe and Ito's colours, which all kinds of colour vision can tell apart, in the order of the library's SVG.
_SERIES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
_DASHES = ["-", "--", "-.", ":"]
_MARKERS = ["o", "s", "^", "D", "v", "P", "X"]
_figures = itertools.count()  # SVG ids are unique in a notebook


def axes_for(ax: Any) -> Any:
    """The axes, or new ones."""
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError:
        raise InputError([Problem("plot", 0, 0, "matplotlib is not installed: pip install matplotlib")]) from None
    return pyplot.subplots(layout="constrained")[1]


class Chart:
    """A picture as data: a notebook shows it as SVG."""

    def __init__(self, figure: _core.Figure):
        self._figure = figure

    @property
    def title(self) -> str:
        """The finding, one line."""
        return self._figure.title

    @property
    def numbers(self) -> str:
        """What the picture shows, in words."""
        return self._figure.numbers

    def svg(self, width: float = 900) -> str:
        """The picture as SVG."""
        return self._figure.svg(width, f"isoflop{next(_figures)}")

    def save(self, path: str | Path) -> Path:
        """Writes the SVG. Gives its path."""
        Path(path).write_text(self.svg(), encoding="utf-8")
        return Path(path)

    def _repr_html_(self) -> str:
        return f'<div style="max-width: 900px">{self.svg()}</div>'

    def plot(self, ax: Any = None) -> Any:
        """Draws it with matplotlib: axes, or an array of them for several panels; without it the chart itself."""
        if ax is None and importlib.util.find_spec("matplotlib") is None:
            return self
        return _drawn(self._figure, ax)

    def __repr__(self) -> str:
        return f"<chart: {self.title}>"


def _drawn(figure: _core.Figure, ax: Any) -> Any:
    panels = figure.panels
    if ax is not None:
        axes = np.atleast_1d(np.asarray(ax, dtype=object))
        if axes.size != len(panels):
            raise InputError([Problem("ax", 0, 0, f"this chart has {len(panels)} panels: give as many axes")])
    else:
        from matplotlib import pyplot

        columns = max(1, min(figure.columns, len(panels)))
        rows = -(-len(panels) // columns)
        made, axes = pyplot.subplots(
            rows, columns, figsize=(6.4 * columns, 4.4 * rows), squeeze=False, layout="constrained"
        )
        made.suptitle(figure.title, fontsize="medium")
        for spare in axes.flat[len(panels) :]:
            spare.set_visible(False)
        axes = axes.flat[: len(panels)]
    for panel, each in zip(panels, axes):
        _draw_panel(panel, each)
    return axes[0] if len(panels) == 1 else np.asarray(axes)


def _draw_panel(panel: _core.Panel, ax: Any) -> None:
    if panel.title:
        ax.set_title(panel.title, fontsize="small")
    for axis, name in ((panel.x, "x"), (panel.y, "y")):
        _set_axis(axis, name, ax)
    for mark in panel.marks:
        _draw_mark(mark, ax)
    if ax.get_legend_handles_labels()[1]:
        ax.legend(fontsize="small")


def _set_axis(axis: _core.FigureAxis, name: str, ax: Any) -> None:
    from matplotlib import ticker

    low, high = axis.range
    drawn = getattr(ax, f"{name}axis")
    getattr(ax, f"set_{name}label")(axis.title)
    if axis.scale == "log":
        getattr(ax, f"set_{name}scale")("log")
        if high < 10 * low:  # within a decade: round values, not powers
            drawn.set_major_locator(ticker.MaxNLocator(5))
            drawn.set_minor_locator(ticker.NullLocator())
    elif axis.scale == "density":
        # The logarithm of 1 - S, growing to the right.
        functions = (lambda s: -np.log(np.maximum(1 - np.asarray(s), 1e-12)), lambda t: 1 - np.exp(-np.asarray(t)))
        getattr(ax, f"set_{name}scale")("function", functions=functions)
        drawn.set_major_locator(ticker.FixedLocator(axis.ticks(7)))
    if axis.names:
        getattr(ax, f"set_{name}ticks")(range(len(axis.names)), axis.names)
    else:
        drawn.set_major_formatter(ticker.FuncFormatter(lambda value, _: axis.text(value)))
        drawn.set_minor_formatter(ticker.NullFormatter())
    if low < high:
        getattr(ax, f"set_{name}lim")(low, high)


def _draw_mark(mark: _core.Mark, ax: Any) -> None:
    from matplotlib import colormaps

    series = int(mark.place) if mark.colour == "series" else 0
    if mark.colour == "scale":
        colour: Any = colormaps["viridis"](1 - mark.place)
    else:
        colour = "#808080" if mark.colour == "quiet" else _SERIES[series % len(_SERIES)]
    label = mark.label if mark.label and mark.kind != "optimum" else None
    if mark.kind == "line":
        ax.plot(
            mark.x, mark.y, color=colour, linestyle="--" if mark.dashed else _DASHES[series % len(_DASHES)], label=label
        )
    elif mark.kind == "points":
        ax.scatter(
            mark.x, mark.y, s=14, color=[colour], marker=_MARKERS[series % len(_MARKERS)], alpha=0.7, label=label
        )
    elif mark.kind == "band":
        ax.fill_between(mark.x, mark.y, mark.high, color=colour, alpha=0.2, linewidth=0, label=label)
    else:
        ax.scatter(mark.x, mark.y, s=90, facecolors="none", edgecolors=[colour], linewidths=1.8, zorder=3)
        texts = mark.tips or [mark.label] * len(mark.x)
        for x, y, text in zip(mark.x, mark.y, texts):
            ax.annotate(text, (x, y), xytext=(7, 7), textcoords="offset points", fontsize="small")
