"""Results that are the JSON of docs/json.md: rows and quantities of it have types here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from . import _core, _frames
from ._errors import in_python

Row = TypeVar("Row")


class Interval(NamedTuple):
    """The two ends of an interval, in the unit of its quantity. An end is infinite where the runs set none."""

    low: float
    high: float


class Finding(NamedTuple):
    """What the runs of a fit leave in doubt."""

    kind: str
    """What it is: "misfit", "unequal_noise", ..."""
    names: list[str]
    """Inputs, coefficients or columns that it is about."""
    text: str
    """One sentence, with what to expect or do."""


def findings_of(record: _core.FitRecord) -> list[Finding]:
    return [Finding(each.kind, each.names, in_python(each.text)) for each in record.findings]


class Result:
    """A result as the JSON of docs/json.md, with a page of text."""

    def __init__(self, record: Any):
        self._record = record
        self._data: dict[str, Any] = json.loads(in_python(record.json()))

    def to_dict(self) -> dict[str, Any]:
        """All of it, as docs/json.md has it; what is not finite is None."""
        return self._data

    def __getitem__(self, name: str) -> Any:
        return self._data[name]

    def summary(self) -> str:
        """The result as the program prints it."""
        return in_python(self._record.page())

    def __repr__(self) -> str:
        return self.summary()


class Kept(NamedTuple):
    """What a pickled result has in place of the module's record."""

    text: str
    data: str
    answer: str = ""
    fit: Any = None

    def page(self) -> str:
        return self.text

    def json(self) -> str:
        return self.data


def row(kind: type[Row], given: Mapping[str, Any]) -> Row:
    """The fields of a NamedTuple from JSON."""
    return kind(**{name: given.get(name) for name in kind.__annotations__})


def rows(kind: type[Row], given: Iterable[Mapping[str, Any]]) -> list[Row]:
    return [row(kind, each) for each in given]


class CheckedRun(NamedTuple):
    """What a check finds of one run."""

    run: Any
    """What it is called in its table: a row's number from 1, or an id."""
    residual: float
    """ln predicted - ln measured; predicted - measured where one of them is 0 or below in some run."""
    z: float
    """Robust standard deviations of the residual."""
    outlier: bool
    """z is beyond 3.5."""
    undertrained: bool
    """On less than a tenth of the tokens that the fit plans for its budget."""
    leverage: float
    """How much the law's value here follows this run's own, 0 to 1."""
    high_leverage: bool
    """More than three times the mean."""
    repeats: Any
    """An earlier run with the same inputs, or None."""
    size_ratio: float | None
    """The planned N without the run, over that with it; None where it was not tried, or failed."""


class Variant(NamedTuple):
    """A refit by another recipe, and its plan."""

    residual: str
    loss: str
    """The robust loss, as ``robust_loss`` takes it."""
    exclusion: str
    """Which runs were left out: a name of ``exclusions``."""
    status: str
    plan: dict[str, float] | None
    """flops, N, P, S, D and loss; None where the fit or the plan failed."""
    reason: str | None
    """Why it failed."""


class Check(Result):
    """Outliers, leverage and plan sensitivity of a fit."""

    def __init__(self, record: _core.CheckRecord | Kept, kind: str):
        super().__init__(record)
        self._kind = kind

    def __reduce__(self) -> tuple[Any, ...]:
        return Check, (Kept(self._record.page(), self._record.json()), self._kind)

    @property
    def plan(self) -> dict[str, float]:
        """The plan that it looks at: flops, N, P, S, D and loss."""
        return self["plan"]

    @property
    def runs(self) -> list[CheckedRun]:
        """One entry a run, in the order of the fit's table."""
        return rows(CheckedRun, self["runs"])

    @property
    def outliers(self) -> list[Any]:
        """The runs whose residual is beyond 3.5 robust standard deviations, by what they are called."""
        return [run["run"] for run in self["runs"] if run["outlier"]]

    @property
    def exclusions(self) -> dict[str, list[Any]]:
        """Which runs the variants leave out, by the exclusion's name."""
        return {each["name"]: each["runs"] for each in self["exclusions"]}

    @property
    def variants(self) -> list[Variant]:
        """Refits by other residuals, losses and exclusions, with their plans."""
        return rows(Variant, self["variants"])

    @property
    def effects(self) -> dict[str, float | None]:
        """What "residual", "loss" and "exclusion" do to the planned N: mean ln of the largest over the smallest."""
        return self["effects"]

    @property
    def approaches(self) -> dict[str, Any] | None:
        """Exponents of N in C by parabolas and envelopes beside the law's; None for a law without N and D."""
        return self["approaches"]

    @property
    def table(self) -> Any:
        """One row a run, as a frame of the kind that the runs were in."""
        return _frames.made(columns_of(self.runs, CheckedRun), self._kind)


def columns_of(made: Sequence[Any], kind: type[Any]) -> dict[str, list[Any]]:
    return {name: [getattr(each, name) for each in made] for name in kind.__annotations__}
