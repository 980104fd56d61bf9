"""Fits: a law with the coefficients that a table of runs gives it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import _core, _frames
from ._columns import Request, columns_in, described
from ._errors import InputError, Problem, in_python
from ._frames import Floats
from ._law import Law, Number, core_law, latex_of, mapped
from ._result import Check, Finding, Interval, findings_of
from ._work import run, say

if TYPE_CHECKING:
    from ._chart import Chart
    from ._plan import Frontier, Plan, Profile

USUAL_LEVEL = 0.95


class Prediction(NamedTuple):
    """Predicted losses in nats with their intervals: floats, or arrays of the inputs' shape."""

    loss: Any
    low: Any
    high: Any


def _several(given: Any) -> list[Any]:
    """What may be given as one or as several."""
    return [given] if isinstance(given, (str, Model, Law)) or np.ndim(given) == 0 else list(given)


class Model:
    """What plans, predictions and charts are made from: a fit, or a law with published coefficients."""

    @property
    def _model(self) -> _core.Model:
        raise NotImplementedError

    @property
    def law(self) -> Law:
        """The law, with the coefficients."""
        return Law._of(self._model.law)

    def predict(
        self,
        frame: Any = None,
        *,
        interval: str | None = None,
        level: float | None = None,
        threads: int = 0,
        **inputs: Any,
    ) -> Any:
        """The loss of a run, or of each row of a frame, in nats a token.

        ``predict(N=70e9, D=1.4e12)`` gives a float, or an array where an input is one; with
        ``interval="mean"`` (of the law's own value; of the draws of a bootstrap where there is one)
        or ``"run"`` (of a run that is yet to be trained) a :class:`Prediction`. ``predict(frame)`` gives the
        frame with a column ``predicted``, and ``low`` and ``high``; ``N="P*(1-S)"`` then says what the columns are, by
        default what the fit was told. A frame that has the inputs by their names, as ``fit.table``, needs no words.
        """
        if interval not in (None, "mean", "run"):
            raise InputError([Problem("interval", 0, 0, f'"{interval}" is neither mean nor run')])
        if frame is not None:
            return self._predict_frame(frame, interval, level, threads, inputs)
        if all(np.ndim(value) == 0 for value in inputs.values()):
            if interval is None:
                prediction = _core.predict(self._model.law, inputs)
                say(prediction.notes)
                return prediction.loss
            prediction, ranges = self._model.at(inputs, level, False)
            shown = "bootstrap" if interval == "mean" and "bootstrap" in ranges else interval
            low, high = ranges.get(shown, (float("nan"),) * 2)
            say([*prediction.notes, *(self._no_intervals() if low != low else [])])
            return Prediction(prediction.loss, low, high)
        table, notes, shape = mapped(self._model.law, inputs)
        say(notes)
        if interval is None:
            return table.columns["predicted"].reshape(shape)
        return Prediction(*(each.reshape(shape) for each in self._bands(table, interval, level, threads)))

    def _bands(self, table: _core.Table, interval: str, level: float | None, threads: int) -> list[Floats]:
        loss, low, high, notes = run(lambda work: self._model.bands(table, interval == "run", level, work), threads)
        say(notes)
        return [loss, low, high]

    def _predict_frame(
        self, frame: Any, interval: str | None, level: float | None, threads: int, given: dict[str, Any]
    ) -> Any:
        request = Request(frame, given or self._usual_columns(frame))
        request.check("predict", [self._model.law], arguments=("interval", "level", "threads"))
        with request.placed():
            table, notes = _core.predict_frame(self._model.law, request.core_frame(), request.mapping)
        if table.rows != request.core_frame().rows:
            raise InputError(
                [Problem("predict", 0, 0, "where= and skip_missing= leave rows out: filter the frame itself")]
            )
        say(notes)
        if interval is None:
            return _frames.with_columns(frame, {"predicted": table.columns["predicted"]})
        loss, low, high = self._bands(table, interval, level, threads)
        return _frames.with_columns(frame, {"predicted": loss, "low": low, "high": high})

    def _usual_columns(self, frame: Any) -> dict[str, Any]:
        return {}

    def _no_intervals(self) -> list[str]:
        return []

    def plan(self, flops: Number | None = None, *, threads: int = 0, **question: Any) -> Plan:
        """What to train next: the size, the sparsity and the tokens of the lowest loss for a budget
        of ``flops`` training FLOPs, or what else is given and left open.

        Given: ``active_params``, ``total_params``, ``tokens``, ``sparsity`` (a share, "2:4" or
        "free": optimised, within ``sparsity_range``), ``loss`` (a target: the minimum budget, or
        with ``flops`` the smallest model, ``least="tokens"`` the fewest tokens).
        Limits: ``max_active``, ``max_total``, ``max_tokens``; ``memory`` in bytes, with
        ``memory_for``, ``bytes_per_parameter``, ``kv_cache``, ``sequences``.
        Data and serving: ``unique_tokens``, ``repetition``, ``inference_tokens``.
        Costs: ``cost`` (a name, a formula or "exact" with ``arch``), ``arch``, ``context``.
        Hardware: ``gpu`` or ``peak``, ``mfu``, ``gpus``, ``price_per_gpu_hour``, ``days``, ``money``.
        Intervals: ``level``, ``intervals="profile"``. Other names are inputs of the law.
        """
        from ._plan import Plan, asked

        budgets = [] if flops is None else [_core.number(flops, "flops")]

        def wrapped(record: _core.FrontierRecord) -> Plan:
            return Plan(self, record, 0, {"flops": flops, **question})

        return wrapped(run(lambda work: _core.plan(self._model, asked(question), budgets, work), threads, wrapped))

    def frontier(self, flops: Sequence[Number] | Number, *, threads: int = 0, **question: Any) -> Frontier:
        """The plan of each of several budgets; the arguments are those of :meth:`plan`."""
        from ._plan import Frontier, asked

        given = _several(flops)
        budgets = [_core.number(each, "flops") for each in given]

        def wrapped(record: _core.FrontierRecord) -> Frontier:
            return Frontier(self, record, {"flops": given, **question})

        return wrapped(run(lambda work: _core.plan(self._model, asked(question), budgets, work), threads, wrapped))

    def profile(
        self,
        axis: str | None = "N",
        *,
        flops: Number,
        points: int | None = None,
        span: tuple[Number, Number] | None = None,
        against: Sequence[Model | Law | str] | Model | Law | str = (),
        **question: Any,
    ) -> Profile:
        """The loss of the models that a budget pays for: along "N", "P" or "S", or for None over P
        and S. ``against`` adds the losses of other models at the same points."""
        from ._plan import Profile, asked

        others = _several(against)
        models = [self._model, *(core_model(each) for each in others)]
        record = _core.profile(models, asked(question), [_core.number(flops, "flops")], axis or "", points, span)
        how = {"axis": axis, "flops": flops, "points": points, "span": span, "against": others, **question}
        return Profile(self, record, how)

    def plot(
        self,
        kind: str = "isoflop",
        *,
        input: str = "",
        flops: Sequence[Number] | Number = (),
        ax: Any = None,
        threads: int = 0,
    ) -> Any:
        """A chart: axes of matplotlib where it is installed, else the library's SVG.

        Kinds: "fit", "residuals" (along ``input``), "coefficients" (of a bootstrap), "isoflop",
        "frontier", "sparsity", "surface".
        """
        return self.chart(kind, input=input, flops=flops, threads=threads).plot(ax)

    def chart(
        self, kind: str = "isoflop", *, input: str = "", flops: Sequence[Number] | Number = (), threads: int = 0
    ) -> Chart:
        """The chart of :meth:`plot` as data and as SVG."""
        from ._chart import Chart

        budgets = [_core.number(each, "flops") for each in _several(flops)]
        return Chart(run(lambda work: _core.chart(kind, self._model, input, budgets, [], work), threads))


