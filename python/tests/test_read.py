"""isf.read: files that W&B and TensorBoard write, projects of W&B, Trainer states and tables, whole and broken."""

from __future__ import annotations

import gzip
import json
import math
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas
import pytest
import wandb
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams.summary_v2 import hparams_pb
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter

import isoflop as isf
from conftest import CHINCHILLA, COLUMNS, KINDS, program, read

PARAMETERS = (1e8, 4e8, 1.6e9)


def loss_of(parameters: float, step: float) -> float:
    return float(isf.law("hoffmann2022:besiroglu")(N=parameters, D=1e6 * step))


# ---- Weights & Biases


@pytest.fixture(scope="module")
def wandb_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What wandb writes without a network: three sizes; a NaN, a histogram, a run that failed, one name twice."""
    folder = tmp_path_factory.mktemp("offline")
    for place, parameters in enumerate(PARAMETERS):
        write_wandb(folder, f"größe-{place % 2}", parameters, range(100, 2100, 100), exit_code=place == 1)
    wandb.teardown()  # waits until the files are whole
    return folder / "wandb"


def write_wandb(
    folder: Path, name: str, parameters: float, steps: range, exit_code: int = 0, identity: str | None = None
) -> None:
    quiet = wandb.Settings(
        silent=True, console="off", x_disable_stats=True, x_disable_meta=True, x_disable_machine_info=True
    )
    config = {"model": {"N": parameters, "heads": [4, 4]}, "loss": "nats", "compiled": parameters > 1e9}
    run = wandb.init(
        project="sweep", name=name, id=identity, mode="offline", dir=str(folder), config=config, settings=quiet,
        resume="allow" if identity else None,
    )  # fmt: skip
    for step in steps:
        row: dict[str, Any] = {"train/loss": loss_of(parameters, step) + 0.1}
        if step % 200 == 0:
            row["eval/loss"] = math.nan if step == 200 else loss_of(parameters, step)
        if step == 400:
            row["gradients"] = wandb.Histogram([1.0, 2.0])
        run.log(row, step=step)
    run.summary["params_counted"] = parameters
    run.finish(exit_code=int(exit_code))


def test_an_offline_folder_is_a_table_of_its_steps(wandb_folder: Path) -> None:
    table = isf.read(wandb_folder, kind="pandas")
    assert list(table.columns) == [
        "run", "step", "state", "model.N", "model.heads", "loss", "compiled", "params_counted",
        "train/loss", "eval/loss",
    ]  # fmt: skip
    assert len(table) == 60 and table["step"].dtype == np.float64
    assert table["run"].nunique() == 3 and sum(table["run"] == "größe-1") == 20, "ids where names repeat"
    assert set(table["state"]) == {"finished", "failed"} and set(table["model.N"]) == set(PARAMETERS)
    first = table[table["model.N"] == 1e8]
    assert first["train/loss"].iloc[-1] == loss_of(1e8, 2000) + 0.1
    assert np.isnan(first["eval/loss"].iloc[0]) and np.isnan(first["eval/loss"].iloc[1])


def test_what_was_read_is_fitted_and_rows_are_kept_by_the_mapping(wandb_folder: Path) -> None:
    columns = {"N": "model.N", "D": "1e6*step", "loss": "eval/loss"}
    table = isf.read(wandb_folder)
    fit = isf.fit(table, "E + A/N^0.3478", skip_missing=True, last_of="run", **columns)
    kept = isf.read(wandb_folder, skip_missing=True, last_of="run", **columns)
    assert len(kept) == 3 and fit.nobs == 3 and fit.left_out["earlier"] == 24
    assert fit.params == isf.fit(kept, "E + A/N^0.3478", **columns).params
    assert list(isf.read(wandb_folder, thin="5 of run")["step"][:4]) == [500, 1000, 1500, 2000]
    best = isf.read(wandb_folder, best_of="model.N", best_by="train/loss")
    assert list(best["step"]) == [2000, 2000, 2000]
    assert len(isf.read(wandb_folder, where="state == 'finished' && step > 1000")) == 20


@pytest.mark.parametrize("broken", ["cut by 1", "cut by 5", "cut by 700", "a bit"])
def test_a_broken_file_gives_what_is_before_it(wandb_folder: Path, tmp_path: Path, broken: str) -> None:
    data = bytearray(max(wandb_folder.glob("*/*.wandb")).read_bytes())
    if broken == "a bit":
        data[len(data) // 2] ^= 1
    else:
        del data[-int(broken.split()[-1]) :]
    (tmp_path / "run-1.wandb").write_bytes(data)
    with pytest.warns(isf.Note, match="ends in the middle of a record"):
        table = isf.read(tmp_path / "run-1.wandb", kind="pandas")
    assert 0 < len(table) <= 20 and set(table["state"]) == {"unfinished"}


def test_a_resumed_run_is_one_run(tmp_path: Path) -> None:
    """Its second start goes back to a checkpoint, so that three steps are logged twice."""
    write_wandb(tmp_path, "long", 1e8, range(100, 1100, 100), exit_code=1, identity="abc")
    first = next(tmp_path.glob("wandb/offline-run-*-abc"))
    first.rename(first.with_name("offline-run-before-abc"))  # the order is that of their starts, not of names
    write_wandb(tmp_path, "long", 4e8, range(800, 1600, 100), identity="abc")
    wandb.teardown()
    with pytest.warns(isf.Note, match="long was resumed .* replaces 3 steps from 800 to 1000"):
        table = isf.read(tmp_path, kind="pandas")
    assert list(table["step"]) == list(range(100, 1600, 100)) and set(table["state"]) == {"finished"}
    assert table["train/loss"].tolist() == [
        loss_of(1e8 if step < 800 else 4e8, step) + 0.1 for step in range(100, 1600, 100)
    ]


class Api:
    """A stand-in for wandb's client: what isf.read takes of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def runs(self, path: str) -> list[Any]:
        if path != "team/sweep":
            raise ValueError(f"Could not find project {path}")
        return [self.run(f"{path}/{name}") for name in ("a", "b")]

    def run(self, path: str) -> Any:
        name = path.rpartition("/")[2]
        return SimpleNamespace(
            id=name, name="same", state="running" if name == "b" else "finished",
            config={"_wandb": {}, "model": {"N": 1e9}, "ids": [1], "nothing": None},
            summary={"loss": 2.0, "_step": 3, "tokens_seen": 4e9, "hist": {"_type": "histogram"}},
            scan_history=lambda: iter(
                [{"_step": step, "_runtime": 1.0, "loss": "NaN" if step == 1 else 3.0 - step} for step in (0, 1, 3)]
            ),
        )  # fmt: skip


