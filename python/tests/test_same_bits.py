"""The program and Python give the same bits: each command of the end-to-end cases that both can do.

The commands of tests/cases/*.case are run as they stand, and once more with --json; the same words, as
arguments, go to the package. What JSON then differs in is what a front end adds: file names, times.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import warnings
from math import isnan
from pathlib import Path
from typing import Any

import pandas
import pytest

import isoflop as isf
from conftest import DATA, PROGRAM, ROOT
from isoflop import _core
from isoflop._plan import _SYMBOLS

CASES = ROOT / "tests" / "cases"
SWITCHES = {"json", "plot", "rules", "surface", "costs"} | {
    field["name"].replace("_", "-")
    for field in [*_core.recipe_fields(), *_core.mapping_fields()]
    if isinstance(field["default"], bool)
}
# Said in other words, or of the file that was read.
OF_FRONT_ENDS = {
    "seconds",
    "output",
    "source",
    "sha256",
    "version",
    "command",
    "notes",
    "warnings",
    "row_names",
    "solvers",
}


class Other(Exception):
    """A command that the package has other words for, or none."""


def unless(known: bool) -> None:
    if not known:
        raise Other


def commands_of(line: str) -> list[str]:
    """The commands of a line that the package has a word for, without what takes their output."""
    parts = [re.sub(r"\s([<>]|2>|\|).*", "", part.strip()) for part in re.split(r"&&|;(?=\s*isoflop)|\|\|", line)]
    return [part for part in parts if re.match(r"isoflop (fit|plan|predict|compare) ", part) and "--table" not in part]


def files_of(text: str) -> dict[str, str]:
    blocks = re.findall(r"^# file: (.*)\n((?:(?!# [a-z ]+:).*\n)*)", text, re.M)
    return {name.strip(): content for name, content in blocks}


class Call:
    """A command as words: what stands alone, and what flags say."""

    def __init__(self, command: str):
        try:
            words = shlex.split(command)
        except ValueError:  # a part of a longer line
            raise Other from None
        self.command, self.alone, self.inputs, self.flags = words[1], [], {}, {}
        place = 2
        while place < len(words):
            word = words[place]
            place += 1
            if not word.startswith("-") or word == "-":
                name, equals, value = word.partition("=")
                if equals and re.fullmatch(r"\w+", name.strip()):
                    self.inputs[name.strip()] = value.strip()
                else:
                    self.alone.append(word)
                continue
            flag = word.lstrip("-")
            if flag in SWITCHES:
                self.flags[flag] = [True]
                continue
            unless(place < len(words))
            self.flags.setdefault(flag, []).append(words[place])
            place += 1

    def take(self, name: str, standard: Any = None) -> Any:
        return self.flags.pop(name, [standard])[0]


def entry(name: str, text: str) -> tuple[str, Any]:
    key, _, value = text.partition("=")
    return key, tuple(value.split(":")) if name == "range" else value


def fields(call: Call) -> dict[str, Any]:
    """Flags of recipes and mappings as arguments."""
    standard = {field["name"]: field["default"] for field in [*_core.recipe_fields(), *_core.mapping_fields()]}
    given: dict[str, Any] = {}
    for flag, values in list(call.flags.items()):
        name = flag.replace("-", "_")
        if name not in standard:
            continue
        del call.flags[flag]
        if isinstance(standard[name], dict):
            value: Any = dict(entry(name, each) for each in values)
        elif isinstance(standard[name], bool):
            value = True
        elif isinstance(standard[name], int):
            value = int(values[0])
        else:
            value = values[0]
        given["robust_loss" if name == "loss" else name] = value
    return given


def frame_of(path: Path) -> Any:
    unless(path.is_file())  # nor standard input, nor several
    text = path.read_text()
    if text.lstrip()[:1] == "[":
        return pandas.DataFrame(json.loads(text))
    if text.lstrip()[:1] == "{":
        raise Other
    # A column without a name has one by pandas.
    return pandas.read_csv(path, float_precision="round_trip").rename(columns={"Unnamed: 0": ""})


def comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: comparable(each) for name, each in value.items() if name not in OF_FRONT_ENDS}
    return [comparable(each) for each in value] if isinstance(value, list) else value


def model_of(name: str, folder: Path) -> isf.Model:
    path = folder / name
    unless(not name.endswith(".csv"))  # runs whose layout the program guesses
    return isf.load(path) if name.endswith(".json") else isf.model(path if path.is_file() else name)


def by_python(call: Call, folder: Path) -> dict[str, Any]:
    """The answer of the package, as the program's JSON has it."""
    call.take("json"), call.take("threads"), call.take("o"), call.take("output"), call.take("plot")
    unless(len(call.alone) == 1 if call.command in ("fit", "compare") else bool(call.alone))  # else of a project file
    unless("project" not in call.flags)
    unless("wide" not in call.flags)  # a cell that is empty and one that says NaN are one to pandas
    if call.command == "fit":
        replicates, by, level = call.take("bootstrap"), call.take("bootstrap-by"), float(call.take("level", "0.95"))
        law, intervals, box = call.take("law"), call.take("intervals", "sandwich"), call.take("box", "")
        given = fields(call)
        unless(not call.flags)
        fit = isf.fit(frame_of(folder / call.alone[0]), law, level=level, intervals=intervals, box=box, **given)
        if replicates:
            fit = fit.bootstrap(int(replicates), by=by, level=level)
        return json.loads(fit._record.json())
    if call.command == "compare":
        laws, holdout = call.take("laws"), call.take("holdout")
        given = fields(call)
        unless(not call.flags and "(" not in laws)
        made = isf.compare(frame_of(folder / call.alone[0]), laws.split(","), holdout=holdout, **given)
        return json.loads(made._record.json())
    model = model_of(call.alone[0], folder)
    question = {name.replace("-", "_"): values[0] for name, values in call.flags.items()}
    if "arch" in question:
        question["arch"] = folder / question["arch"]
    if call.command == "predict":
        unless(not set(question) - {"level"})
        level = float(question.get("level", 0.95))
        prediction, ranges = model._model.at(call.inputs, level, False)
        bands = {
            name: [None if isnan(end) else end for end in ranges[name]] for name in ("mean", "run") if name in ranges
        }
        return {"loss": prediction.loss, **bands}
    span = tuple(question.pop("span").split(":")) if "span" in question else None
    if "sparsity_range" in question:
        question["sparsity_range"] = tuple(question["sparsity_range"].split(":"))
    unless(not set(question) & {"among", "against", "costs", "rules", "surface"})
    given = {**question, **{_SYMBOLS.get(name, name): value for name, value in call.inputs.items()}}
    budgets = given.pop("flops", None)
    if axis := given.pop("profile", None):
        points = given.pop("points", None)
        made = model.profile(axis, flops=budgets, points=points and int(points), span=span, **given)
        return {"columns": {name: list(values) for name, values in made.columns.items()}}
    if budgets and ("," in budgets or ":" in budgets):
        unless(":" not in budgets)
        return json.loads(model.frontier(budgets.split(","), **given)._record.json())
    return model.plan(budgets, **given).to_dict()