class Published(Model):
    """A law with published coefficients, to predict and plan with: ``isf.model("hossain2025:moe")``."""

    def __init__(self, given: Law | str | Path):
        self._core_model = _core.model_of_law(core_law(given))

    @property
    def _model(self) -> _core.Model:
        return self._core_model

    def __repr__(self) -> str:
        return f"<model {self._core_model.law.label}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Published, (self.law,)


def core_model(given: Model | Law | str) -> _core.Model:
    return given._model if isinstance(given, Model) else _core.model_of_law(core_law(given))


def model(given: Law | str | Path) -> Published:
    """A law with published coefficients, as a model to predict and plan with. A fit is a model already."""
    return Published(given)


class Fit(Model):
    """A law fitted to runs: its coefficients, how sure they are, and what follows from them."""

    _record: _core.FitRecord
    _kind: str
    _request: Request | None = None

    @classmethod
    def _of(cls, record: _core.FitRecord, kind: str | None = None, request: Request | None = None) -> Fit:
        self = Bootstrap.__new__(Bootstrap) if record.has_bootstrap else cls.__new__(cls)
        self._record, self._kind, self._request = record, kind or _frames.usual_kind(), request
        return self

    @functools.cached_property
    def _outcome(self) -> dict[str, Any]:
        return self._record.outcome

    @functools.cached_property
    def _core_model(self) -> _core.Model:
        return _core.model_of_fit(self._record, "the fit")

    @property
    def _model(self) -> _core.Model:
        return self._core_model

    @functools.cached_property
    def law(self) -> Law:
        """The law, with the fitted coefficients."""
        return Law._of(self._record.law)

    @property
    def params(self) -> dict[str, float]:
        """The fitted coefficients by name; empty where the fit failed."""
        return self._record.law.values

    @property
    def status(self) -> str:
        """How the search ended: "converged", "at_bound" (a coefficient at an edge), "limit" or "failed"."""
        return self._outcome["status"]

    @property
    def usable(self) -> bool:
        """Whether the coefficients may be used to predict."""
        return self._outcome["usable"]

    @property
    def message(self) -> str:
        """One sentence on the outcome."""
        return in_python(self._outcome["message"])

    @property
    def at_bound(self) -> list[str]:
        """Coefficients at an edge of their range."""
        return self._outcome["at_bound"]

    @property
    def objective(self) -> float:
        """What was minimised, at the optimum: the sum over runs of the robust loss of the residuals."""
        return self._outcome["objective"]

    @property
    def nobs(self) -> int:
        """Runs that were fitted."""
        return self._outcome["rows"]

    @property
    def left_out(self) -> dict[str, int]:
        """How many rows of the frame were not fitted, by reason."""
        return self._outcome["left_out"]

    @property
    def df_resid(self) -> int:
        """Runs less determined coefficients."""
        return self._outcome.get("degrees_of_freedom", 0)

    @property
    def rmse(self) -> float:
        """Root mean square of predicted - measured loss, in nats."""
        return self._outcome.get("rmse", float("nan"))

    @property
    def rsquared(self) -> float:
        """Share of the variance of the losses that the law explains."""
        return self._outcome.get("r2", float("nan"))

    @property
    def search(self) -> dict[str, Any]:
        """Starts, descents, and how many of them ended at the optimum; distinct optima, lowest first."""
        names = ("starts", "descents", "reached_best", "stopped")
        return {**{name: self._outcome[name] for name in names}, "optima": self._record.optima}

    @property
    def findings(self) -> list[Finding]:
        """What the runs leave in doubt, the gravest first: kind, names and text."""
        return findings_of(self._record)

    @property
    def notes(self) -> list[str]:
        """What a careful user should know."""
        return [in_python(note) for note in self._record.notes]

    @property
    def warnings(self) -> list[str]:
        """Why the fit may be wrong: the findings, and columns whose units look odd."""
        return [in_python(text) for text in self._record.warnings]

    @property
    def lack_of_fit(self) -> tuple[float, float, list[str]] | None:
        """F, p and the inputs along which the residuals bend; None where there is no test."""
        return self._record.lack_of_fit

    @property
    def recipe(self) -> dict[str, Any]:
        """How it was fitted: residual, loss, starts, seed, ..."""
        return self._record.recipe

    @property
    def mapping(self) -> dict[str, Any]:
        """How the columns were read."""
        return self._record.mapping

    @property
    def table(self) -> Any:
        """The columns that were fitted, as a frame of the kind that was given."""
        return _frames.made(self._record.table.columns, self._kind)

    # ---- how sure

    def _intervals(self, level: float, method: str | None, threads: int = 0) -> list[tuple[float, tuple[float, float]]]:
        way = method or ("bootstrap" if self._record.has_bootstrap else "sandwich")
        return run(lambda work: self._record.intervals(level, way, work), threads)

    def _by_name(self, values: Sequence[Any]) -> dict[str, Any]:
        return dict(zip((each.name for each in self._record.law.coefficients), values))

    @property
    def bse(self) -> dict[str, float]:
        """The standard error of each coefficient: of the bootstrap where there is one, else of the
        sandwich covariance."""
        return self._by_name([error for error, _ in self._intervals(USUAL_LEVEL, None)])

    def conf_int(
        self, level: float = USUAL_LEVEL, method: str | None = None, *, threads: int = 0
    ) -> dict[str, Interval]:
        """The interval of each coefficient.

        Methods: "sandwich" (each run has noise of its own size), "model" (all runs have the same),
        "profile" (by profile likelihood: right where coefficients are poorly identified), and
        "bootstrap", the default of a :meth:`bootstrap`. Ends are NaN, and a Note says why, where there are none, as of
        a quantile without a bootstrap.
        """
        made = [Interval(*ends) for _, ends in self._intervals(level, method, threads)]
        if all(end != end for interval in made for end in interval):
            say(self._record.no_intervals)
        return self._by_name(made)

    def cov_params(self, kind: str = "sandwich") -> Floats:
        """The covariance of the coefficients in their order, p times p; "sandwich" or "model"."""
        return self._record.covariance(kind == "model").reshape(len(self.params), -1)

    @functools.cached_property
    def _residuals(self) -> tuple[Floats, Floats, Floats]:
        return self._record.residuals()

    @property
    def resid(self) -> Floats:
        """ln predicted - ln measured of each run; predicted - measured if one has no logarithm."""
        return self._residuals[2]

    @property
    def fittedvalues(self) -> Floats:
        """The predicted loss of each run, in nats."""
        return self._residuals[1]

    def bootstrap(
        self,
        replicates: int = 1000,
        *,
        by: str | None = None,
        cluster: Any = None,
        seed: int | None = None,
        level: float = USUAL_LEVEL,
        threads: int = 0,
        executor: Any = None,
        shards: int | None = None,
        resume: Bootstrap | None = None,
    ) -> Bootstrap:
        """The fit with refits to resampled runs, and intervals from them.

        ``by``: "rows", "clusters" (runs with the same text in the column ``cluster`` stay together),
        or "residuals". Resample i depends on the seed and i alone.

        ``executor``: who refits, in place of threads of this process: whatever has ``submit``, as a
        ProcessPoolExecutor, Dask's Client and an MPIPoolExecutor have. The replicates are cut into ``shards`` (64
        unless told), and the draws have the same bits. Where a worker fails, the others go on: the WorkError names
        the shards and has what is finished as ``partial``, which ``resume`` takes, as it does that of Interrupted.
        """
        record, request = self._record, self._request
        if cluster is not None:
            if request is None:
                raise InputError([Problem("cluster", 0, 0, "the runs' own table is gone: fit again, with cluster=")])
            again = Request(request.frame, {**request.given, "cluster": cluster})
            record = run(lambda work: record.with_clusters(again.core_frame(), again.mapping, work), threads)
        way = by or ("clusters" if "cluster" in record.table.columns else "rows")
        how = self.recipe["seed"] if seed is None else seed

        def wrapped(made: _core.FitRecord) -> Fit:
            return Fit._of(made, self._kind, request)

        if executor is not None:
            from ._executor import bootstrap, check

            check(executor, shards, level)
            if resume is not None and not resume._parts:
                what = "it has no shards to go on from: that of an executor which did not finish has some"
                raise InputError([Problem("resume", 0, 0, what)])

            def some(parts: list[_core.BootstrapPart]) -> Fit:
                kept = wrapped(_core.with_parts(record, parts, False, level))
                assert isinstance(kept, Bootstrap)
                kept._parts = parts
                return kept

            known = [] if resume is None else resume._parts
            parts = bootstrap(executor, record, (way, replicates, how), threads, shards, known, some)
            whole = wrapped(_core.with_parts(record, parts, True, level))
            assert isinstance(whole, Bootstrap)
            return whole
        if resume is not None or shards is not None:
            raise InputError([Problem("executor", 0, 0, "shards= and resume= are of an executor: give one, too")])
        made = run(lambda work: record.with_bootstrap(way, replicates, how, level, work), threads, wrapped)
        result = wrapped(made)
        assert isinstance(result, Bootstrap)
        return result

    # ---- what follows

    def _no_intervals(self) -> list[str]:
        return self._record.no_intervals

    def _usual_columns(self, frame: Any) -> dict[str, Any]:
        columns = self.mapping["columns"]
        return {"columns": columns} if columns and not self._is_mapped(frame, columns) else {}

    def _is_mapped(self, frame: Any, columns: str) -> bool:
        """Whether the frame has the inputs themselves, as :attr:`table` has: it is that one, or it lacks what they were
        made of."""
        names, inputs = _frames.names_of(frame), self._record.law.inputs
        if not set(inputs) <= set(names):
            return False
        fitted = self._record.table.columns
        if all(np.array_equal(np.asarray(frame[name]), fitted[name]) for name in inputs if name in fitted):
            return True
        return not columns_in(columns) <= {*names, *_core.standard_inputs()}

    def check(
        self,
        plan: Plan | None = None,
        *,
        flops: Number | None = None,
        sparsity: Number | None = None,
        threads: int = 0,
        **inputs: Number,
    ) -> Check:
        """Outliers, leverage, what each run does to a plan, and how the plan moves with
        residual, loss and exclusions. The plan is one of this fit, or of ``flops``."""
        if plan is not None:
            flops, sparsity = plan.flops, plan.S or None
        question = {"flops": flops, "sparsity": sparsity, **inputs}

        def made(record: _core.CheckRecord) -> Check:
            return Check(record, self._kind)

        return made(run(lambda work: _core.check(self._model, question, work), threads, made))

    def report(
        self,
        path: str | Path,
        *,
        flops: Number | None = None,
        sparsity: Number | None = None,
        threads: int = 0,
        **inputs: Number,
    ) -> Path:
        """Writes one HTML page on the fit: charts, tables, a planner. Gives its path."""
        known = {*self._record.law.inputs, *_core.standard_inputs()}
        if wrong := [name for name in inputs if name not in known]:
            what = f"{self._record.law.key} has no such input; it has {', '.join(self._record.law.inputs)}"
            raise InputError([Problem(f"{name}=", 0, 0, what) for name in wrong])
        question = {"flops": flops, "sparsity": sparsity, **inputs}
        page = run(lambda work: _core.report([self._model], question, work), threads)
        Path(path).write_text(page, encoding="utf-8")
        return Path(path)

    def save(self, path: str | Path) -> Path:
        """Writes a fit file, which :func:`load` and the program read. Gives its path."""
        Path(path).write_text(self._record.text(), encoding="utf-8")
        return Path(path)

    # ---- how it is shown

    def summary(self) -> str:
        """The fit as the program prints it."""
        return in_python(self._record.page())

    def to_latex(self) -> str:
        """A table of the coefficients, for a paper that uses booktabs."""
        from ._html import interval, number

        rows = [
            rf"${_core_latex_name(name)}$ & {number(value)} & {number(error)} & {interval(ends, '[{}, {}]')} \\"
            for (name, value), (error, ends) in zip(self.params.items(), self._intervals(USUAL_LEVEL, None))
        ]
        head = r"coefficient & estimate & standard error & 95\,\% interval \\"
        lines = [rf"% {latex_of(self._record.law)}", r"\begin{tabular}{lrrr}", r"\toprule", head, r"\midrule"]
        return "\n".join([*lines, *rows, r"\bottomrule", r"\end{tabular}"])

    def plot(
        self,
        kind: str = "fit",
        *,
        input: str = "",
        flops: Sequence[Number] | Number = (),
        ax: Any = None,
        threads: int = 0,
    ) -> Any:
        """A chart, by default predicted against measured losses; see :meth:`Model.plot`."""
        return super().plot(kind, input=input, flops=flops, ax=ax, threads=threads)

    def _repr_latex_(self) -> str:
        return self.law._repr_latex_()

    def _repr_html_(self) -> str:
        from ._html import fit_html

        return fit_html(self)

    def __repr__(self) -> str:
        values = ", ".join(f"{name} {value:.6g}" for name, value in self.params.items())
        return f"<fit of {self._record.law.key} to {self.nobs} runs: {self.status}; {values}>"

    def __str__(self) -> str:
        return self.summary()

    def __reduce__(self) -> tuple[Any, ...]:
        return _fit_of_text, (self._record.text(), self._kind)