def test_a_project_is_read_by_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wandb, "Api", Api)
    for source in ("wandb:team/sweep", "https://wandb.ai/team/sweep/workspace?nw=1", Api().runs("team/sweep")):
        table = isf.read(source, kind="pandas")
        assert list(table.columns) == ["run", "step", "state", "model.N", "ids", "tokens_seen", "loss"]
        assert list(table["run"]) == ["same (a)"] * 3 + ["same (b)"] * 3
        assert list(table["step"]) == [0, 1, 3] * 2 and list(table["loss"].isna()) == [False, True, False] * 2
    for source in ("wandb:team/sweep/b", "https://wandb.ai/team/sweep/runs/b", Api().run("team/sweep/b")):
        assert set(isf.read(source)["run"]) == {"same"}
    with pytest.raises(isf.WorkError, match="wandb:team/other: Could not find project"):
        isf.read("wandb:team/other")
    with pytest.raises(isf.InputError, match="TEAM/PROJECT"):
        isf.read("wandb:team")


def test_names_of_the_table_win_over_those_of_a_run() -> None:
    logged = [{"_step": 5, "run": 7, "loss": 3.0, "lr": 0.5}]
    config = {"run": "x", "state": "y", "step": 1, "lr": 0.1}
    run = SimpleNamespace(
        id="a", name="", state="finished", config=config, summary={}, scan_history=lambda: iter(logged)
    )
    assert {name: values.tolist() for name, values in isf.read([run], kind="dict").items()} == {
        "run": ["a"], "step": [5], "state": ["finished"], "config.run": ["x"], "config.state": ["y"],
        "config.step": [1], "config.lr": [0.1], "logged.run": [7], "loss": [3], "lr": [0.5],
    }  # fmt: skip


