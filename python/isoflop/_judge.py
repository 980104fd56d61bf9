"""Comparisons of laws, tuned recipes, and simulated runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _core, _executor, _frames
from ._columns import Request, check_inputs
from ._errors import InputError, Problem, in_python
from ._fit import USUAL_LEVEL, Fit, Model
from ._law import Law, Number, core_law
from ._result import Interval, Kept, Result, row, rows
from ._work import run, say

if TYPE_CHECKING:
    from ._chart import Chart


class ComparedLaw(NamedTuple):
    """A law of a comparison."""

    law: str
    """Its key, or the formula as it was given."""
    rmse: float
    """Root mean square of predicted - measured loss over the held-out rows, in nats."""
    interval: Interval
    """That of ``rmse`` at 90 %: of resamples of the held-out rows."""
    training_rmse: float
    """The same over the rows of its fit."""
    aicc: float | None
    """Of the rows of its fit; None with too few of them."""
    bic: float
    free: int
    """Coefficients that were neither fixed nor tied."""
    params: dict[str, float]
    """The coefficients of its fit."""
    status: str
    at_bound: list[str]
    notes: list[str]


class ComparedPair(NamedTuple):
    """Two laws of a comparison, the better one first."""

    first: str
    second: str
    probability: float
    """Share of resamples of the runs in which the first has the lower held-out error."""
    simpler: bool
    """The first was found to be a special case of the second on these runs."""


class Comparison(Result):
    """Laws compared by their error on held-out runs, best first."""

    def __init__(self, record: _core.ComparisonRecord, kind: str):
        super().__init__(record)
        self._kind = kind

    @property
    def laws(self) -> list[ComparedLaw]:
        """The laws with their errors, best first."""
        return [
            ComparedLaw(
                law["law"],
                law["held_out"]["rmse"],
                Interval(*law["held_out_interval"]),
                law["training"]["rmse"],
                law["aicc"],
                law["bic"],
                law["free"],
                law["coefficients"],
                law["status"],
                law["at_bound"],
                law["notes"],
            )
            for law in self["laws"]
        ]

    @property
    def pairs(self) -> list[ComparedPair]:
        """How surely each law beats each that is placed after it."""
        return rows(ComparedPair, self["pairs"])

    @property
    def unusable(self) -> dict[str, str]:
        """Laws that were not compared, and why."""
        return {each["law"]: each["reason"] for each in self["unusable"]}

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
        if not 0 <= place < len(self["laws"]):
            raise InputError(
                [Problem("place", 0, 0, f"{len(self['laws'])} laws were compared, from 0: {place} is none")]
            )
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


class TunedRecipe(NamedTuple):
    """A recipe with its errors of ln loss."""

    law: str
    residual: str
    loss: str
    """The robust loss, as ``robust_loss`` takes it."""
    ranges: str
    """Of the coefficients: "law", or "published", the box of a paper."""
    weight_power: float
    """Rows weigh the hold-out's expression to this power more."""
    drop_smallest: float
    """Per cent of the rows that are left out, those of the smallest value of that expression."""
    drop_highest: int
    """Rows of the highest loss that are left out then."""
    search_error: float | None
    """Over the windows of the search; None where a fit failed."""
    outer_error: float | None
    """Over the last window, which the search did not see."""
    interval: Interval | None
    """That of ``outer_error`` at 95 %."""


