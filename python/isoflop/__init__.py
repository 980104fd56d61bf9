"""isoflop: fit, compare and use neural scaling laws.

    import isoflop as isf

    fit = isf.fit(runs, "hoffmann2022", N="params", D="tokens", loss="val-loss")
    fit.plan(flops=1e24)

A fit is a law with the coefficients that a table of finished runs gives it, and how sure they are;
all else reads fits: predict, plan, frontier, profile, bootstrap, check, report. Everything that the
library has to say of a result is in ``notes``, ``warnings`` and ``findings``; mistakes of input are
:class:`InputError`, with every problem at once.
"""

from . import _core
from ._arch import Architecture, arch, nearest
from ._chart import Chart
from ._coverage import Coverage, coverage
from ._datasets import DataSet, DataSets, datasets
from ._errors import Doubt, InputError, Interrupted, Note, Problem, WorkError
from ._fit import Bootstrap, Fit, Model, Prediction, Published, fit, load, model
from ._judge import (
    ComparedLaw,
    ComparedPair,
    Comparison,
    Speedup,
    SpeedupAt,
    TunedRecipe,
    Tuning,
    compare,
    simulate,
    speedup,
    tune,
)
from ._law import Law, Laws, Output, law, laws
from ._plan import Frontier, Plan, Profile, Rule
from ._project import Project, project
from ._read import read
from ._result import Check, CheckedRun, Finding, Interval, Variant

__version__: str = _core.version

__all__ = [
    "Architecture", "Bootstrap", "Chart", "Check", "CheckedRun", "ComparedLaw", "ComparedPair", "Comparison",
    "Coverage", "DataSet", "DataSets", "Doubt", "Finding", "Fit", "Frontier", "InputError", "Interrupted",
    "Interval", "Law", "Laws", "Model", "Note", "Output", "Plan", "Prediction", "Problem", "Profile", "Project",
    "Published", "Rule", "Speedup", "SpeedupAt", "TunedRecipe", "Tuning", "Variant", "WorkError", "arch", "compare",
    "coverage", "datasets", "fit", "law", "laws", "load", "model", "nearest", "project", "read", "simulate", "speedup",
    "tune",
]  # fmt: skip