# ---- TensorBoard


def write_events(folder: Path, events: list[tuple[int, Any]], suffix: str = "") -> Path:
    """As tensorboard's own writer does; `suffix` orders several files of one second."""
    writer = EventFileWriter(str(folder), filename_suffix=suffix)
    for step, summary in events:
        writer.add_event(Event(step=step, summary=summary))
    writer.close()
    return max(folder.glob(f"*{suffix}"), key=lambda path: path.name)


def scalars(**values: float) -> Any:
    return Summary(value=[Summary.Value(tag=tag.replace("__", "/"), simple_value=x) for tag, x in values.items()])


def test_event_folders_are_runs(tmp_path: Path) -> None:
    for place, parameters in enumerate(PARAMETERS):
        events = [(0, hparams_pb({"N": parameters, "act": "gelu", "tied": True}))]
        for step in range(100, 1100, 100):
            events.append((step, scalars(train__loss=loss_of(parameters, step) + 0.1)))
            if step % 500 == 0:
                events.append((step, scalar_pb("eval/loss", loss_of(parameters, step))))
        write_events(tmp_path / f"größe {place}" / "version_0", events)
    table = isf.read(tmp_path, kind="pandas")
    assert list(table.columns) == ["run", "step", "N", "act", "tied", "train/loss", "eval/loss"]
    assert sorted(set(table["run"])) == [f"größe {place}/version_0" for place in range(3)] and len(table) == 30
    assert table["eval/loss"].notna().sum() == 6 and table["eval/loss"].iloc[9] == np.float32(loss_of(1e8, 1000))
    kept = isf.read(tmp_path / "*" / "version_0", last_of="run", kind="polars")
    assert kept["step"].to_list() == [1000.0] * 3 and set(kept["tied"]) == {True}


def test_a_restart_replaces_what_came_after_its_checkpoint(tmp_path: Path) -> None:
    """By metric: another writer's file in the folder replaces nothing."""
    write_events(tmp_path, [(step, scalars(loss=1.0)) for step in range(10)], ".v1")
    write_events(tmp_path, [(step, scalars(loss=2.0)) for step in range(6, 15)], ".v2")
    write_events(tmp_path, [(step, scalars(lr=0.5)) for step in range(15)], ".v3")
    with pytest.warns(isf.Note, match="replaces 4 steps from 6 to 9"):
        table = isf.read(tmp_path, kind="dict")
    assert table["loss"].tolist() == [1.0] * 6 + [2.0] * 9 and table["lr"].tolist() == [0.5] * 15


def test_truncated_and_empty_event_files(tmp_path: Path) -> None:
    path = write_events(tmp_path / "run", [(step, scalars(loss=1.0 / (step + 1))) for step in range(10)])
    data = path.read_bytes()
    for cut in (1, 20):
        path.write_bytes(data[:-cut])
        with pytest.warns(isf.Note, match="in the middle of an event"):
            assert len(isf.read(tmp_path, kind="dict")["loss"]) == 9
    path.write_bytes(b"")
    with pytest.raises(isf.InputError, match="no run in it; run has no metrics"):
        isf.read(tmp_path)


# ---- Hugging Face


def state(steps: int, **more: Any) -> str:
    history: list[dict[str, Any]] = []
    for step in range(10, steps + 1, 10):
        history.append({"epoch": step / 100, "loss": 5 - step / 100, "learning_rate": 1e-3, "step": step})
        if step % 50 == 0:
            history.append({"epoch": step / 100, "eval_loss": 5.1 - step / 100, "step": step})
    return json.dumps({"global_step": steps, "log_history": history, "total_flos": 1e15 * steps, **more})


