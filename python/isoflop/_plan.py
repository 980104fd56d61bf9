"""Plans: what to train next, and how sure that is."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _core, _frames
from ._errors import InputError, Problem, in_python
from ._fit import Fit, Model
from ._frames import Floats
from ._result import Finding, Interval

if TYPE_CHECKING:
    from ._chart import Chart

_SYMBOLS = {"N": "active_params", "P": "total_params", "D": "tokens", "S": "sparsity", "C": "flops"}
QUANTITIES = ("N", "P", "S", "D", "tokens_per_parameter", "flops", "loss")


def asked(question: Mapping[str, Any]) -> dict[str, Any]:
    """A question as the module takes it."""
    wrong = [Problem(f"{name}=", 0, 0, f"give it as {_SYMBOLS[name]}=") for name in question if name in _SYMBOLS]
    if wrong:
        raise InputError(wrong)
    given = dict(question)
    if "arch" in given and not isinstance(given["arch"], _core.Architecture):
        from ._arch import core_architecture

        given["arch"] = core_architecture(given["arch"])
    return given


class Rule(NamedTuple):
    """What a published rule says of a run: the peak of a learning rate, or the tokens of a batch."""

    name: str
    """What the value is: "learning rate", "batch"."""
    value: float
    unit: str
    cite: str
    """Where the rule was published."""
    outside: list[str]
    """Inputs that are outside of what it was fitted on."""


def _again(model: Model, what: str, question: dict[str, Any]) -> Any:
    """A plan is pickled as its question, and asked again where it is loaded: the answer has the same bits."""
    return getattr(model, what)(**question)


class Plan:
    """The training run that a model proposes for a question."""

    def __init__(self, model: Model, record: _core.FrontierRecord, place: int, question: dict[str, Any]):
        self._model, self._frontier, self._question = model, record, question
        self._record: _core.PlanRecord = record.plans[place]

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self._model, "plan", self._question)

    @functools.cached_property
    def run(self) -> dict[str, float] | None:
        """All quantities of the run, or None where no answer exists."""
        return self._record.run

    def _get(self, name: str) -> float:
        return float("nan") if self.run is None else self.run[name]

    @property
    def N(self) -> float:
        """Active parameters."""
        return self._get("N")

    @property
    def P(self) -> float:
        """Total parameters."""
        return self._get("P")

    @property
    def S(self) -> float:
        """Sparsity, 1 - N/P."""
        return self._get("S")

    @property
    def D(self) -> float:
        """Training tokens."""
        return self._get("D")

    @property
    def flops(self) -> float:
        """Training FLOPs."""
        return self._get("flops")

    @property
    def total_flops(self) -> float:
        """FLOPs of training and serving."""
        return self._get("total_flops")

    @property
    def tokens_per_parameter(self) -> float:
        """D/N."""
        return self._get("tokens_per_parameter")

    @property
    def loss(self) -> float:
        """The predicted loss in nats."""
        return self._get("loss")

    @property
    def interval(self) -> dict[str, Interval]:
        """The interval of each quantity that has one: of the bootstrap, else of the sandwich
        covariance, else of the profile likelihood."""
        return {name: Interval(*ends) for name, ends in self._record.shown.items()}

    @property
    def intervals(self) -> dict[str, dict[str, Interval]]:
        """The same by method; "for_misfit" are wider, where the law is in doubt."""
        return {
            method: {name: Interval(*ends) for name, ends in named.items()}
            for method, named in self._record.intervals.items()
        }

    @property
    def level(self) -> float:
        """What the intervals are to cover; 0 where there are none."""
        return self._record.level

    @property
    def undetermined(self) -> list[str]:
        """Quantities that the runs do not determine: they have no interval."""
        return self._record.undetermined

    @property
    def binding(self) -> list[tuple[str, float, float]]:
        """Limits that the plan is at: name, value, and what 10 % more of it gains (loss, or FLOPs
        where a loss is the target)."""
        return [(in_python(name).rstrip("="), limit, gain) for name, limit, gain in self._record.binding]

    @property
    def outside(self) -> list[tuple[str, float, tuple[float, float]]]:
        """Inputs outside what the law was fitted on: name, value, and the range."""
        return self._record.outside

    @property
    def sparsity_answer(self) -> str | None:
        """Where a free sparsity ended: "interior", "edge" or "monotone"."""
        return self._record.sparsity_answer

    @property
    def spend(self) -> dict[str, float] | None:
        """GPU-hours, days and money, where the hardware is known."""
        return self._record.spend

    @property
    def rules(self) -> dict[str, Rule]:
        """Learning rates and batches of published rules for this plan, where a sweep starts, by their laws' keys."""
        return {
            law.key: Rule(name, value, unit, law.cite, outside)
            for law, name, unit, value, outside in self._record.rules
        }

    @property
    def findings(self) -> list[Finding]:
        """What the runs of the fit leave in doubt."""
        return self._model.findings if isinstance(self._model, Fit) else []

    @property
    def notes(self) -> list[str]:
        """What a careful user should know."""
        return [in_python(note) for note in [*self._frontier.notes, *self._record.notes]]

    @property
    def warnings(self) -> list[str]:
        """Why the answer may be wrong."""
        return [in_python(text) for text in self._record.warnings]

    def summary(self) -> str:
        """The plan as the program prints it."""
        return in_python(self._record.page())

    def to_dict(self) -> dict[str, Any]:
        """All of it, as docs/json.md has it."""
        import json

        return json.loads(self._record.json())

    @property
    def table(self) -> Any:
        """Quantities with their intervals, as a frame."""
        rows = self._rows()
        columns = dict(zip(("quantity", "value", "low", "high"), map(list, zip(*rows))))
        return _frames.made(columns, getattr(self._model, "_kind", _frames.usual_kind()))

    def _rows(self) -> list[tuple[str, float, float, float]]:
        nothing = (float("nan"), float("nan"))
        return [(name, self._get(name), *self.interval.get(name, nothing)) for name in QUANTITIES]

    def chart(self) -> Chart:
        """The loss along the size of models of the plan's budget, with the plan."""
        from ._chart import Chart

        made = _core.plan_figure(self._model._model, self._frontier)
        if made is None:
            raise InputError([Problem("plot", 0, 0, "this plan has no chart: it needs a budget and an answer")])
        return Chart(made)

    def plot(self, ax: Any = None) -> Any:
        """Draws :meth:`chart`: axes of matplotlib where it is installed, else SVG."""
        return self.chart().plot(ax)

    def _repr_html_(self) -> str:
        from ._html import plan_html

        return plan_html(self)

    def __repr__(self) -> str:
        return self.summary()