def by_program(command: str, folder: Path) -> dict[str, Any]:
    words = [word for word in shlex.split(command)[1:]]
    if "--json" not in words:
        words.append("--json")
    done = subprocess.run([str(PROGRAM), *words], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0 or "--help" in words:
        raise Other
    answer = json.loads(done.stdout)
    if words[0] == "predict":
        band = answer["band"] or {}
        return {"loss": answer["loss"], **{name: band[name] for name in ("mean", "run") if name in band}}
    if "--profile" in words:
        return {"columns": answer["columns"]}
    return answer


@pytest.mark.parametrize("case", [pytest.param(case, id=case.stem) for case in sorted(CASES.glob("*.case"))])
def test_the_same_bits(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = case.read_text().replace("$SHARED", str(DATA)).replace("$SOURCE", str(ROOT))
    for name, content in files_of(text).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)
    lines = re.findall(r"^# run: (.*)$", text, re.M)
    if not any(commands_of(line) for line in lines):
        pytest.skip("no fit, plan, prediction or comparison")
    done = 0
    for line in lines:
        if re.search(r"-o |>|\| |^(cat|cp|sed|printf) ", line):  # it may write what is read later
            path = {"PATH": f"{PROGRAM.parent}:/usr/bin:/bin"}
            subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, env=path, capture_output=True, check=False)
        for command in commands_of(line):
            try:
                call = Call(command)
                expected = by_program(command, tmp_path)
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    found = by_python(call, tmp_path)
            except Other:
                continue
            assert comparable(found) == comparable(expected), command
            done += 1
    if done == 0:
        pytest.skip("the program refuses it, or the package has other words for it")