def test_trainer_states_of_all_checkpoints_are_one_run(tmp_path: Path) -> None:
    for run in ("small", "large"):
        for steps in (50, 100):
            (tmp_path / run / f"checkpoint-{steps}").mkdir(parents=True)
            (tmp_path / run / f"checkpoint-{steps}" / "trainer_state.json").write_text(state(steps, best_metric=None))
            (tmp_path / run / f"checkpoint-{steps}" / "config.json").write_text("{}")
    write_events(tmp_path / "small" / "runs", [(1, scalars(loss=1.0))])
    with pytest.warns(isf.Note, match="event files of TensorBoard, which are not"):
        table = isf.read(tmp_path, kind="pandas")
    assert sorted(set(table["run"])) == ["large", "small"] and len(table) == 20
    assert list(table.columns) == [
        "run",
        "step",
        "global_step",
        "total_flos",
        "epoch",
        "loss",
        "learning_rate",
        "eval_loss",
    ]
    last = isf.read(tmp_path, last_of="run", loss="eval_loss", skip_missing=True, kind="dict")
    assert last["eval_loss"].tolist() == [4.1, 4.1] and last["total_flos"].tolist() == [1e17, 1e17]
    one = isf.read(tmp_path / "small" / "checkpoint-50" / "trainer_state.json", kind="dict")
    assert set(one["run"]) == {"small"} and len(one["step"]) == 5


# ---- tables


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_is_what_the_program_reads(kind: str) -> None:
    table = isf.read(CHINCHILLA, kind=kind)
    assert type(table) is type(read(CHINCHILLA, kind))
    assert (
        isf.fit(table, "hoffmann2022", **COLUMNS).params == isf.fit(read(CHINCHILLA), "hoffmann2022", **COLUMNS).params
    )