class Tuning(Result):
    """The recipe that extrapolates best beside the default one."""

    def __init__(self, record: _core.TuneRecord | Kept, kind: str):
        super().__init__(record)
        self._kind = kind

    def __reduce__(self) -> tuple[Any, ...]:
        return Tuning, (Kept(self._record.page(), self._record.json(), self._record.answer, self.fit), self._kind)

    @property
    def fit(self) -> Fit:
        """The fit of the recipe that stays, to all rows."""
        fit = self._record.fit
        return fit if isinstance(fit, Fit) else Fit._of(fit, self._kind)

    @property
    def answer(self) -> str:
        """Which recipe stays, why, and how sure that is."""
        return in_python(self._record.answer)

    @property
    def keeps(self) -> str:
        """Which recipe stays: "tuned" or "default"."""
        return self["keeps"]

    @property
    def tuned(self) -> TunedRecipe:
        """The best recipe of the search; the default where none did better."""
        return self._recipe("tuned")

    @property
    def default(self) -> TunedRecipe:
        """The first law with the recipe as given."""
        return self._recipe("default")

    def _recipe(self, name: str) -> TunedRecipe:
        made = row(TunedRecipe, self[name])
        ends = self[name]["interval"]
        return made._replace(interval=Interval(*ends) if ends else None)

    @property
    def probability(self) -> float:
        """Share of resamples of the last window in which the tuned recipe has the lower error."""
        return self["probability"]

    @property
    def importances(self) -> dict[str, float]:
        """The share of the errors' variance that each choice alone explains, the largest first."""
        return {each["parameter"]: each["share"] for each in self["importances"]}

    @property
    def unusable(self) -> dict[str, str]:
        """Laws that were not tried, and why."""
        return {each["law"]: each["reason"] for each in self["unusable"]}

    @property
    def notes(self) -> list[str]:
        """What a careful user should know of the windows."""
        return self["notes"]


def _named(laws: Sequence[Law | str | Path] | str, columns: str) -> list[tuple[str, _core.Law]]:
    given: list[Law | str | Path] = [laws] if isinstance(laws, (str, Law, Path)) else list(laws)
    if given == ["all"]:
        first: dict[str, str] = {}
        for law in map(_core.find_law, _core.book_keys()):
            if law.output[0] == "loss":
                first.setdefault(law.formula, law.key)
        given = list(first.values())
    if not given:
        raise InputError([Problem("laws", 0, 0, "there are none: give one or more")])
    for name in {each for each in given if given.count(each) > 1}:
        raise InputError([Problem("laws", 0, 0, f"{name} is there twice: remove one")])
    made = [(each, core_law(each, columns)) for each in given]
    return [(str(each) if law.key == "formula" and not isinstance(each, Law) else law.key, law) for each, law in made]


def compare(
    frame: Any,
    laws: Sequence[Law | str | Path] | str,
    *,
    holdout: str,
    threads: int = 0,
    executor: Any = None,
    **columns_and_recipe: Any,
) -> Comparison:
    """Compares laws by their error on runs that their fits do not see.

    ``laws``: as :func:`fit` takes one; "all" for those of the book that predict a loss. ``holdout``: a filter ("C >
    1e21"), "top:20%:C", "rolling:3", "group:kind" or "folds:5". Further names are those of
    :func:`fit`. ``executor``: as in :meth:`Fit.bootstrap`; it judges the laws, one a task, with the same bits.
    """
    request = Request(frame, columns_and_recipe)
    candidates = _named(laws, request.mapping.get("columns", ""))
    arguments = ("laws", "holdout", "threads", "executor")
    request.check("compare", [law for _, law in candidates], holdout, arguments=arguments)
    _executor.check(executor, None, USUAL_LEVEL)
    kind = _frames.kind_of(frame)
    sent = _executor.Sent("CompareTask", candidates, request, holdout)

    def made(record: _core.ComparisonRecord) -> Comparison:
        return Comparison(record, kind)

    whole = sent.task.whole
    record = run(whole, threads, made) if executor is None else _executor.compared(executor, sent, threads, made)
    say(doubts=record.warnings)
    return made(record)


class SpeedupAt(NamedTuple):
    """A variant against the baseline, at one budget."""

    variant: str
    flops: float
    factor: float | None
    """Compute of the baseline over that of the variant at equal loss; None where the baseline's curve does not go so
    low."""
    interval: Interval | None
    """That of ``factor``; None without degrees of freedom."""
    factor_in_time: float | None
    """``factor`` times the variant's throughput."""
    runs_to_resolve: float | None
    """Runs of both that would tell the speed-up to ``resolve``."""