def _core_latex_name(name: str) -> str:
    greek = {
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "eta",
        "theta",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "rho",
        "sigma",
        "tau",
        "phi",
        "omega",
    }
    return f"\\{name}" if name in greek else name if len(name) == 1 else rf"\mathrm{{{name}}}"


def _fit_of_text(text: str, kind: str) -> Fit:
    return Fit._of(_core.read_fit(text, "the fit"), kind)


class Bootstrap(Fit):
    """A fit with the draws of a bootstrap. It is a fit: its intervals, plans and predictions use the draws."""

    _parts: Sequence[_core.BootstrapPart] = ()  # of one that an executor did not finish

    @property
    def draws(self) -> dict[str, Floats]:
        """The coefficients of each refit, by name; NaN where it failed."""
        drawn = self._record.draws
        assert drawn is not None
        return self._by_name(list(drawn.T))

    @property
    def how(self) -> dict[str, Any]:
        """How they were drawn: by, replicates, seed, units resampled, refits that failed, whether it was stopped."""
        made = self._record.bootstrap
        assert made is not None
        return made

    def to_xarray(self) -> Any:
        """The draws as an xarray.Dataset with the dimensions ``chain`` (of one) and ``draw``."""
        import xarray

        draws = {name: (("chain", "draw"), np.asarray(values)[None, :]) for name, values in self.draws.items()}
        attributes = {"law": self._record.law.key, **{name: str(value) for name, value in self.how.items()}}
        return xarray.Dataset(draws, coords={"chain": [0], "draw": np.arange(len(self))}, attrs=attributes)

    def to_arviz(self) -> Any:
        """The draws as ArviZ takes them: InferenceData, or a DataTree from ArviZ 1 on."""
        import arviz

        draws = {name: np.asarray(values)[None, :] for name, values in self.draws.items()}
        if int(arviz.__version__.partition(".")[0]) >= 1:
            return arviz.from_dict({"posterior": draws})
        return arviz.from_dict(posterior=draws)

    def __len__(self) -> int:
        drawn = self._record.draws
        return 0 if drawn is None else len(drawn)

    def __repr__(self) -> str:
        return f"<bootstrap of {len(self)} refits by {self.how['by']} of {super().__repr__()}>"