def test_several_files_of_several_forms(tmp_path: Path) -> None:
    steps = {"step": [1, 2], "loss": [3.0, None], "note": ["a, b", None]}
    for run in ("s1", "s2"):
        (tmp_path / run).mkdir()
        rows = [dict(zip(steps, row)) for row in zip(*steps.values())]
        (tmp_path / run / "metrics.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
        (tmp_path / run / "25M_cosine.csv").write_bytes(gzip.compress(b"step,loss,note\n1,3,'a'\n2,,\n"))
        pandas.DataFrame(steps).to_parquet(tmp_path / run / "part.parquet")
    lines = isf.read(f"{tmp_path}/*/metrics.jsonl", kind="pandas")
    assert list(lines["run"]) == ["s1", "s1", "s2", "s2"] and lines["loss"].isna().sum() == 2
    assert lines["note"][0] == "a, b" and pandas.isna(lines["note"][1])
    assert isf.read(f"{tmp_path}/**/*.parquet", kind="dict")["note"].tolist() == ["a, b", None] * 2
    parts = isf.read([tmp_path / "s1" / "25M_cosine.csv"], file_name="{size}M_{schedule}.csv", kind="pandas")
    assert list(parts["size"]) == [25, 25] and list(parts["schedule"]) == ["cosine", "cosine"]
    mixed = isf.read(
        [tmp_path / "s1" / "part.parquet", tmp_path / "s1" / "metrics.jsonl"], last_of="run", kind="pandas"
    )
    assert list(mixed["run"]) == ["part", "metrics"] and list(mixed["step"]) == [2, 2]
    with pytest.raises(isf.InputError, match=r"several forms \(csv, jsonl, parquet\)"):
        isf.read(tmp_path)


def test_an_export_of_a_chart_is_made_long(tmp_path: Path) -> None:
    (tmp_path / "chart.csv").write_text('"Step","a - loss","a - loss__MIN","b - loss"\n1,3,3,4\n2,2,2,\n')
    table = isf.read(tmp_path / "chart.csv", wide=True, kind="dict")
    assert {name: values.tolist() for name, values in table.items()} == {
        "Step": [1, 2, 1], "run": ["a", "a", "b"], "loss": [3, 2, 4],
    }  # fmt: skip


def test_records_go_on_in_the_next_block_of_a_file(tmp_path: Path) -> None:
    """W&B's files have blocks of 32768 bytes; a long run has many."""
    write_wandb(tmp_path, "long", 1e8, range(1, 801))
    wandb.teardown()
    (path,) = tmp_path.glob("wandb/offline-run-*/*.wandb")
    assert path.stat().st_size > 3 * 32768
    table = isf.read(path, kind="dict")
    assert table["train/loss"].tolist() == [loss_of(1e8, step) + 0.1 for step in range(1, 801)]


def test_100k_rows(tmp_path: Path) -> None:
    table = pandas.DataFrame({"run": np.repeat(np.arange(1000), 100), "step": np.tile(np.arange(100.0), 1000)})
    table.assign(loss=3 + 1 / (1 + table["step"])).to_parquet(tmp_path / "many.parquet")
    last = isf.read(tmp_path / "many.parquet", last_of="run", order="step")
    assert len(last) == 1000 and set(last["step"]) == {99}


# ---- mistakes


def test_mistakes_say_where_and_what_to_do(tmp_path: Path, wandb_folder: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "nothing.csv").write_text("")
    (tmp_path / "run.wandb").write_bytes(b"not one")
    (tmp_path / "latin.csv").write_bytes("run,loss\ngrün,3\n".encode("latin-1"))
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "trainer_state.json").write_text('{"global_step": 3}')
    (tmp_path / "zero.wandb").write_bytes(b"")
    checks: list[tuple[Callable[[], Any], str]] = [
        (lambda: isf.read(tmp_path / "empty"), r"empty: the folder has no runs: neither \.wandb files"),
        (lambda: isf.read(tmp_path / "none.csv"), r"none\.csv: there is no such file"),
        (lambda: isf.read(f"{tmp_path}/*.jsonl"), "no file or folder is called like that"),
        (lambda: isf.read(tmp_path / "nothing.csv"), r"nothing\.csv: .*empty"),
        (lambda: isf.read(tmp_path / "run.wandb"), "not a file of W&B"),
        (lambda: isf.read(tmp_path / "zero.wandb"), "no run in it"),
        (lambda: isf.read(tmp_path / "cut.parquet"), "no Parquet file"),
        (lambda: isf.read(tmp_path / "run"), "has a log_history"),
        (lambda: isf.read(3), "int is no source"),
        (lambda: isf.read([]), "there are no sources"),
        (lambda: isf.read(pandas.DataFrame({"loss": [3.0]})), "DataFrame is no source"),
        (lambda: isf.read([[CHINCHILLA]]), "list is no source"),
        (lambda: isf.read(tmp_path / "latin.csv"), "not UTF-8"),
        (lambda: isf.read(CHINCHILLA, foo=3), "foo=: read\\(\\) has no such argument, and no formula uses it$"),
        (lambda: isf.read(CHINCHILLA, lastof="loss"), "lastof=: .*did you mean last_of="),
        (lambda: isf.read(CHINCHILLA, last_of="Modl Size"), "last_of="),
        (lambda: isf.read(CHINCHILLA, where="los < 3"), 'where=.*did you mean "loss"'),
        (lambda: isf.read(CHINCHILLA, cluster="run"), "cluster=: .*give it to fit"),
        (lambda: isf.read(CHINCHILLA, residual="log"), "residual=: .*give it to fit"),
        (lambda: isf.read(CHINCHILLA, kind="excel"), "none of pandas"),
        (lambda: isf.read(wandb_folder, wide=True), "wide=: it is of tables in files"),
        (lambda: isf.read(wandb_folder, last_of="ru"), 'last_of=.*did you mean "run"'),
    ]
    for call, said in checks:
        with pytest.raises(isf.InputError, match=said):
            call()