class Speedup(Result):
    """How much compute each variant saves at equal loss."""

    def __init__(self, record: _core.SpeedupRecord | Kept, kind: str):
        super().__init__(record)
        self._kind = kind

    def __reduce__(self) -> tuple[Any, ...]:
        return Speedup, (Kept(self._record.page(), self._record.json()), self._kind)

    @property
    def at(self) -> list[SpeedupAt]:
        """The speed-ups, a variant after the other."""
        return [
            row(SpeedupAt, {**at, "variant": of["variant"]})._replace(interval=_interval(at["interval"]))
            for of in self["speedups"]
            for at in of["at"]
        ]

    @property
    def p(self) -> float | None:
        """How often chance alone makes exponents differ as much as those of the variants; None with too few runs."""
        test = self["exponent_test"]
        return test["p"] if test else None

    @property
    def notes(self) -> list[str]:
        """What a careful user should know."""
        return self["notes"]

    @property
    def table(self) -> Any:
        """One row a variant and budget, as a frame of the kind that the runs were in."""
        rows = [
            {name: value for name, value in each._asdict().items() if name != "interval"}
            | dict(zip(("low", "high"), each.interval or (None, None), strict=True))
            for each in self.at
        ]
        return _frames.made({name: [row[name] for row in rows] for name in rows[0]}, self._kind)


def _interval(ends: Sequence[float | None] | None) -> Interval | None:
    """An end that the runs do not set is infinite."""
    if ends is None:
        return None
    low, high = ends
    return Interval(0.0 if low is None else low, float("inf") if high is None else high)


def speedup(
    frame: Any,
    *,
    by: str,
    baseline: str,
    asymptote: str | Number = "shared",
    exponent: str | Number = "shared",
    flops: Sequence[Number] | Number | None = None,
    throughput: Mapping[str, Number] | None = None,
    level: float = 0.9,
    resolve: float = 0.01,
    threads: int = 0,
    **columns_and_recipe: Any,
) -> Speedup:
    """How much compute each variant saves over a baseline at equal loss.

    ``by``: the column that names the variants. ``asymptote`` and ``exponent`` of their curves,
    E + A/C^alpha: "shared", "own", or the number that they are pinned at. ``flops``: where.
    ``throughput``: tokens a second over the baseline's, by variant. Further names are columns, and
    of the recipe ``residual`` and ``robust_loss``.
    """
    request = Request(frame, columns_and_recipe)
    own = ("by", "baseline", "asymptote", "exponent", "flops", "throughput", "level", "resolve", "threads")
    if unused := sorted(set(request.recipe) - {"residual", "loss"}):
        raise InputError([Problem(f"{name}=", 0, 0, "the curves of speedup() have none") for name in unused])
    request.check("speedup", [_core.speedup_law()], by, arguments=own)
    question = {
        "baseline": baseline,
        "asymptote": asymptote,
        "exponent": exponent,
        "flops": flops,
        "throughput": dict(throughput or {}),
        "level": level,
        "resolve": resolve,
    }
    kind = _frames.kind_of(frame)
    with request.placed():
        record = run(
            lambda work: _core.speedup(request.core_frame(), by, question, request.mapping, request.recipe, work),
            threads,
            lambda made: Speedup(made, kind),
        )
    made = Speedup(record, kind)
    say(made.notes, record.warnings)
    return made


def tune(
    frame: Any,
    laws: Sequence[Law | str | Path] | str,
    *,
    holdout: str = "rolling:4",
    evaluations: int = 100,
    threads: int = 0,
    executor: Any = None,
    **columns_and_recipe: Any,
) -> Tuning:
    """Finds the law, residual, loss, weights and exclusions that extrapolate best, by Bayesian optimisation.

    The last window of ``holdout`` judges; the others choose. Further names are those of :func:`fit`. ``executor``: as
    in :meth:`Fit.bootstrap`; it tries the recipes, four at a time, with the same bits.
    """
    request = Request(frame, columns_and_recipe)
    candidates = _named(laws, request.mapping.get("columns", ""))
    arguments = ("laws", "holdout", "evaluations", "threads", "executor")
    request.check("tune", [law for _, law in candidates], holdout, arguments=arguments)
    _executor.check(executor, None, USUAL_LEVEL)
    kind = _frames.kind_of(frame)
    sent = _executor.Sent("RecipeTask", candidates, request, holdout, evaluations)

    def made(record: _core.TuneRecord) -> Tuning:
        return Tuning(record, kind)

    whole = sent.task.whole
    return made(run(whole, threads, made) if executor is None else _executor.tuned(executor, sent, threads, made))


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
    check_inputs(inputs, law.inputs, ("flops", "sparsity", "sizes", "span", "noise", "seed", "kind"))
    table = _core.simulate(law, flops, sparsity, sizes, span, noise, seed, inputs)
    return _frames.made(table.columns, kind or _frames.usual_kind())
