"""Comparisons of laws, tuned recipes, and simulated runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _core, _frames
from ._columns import Request
from ._errors import InputError, Problem, in_python
from ._fit import USUAL_LEVEL, Fit, Model, _Result
from ._law import Law, Number, core_law
from ._work import run, say

if TYPE_CHECKING:
    from ._chart import Chart


class Comparison(_Result):
    """Laws compared by their error on held-out runs, best first; ``comparison["laws"]`` has them."""

    def __init__(self, record: _core.ComparisonRecord, kind: str):
        super().__init__(record)
        self._kind = kind

    @property
    def best(self) -> str:
        """The law of the lowest held-out error; of two where one contains the other, the simpler
        one unless the larger one is surely better."""
        return self["laws"][0]["law"]

    @property
    def verdict(self) -> str:
        """Which law, by how much, how sure, and what would change it."""
        return in_python(self._record.verdict)

    @property
    def believed(self) -> bool:
        """Whether the first law is surely the better one."""
        return self._record.believed

    @property
    def notes(self) -> list[str]:
        """What a careful user should know."""
        return [in_python(note) for note in self._record.notes]

    def fit(self, place: int = 0, *, level: float = USUAL_LEVEL, threads: int = 0) -> Fit:
        """The fit of a compared law, by its place: to the training rows of a single fold, of several folds to all."""
        return Fit._of(run(lambda work: self._record.fit(place, level, work), threads), self._kind)

    @property
    def table(self) -> Any:
        """One row a law, as a frame of the kind that the runs were in."""
        rows = []
        for law in self["laws"]:
            row = {name: value for name, value in law.items() if not isinstance(value, (dict, list))}
            for part in ("held_out", "training"):
                row |= {
                    f"{part}_{name}": value
                    for name, value in (law.get(part) or {}).items()
                    if not isinstance(value, (dict, list))
                }
            rows.append(row)
        names = list(dict.fromkeys(name for row in rows for name in row))
        return _frames.made({name: [row.get(name) for row in rows] for name in names}, self._kind)

    def save(self, path: str | Path) -> Path:
        """Writes a comparison file, for the program's charts and pages. Gives its path."""
        Path(path).write_text(self._record.text(), encoding="utf-8")
        return Path(path)

    def chart(self) -> Chart:
        """Held-out errors with their intervals."""
        from ._chart import Chart

        return Chart(_core.comparison_figure(self._record))

    def plot(self, ax: Any = None) -> Any:
        """Draws :meth:`chart`: axes of matplotlib where it is installed, else SVG."""
        return self.chart().plot(ax)

    def _repr_html_(self) -> str:
        import html

        return f"<p>{html.escape(self.verdict)}</p>{self.chart()._repr_html_()}"


class Tuning(_Result):
    """The recipe that extrapolates best beside the default one."""

    def __init__(self, record: _core.TuneRecord, kind: str):
        super().__init__(record)
        self._kind = kind

    @property
    def fit(self) -> Fit:
        """The fit of the recipe that stays, to all rows."""
        return Fit._of(self._record.fit, self._kind)

    @property
    def answer(self) -> str:
        """Which recipe stays, why, and how sure that is."""
        return in_python(self._record.answer)


def _named(laws: Sequence[Law | str | Path] | str, columns: str) -> list[tuple[str, _core.Law]]:
    given = [laws] if isinstance(laws, (str, Law, Path)) else list(laws)
    if given == ["all"]:
        given = list(_core.book_keys())
    if not given:
        raise InputError([Problem("laws", 0, 0, "there are none: give one or more")])
    made = [(each, core_law(each, columns)) for each in given]
    return [(str(each) if law.key == "formula" and not isinstance(each, Law) else law.key, law) for each, law in made]


def compare(
    frame: Any, laws: Sequence[Law | str | Path] | str, *, holdout: str, threads: int = 0, **columns_and_recipe: Any
) -> Comparison:
    """Compares laws by their error on runs that their fits do not see.

    ``laws``: as :func:`fit` takes one; "all" for the whole book. ``holdout``: a filter ("C >
    1e21"), "top:20%:C", "rolling:3", "group:kind" or "folds:5". Further names are those of
    :func:`fit`.
    """
    request = Request(frame, columns_and_recipe)
    candidates = _named(laws, request.mapping.get("columns", ""))
    kind = _frames.kind_of(frame)
    with request.placed():
        record = run(
            lambda work: _core.compare(
                candidates, request.core_frame(), holdout, request.mapping, request.recipe, work
            ),
            threads,
            lambda made: Comparison(made, kind),
        )
    say(doubts=record.warnings)
    return Comparison(record, kind)


def tune(
    frame: Any,
    laws: Sequence[Law | str | Path] | str,
    *,
    holdout: str = "rolling:4",
    evaluations: int = 100,
    threads: int = 0,
    **columns_and_recipe: Any,
) -> Tuning:
    """Finds the law, residual, loss, weights and exclusions that extrapolate best, by Bayesian optimisation.

    The last window of ``holdout`` judges; the others choose. Further names are those of :func:`fit`.
    """
    request = Request(frame, columns_and_recipe)
    candidates = _named(laws, request.mapping.get("columns", ""))
    kind = _frames.kind_of(frame)
    with request.placed():
        record = run(
            lambda work: _core.tune(
                candidates, request.core_frame(), holdout, evaluations, request.mapping, request.recipe, work
            ),
            threads,
            lambda made: Tuning(made, kind),
        )
    return Tuning(record, kind)


def simulate(
    model: Model | Law | str,
    *,
    flops: Sequence[Number] | Number,
    sparsity: Sequence[Number] | Number = 0.0,
    sizes: int = 7,
    span: float = 16.0,
    noise: float = 0.0,
    seed: int = 1,
    kind: str | None = None,
    **inputs: Number,
) -> Any:
    """A table of runs as a law gives it, with noise: isoFLOP budgets x sizes x sparsities.

    For each budget of ``flops`` and each sparsity, ``sizes`` models spaced evenly in ln N over a
    factor of ``span`` around the optimum; ``noise`` is the standard deviation of ln loss. The frame
    is of ``kind`` "pandas", "polars", "pyarrow" or "dict", by default of a package that is loaded.
    """
    law = model._model.law if isinstance(model, Model) else core_law(model)
    table = _core.simulate(law, flops, sparsity, sizes, span, noise, seed, inputs)
    return _frames.made(table.columns, kind or _frames.usual_kind())