def fit(
    frame: Any,
    law: Law | str | Path,
    *,
    level: float = USUAL_LEVEL,
    intervals: str = "sandwich",
    box: str = "",
    threads: int = 0,
    **columns_and_recipe: Any,
) -> Fit:
    """Fits a law to a table of finished training runs.

    ``frame``: a DataFrame of pandas or polars, a pyarrow Table, a dict of arrays; one row a run.
    ``law``: a key of the book ("hossain2025"), a law file (.toml), a formula, or a :class:`Law`.

    Columns, by name, each the name of a column, a formula of columns, or an array:
    ``N="P*(1-S)", D="65536*steps", loss="val-loss"``. A column that has an input's name needs none.
    ``weights``, ``cluster``, ``where``, ``order``, ``best_by`` and ``response`` may be arrays, too. A name that is no
    argument, and that neither the law nor a formula uses, is an :class:`InputError`.

    ``level`` and ``intervals`` ("sandwich", or "profile" as well) are of the coefficients; ``box`` is
    where ``solver="bayes:gp"`` looks. ``threads=0`` takes every core; results do not depend on it.
    Further names are fields of the mapping and the recipe:

    """
    request = Request(frame, columns_and_recipe)
    made = core_law(law, request.mapping.get("columns", ""))
    request.check("fit", [made], box, arguments=("level", "intervals", "box", "threads"))
    kind = _frames.kind_of(frame)
    if intervals not in ("sandwich", "profile"):
        raise InputError([Problem("intervals", 0, 0, f'"{intervals}" is neither sandwich nor profile')])
    with request.placed():
        record = run(
            lambda work: _core.fit(
                made, request.core_frame(), request.mapping, request.recipe, box, level, intervals == "profile", work
            ),
            threads,
            lambda record: Fit._of(record, kind, request),
        )
    say(record.no_intervals, record.warnings)
    return Fit._of(record, kind, request)


if fit.__doc__:  # each field says itself what it is
    fit.__doc__ = f"{fit.__doc__.rstrip()}\n\n{described()}"


def load(path: str | Path) -> Fit:
    """Reads a fit file, of :meth:`Fit.save` or of ``isoflop fit -o``."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError([Problem(str(path), 0, 0, f"it cannot be read: {error.strerror}")]) from None
    return Fit._of(_core.read_fit(text, str(path)))