class Frontier:
    """The plans of several budgets, smallest first."""

    def __init__(self, model: Model, record: _core.FrontierRecord, question: dict[str, Any]):
        self._model, self._record, self._question = model, record, question
        budgets = sorted(_core.number(each, "flops") for each in question["flops"])
        self.plans = [
            Plan(model, record, place, {**question, "flops": budgets[place]}) for place in range(len(record.plans))
        ]

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self._model, "frontier", self._question)

    def __len__(self) -> int:
        return len(self.plans)

    def __iter__(self) -> Iterator[Plan]:
        return iter(self.plans)

    def __getitem__(self, place: int) -> Plan:
        return self.plans[place]

    @property
    def exponents(self) -> dict[str, float]:
        """a of N ~ C^a, and of P and D, over the plans."""
        return self._record.exponents

    @property
    def columns(self) -> dict[str, list[float]]:
        """The plans column by column, with low and high ends of their intervals."""
        every: dict[str, list[float]] = {name: [plan._get(name) for plan in self] for name in QUANTITIES}
        for name in QUANTITIES:
            if any(name in plan.interval for plan in self):
                for end in ("low", "high"):
                    nothing = Interval(float("nan"), float("nan"))
                    every[f"{name}_{end}"] = [getattr(plan.interval.get(name, nothing), end) for plan in self]
        return every

    @property
    def table(self) -> Any:
        """One row a budget, as a frame of the kind that the runs were in."""
        return _frames.made(self.columns, getattr(self._model, "_kind", _frames.usual_kind()))

    @property
    def notes(self) -> list[str]:
        """What a careful user should know."""
        return list(dict.fromkeys(note for plan in self for note in plan.notes))

    @property
    def warnings(self) -> list[str]:
        """Why the answers may be wrong."""
        return list(dict.fromkeys(text for plan in self for text in plan.warnings))

    def summary(self) -> str:
        """The plans as the program prints them."""
        return in_python(self._record.page())

    def chart(self) -> Chart:
        """N and D of the plans against their budgets."""
        from ._chart import Chart

        made = _core.plan_figure(self._model._model, self._record)
        if made is None:
            raise InputError([Problem("plot", 0, 0, "no budget has a plan to draw")])
        return Chart(made)

    def plot(self, ax: Any = None) -> Any:
        """Draws :meth:`chart`: axes of matplotlib where it is installed, else SVG."""
        return self.chart().plot(ax)

    def _repr_html_(self) -> str:
        from ._html import number, table_html

        columns = self.columns
        return table_html(list(columns), [[number(value) for value in row] for row in zip(*columns.values())])

    def __repr__(self) -> str:
        return self.summary()


class Profile:
    """The loss of the models that one budget pays for."""

    def __init__(self, model: Model, record: _core.ProfileRecord, question: dict[str, Any]):
        self._model, self._record, self._question = model, record, question

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self._model, "profile", self._question)

    @functools.cached_property
    def columns(self) -> dict[str, Floats]:
        """N, P, S, D, tokens_per_parameter and loss of each point, and the losses of other models."""
        return self._record.columns

    @property
    def axis(self) -> str:
        """What it goes along: "N", "P" or "S"."""
        return self._record.axis

    @property
    def flops(self) -> float:
        """The budget."""
        return self._record.flops

    @property
    def optimum(self) -> dict[str, float] | None:
        """The plan for the budget, where there is one."""
        return self._record.optimum

    @property
    def table(self) -> Any:
        """One row a point, as a frame of the kind that the runs were in."""
        return _frames.made(self.columns, getattr(self._model, "_kind", _frames.usual_kind()))

    def __getattr__(self, name: str) -> Floats:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self.columns:
            raise AttributeError(f"a profile has no {name}: it has {', '.join(self.columns)}")
        return self.columns[name]

    def plot(self, ax: Any = None) -> Any:
        """Loss along the axis: axes of matplotlib."""
        from ._chart import axes_for

        ax = axes_for(ax)
        along = self.columns[self.axis]
        ax.plot(along, self.columns["loss"])
        if self.optimum:
            ax.plot([self.optimum[self.axis]], [self.optimum["loss"]], "o")
        if self.axis != "S":
            ax.set_xscale("log")
        ax.set_xlabel(self.axis)
        ax.set_ylabel("loss (nats)")
        ax.set_title(f"{self.flops:.4g} FLOPs")
        return ax

    def summary(self) -> str:
        """The profile as the program prints it."""
        return in_python(self._record.page())

    def __repr__(self) -> str:
        return self.summary()