def test_a_package_that_is_not_installed_is_named(
    wandb_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_events(tmp_path, [(1, scalars(loss=1.0))])
    for name in list(sys.modules):
        if name.partition(".")[0] in ("wandb", "tensorboard"):
            monkeypatch.setitem(sys.modules, name, None)
    for source, package in ((wandb_folder, "wandb"), ("wandb:team/sweep", "wandb"), (path, "tensorboard")):
        with pytest.raises(isf.InputError, match=f"pip install {package}"):
            isf.read(source)


# ---- the command


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "isoflop.read", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_the_command_writes_what_the_program_reads(wandb_folder: Path, tmp_path: Path) -> None:
    from conftest import program

    runs = tmp_path / "runs.csv"
    done = command(wandb_folder, "-o", runs, "--skip-missing", "--columns", "loss={eval/loss}")
    assert done.returncode == 0 and done.stderr == f"wrote {runs}: 27 rows of 10 columns\n", done.stderr
    columns = "N={model.N}, D=1e6*step, loss={eval/loss}"
    fitted = program("fit", str(runs), "--law", "hoffmann2022", "--columns", columns, "--json")
    named = {"N": "model.N", "D": "1e6*step", "loss": "eval/loss"}
    expected = isf.fit(isf.read(wandb_folder), "hoffmann2022", skip_missing=True, **named)
    values = {name: each["value"] for name, each in json.loads(fitted.stdout)["coefficients"].items()}
    assert values == expected.params


def test_the_command_fails_as_the_program_does(wandb_folder: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs.csv"
    runs.write_text("N,loss\n1e9,3\n")
    for arguments, code, said in [
        ((tmp_path / "none.csv",), 2, "there is no such file"),
        ((runs, "-o", runs), 2, "the output is an input"),
        ((wandb_folder, "--last-of", "ru"), 2, '--last-of "ru", character 1: nothing provides ru'),
        ((runs, "-o", tmp_path / "no" / "runs.csv"), 1, "cannot be written"),
        ((runs, "--residual", "log"), 2, "unrecognized arguments"),
    ]:
        done = command(*arguments)
        assert done.returncode == code and said in done.stderr and not done.stdout, done.stderr
    assert command(runs).stdout == "N,loss\n1000000000,3\n" and runs.read_text() == "N,loss\n1e9,3\n"


def test_the_module_of_the_command_hides_nothing() -> None:
    import importlib

    importlib.import_module("isoflop.read")
    assert isf.read is importlib.import_module("isoflop._read").read
    assert struct.calcsize("<IHB") == 7


def test_a_project_file_gives_the_fit_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "runs.csv").write_bytes(CHINCHILLA.read_bytes())
    (tmp_path / "own.toml").write_text(isf.law("hoffmann2022").toml)
    (tmp_path / "isoflop.toml").write_text(
        'runs = "runs.csv"\nlaw = "own.toml"\nlaws = ["hoffmann2022", "own.toml"]\nholdout = "top:20%:C"\n'
        'columns = "N = {Model Size}, C = {Training FLOP}"\ndrop_highest_loss = 5\n'
        '[recipe]\nloss = "huber:1e-2"\nfix = { alpha = 0.34 }\n'
    )
    of = isf.project(tmp_path / "isoflop.toml", kind="dict")
    fit = isf.fit(of.runs, of.law, **of.settings)
    monkeypatch.chdir(tmp_path)
    assert json.loads(program("fit", "--json").stdout)["objective"]["sum"] == fit.objective
    assert of.laws == ["hoffmann2022", str(tmp_path / "own.toml")] and of.holdout == "top:20%:C"
    assert isf.compare(of.runs, of.laws[:1], holdout=of.holdout, **of.settings).best == "hoffmann2022"

    (tmp_path / "isoflop.toml").write_text('runs = "runs.csv"\nlas = 3\n')
    with pytest.raises(isf.InputError, match=r"isoflop.toml:2:.* las"):
        isf.project()
    with pytest.raises(isf.InputError, match="cannot be read"):
        isf.project(tmp_path / "none.toml")
