"""Work over executors has the bits of one thread, and a worker that dies takes its shard alone with it."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import isoflop as isf
from conftest import CHINCHILLA
from isoflop import _core, _executor


def pool(workers: int = 2) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def saved(fit: isf.Fit, path: Path) -> str:
    return fit.save(path).read_text()


@pytest.fixture(scope="module")
def whole(fit: isf.Fit) -> isf.Bootstrap:
    return fit.bootstrap(60, seed=3, threads=1)


@pytest.mark.parametrize("way", [{}, {"by": "residuals"}, {"cluster": "Model Size"}], ids=str)
def test_processes_give_the_bits_of_one_thread(fit: isf.Fit, way: dict[str, Any], tmp_path: Path) -> None:
    one = fit.bootstrap(45, seed=3, threads=1, **way)
    with pool() as executor:
        many = fit.bootstrap(45, seed=3, executor=executor, shards=4, **way)
    assert saved(many, tmp_path / "many") == saved(one, tmp_path / "one")


def test_so_does_a_cluster_of_dask(fit: isf.Fit, whole: isf.Bootstrap, runs: Any, tmp_path: Path) -> None:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=tmp_path) as cluster,
        Client(cluster) as client,
    ):
        many = fit.bootstrap(60, seed=3, executor=client, shards=5)
        study = isf.coverage("hoffmann2022:besiroglu", flops=[1e19, 1e20], noise=0.01, replicates=6, executor=client)
        how = {"N": "Model Size", "C": "Training FLOP", "executor": client}
        compared = isf.compare(runs, ["hoffmann2022", "kaplan2020"], holdout="top:20%:C", **how)
        tuned = isf.tune(runs, "kaplan2020", evaluations=5, **how)
    how = {**how, "executor": None}
    assert compared.laws == isf.compare(runs, ["hoffmann2022", "kaplan2020"], holdout="top:20%:C", **how).laws
    assert tuned.answer == isf.tune(runs, "kaplan2020", evaluations=5, **how).answer
    assert saved(many, tmp_path / "many") == saved(whole, tmp_path / "one")
    assert len(study) == 6


MPI = """
import sys, warnings
import pandas, isoflop as isf
from mpi4py.futures import MPIPoolExecutor
if __name__ == "__main__":
    warnings.simplefilter("ignore")
    runs = pandas.read_csv(sys.argv[1])
    fit = isf.fit(runs, "hoffmann2022", N="Model Size", C="Training FLOP", drop_highest_loss=5)
    with MPIPoolExecutor() as executor:
        print(executor.num_workers)
        fit.bootstrap(60, seed=3, executor=executor, shards=6).save(sys.argv[2])
"""


def test_so_do_four_ranks_of_mpi(whole: isf.Bootstrap, tmp_path: Path) -> None:
    script = tmp_path / "boot.py"
    script.write_text(MPI)
    command = [str(Path(sys.executable).with_name("mpiexec")), "-n", "4", sys.executable, "-m", "mpi4py.futures"]
    done = subprocess.run(
        [*command, str(script), str(CHINCHILLA), str(tmp_path / "many")],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "3\n", "one rank asks, three work"
    assert (tmp_path / "many").read_text() == saved(whole, tmp_path / "one")


class Inline:
    """An executor that does the work at once; ``submit`` calls ``before`` first."""

    def __init__(self, before: Any = lambda call, *arguments: None):
        self.before, self.calls = before, 0

    def submit(self, call: Any, *arguments: Any) -> Future[Any]:
        self.calls += 1
        future: Future[Any] = Future()
        try:
            self.before(call, *arguments)
            future.set_result(call(*arguments))
        except BaseException as error:
            future.set_exception(error)
        return future


def test_a_killed_worker_is_named_and_the_work_that_is_done_is_kept(fit: isf.Fit) -> None:
    """The kernel does just this to processes that take too much memory."""

    class Killed:
        """Its one worker is killed as soon as the third shard is done."""

        def __init__(self, own: ProcessPoolExecutor):
            self.own, self.pid, self.count = own, own.submit(os.getpid).result(), 0

        def submit(self, call: Any, *arguments: Any) -> Future[Any]:
            future = self.own.submit(call, *arguments)
            self.count += 1
            if self.count == 3:
                future.add_done_callback(lambda _: os.kill(self.pid, signal.SIGKILL))
            return future

    said = r"executor: shards .*, \.\.\. of the refits came to no end \(BrokenProcessPool: .*\); the error's `partial`"
    with pool(1) as executor, pytest.raises(isf.WorkError, match=said) as caught:
        fit.bootstrap(4000, seed=3, executor=Killed(executor), shards=200)
    assert 60 <= len(caught.value.partial) < 4000


def test_what_is_finished_is_kept_and_resumed(fit: isf.Fit, whole: isf.Bootstrap, tmp_path: Path) -> None:
    def dies(call: Any, text: str, how: Any, pilots: Any, index: int, count: int) -> None:
        if index in (1, 3):
            raise MemoryError("the worker was killed")

    with pytest.raises(
        isf.WorkError, match=r"shards 1/4, 3/4 of the refits .*MemoryError: the worker was killed"
    ) as caught:
        fit.bootstrap(60, seed=3, executor=Inline(dies), shards=4)
    partial = caught.value.partial
    assert len(partial) == 30 and partial.how["stopped"]
    np.testing.assert_array_equal(partial.draws["A"], whole.draws["A"][::2])
    again = Inline()
    resumed = fit.bootstrap(60, seed=3, executor=again, resume=partial)
    assert again.calls == 2
    assert saved(resumed, tmp_path / "many") == saved(whole, tmp_path / "one")
    with pytest.raises(isf.InputError, match="another bootstrap"):
        fit.bootstrap(60, seed=4, executor=again, resume=partial)


def test_ctrl_c_cancels_and_keeps_what_is_finished(fit: isf.Fit) -> None:
    class Slow:
        """Two shards are done at once; no other ever is."""

        def __init__(self) -> None:
            self.futures: list[Future[Any]] = []

        def submit(self, call: Any, *arguments: Any) -> Future[Any]:
            future: Future[Any] = Future()
            if len(self.futures) < 2:
                future.set_result(call(*arguments))
            self.futures.append(future)
            return future

    slow = Slow()
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(isf.Interrupted) as caught:
        fit.bootstrap(60, seed=3, executor=slow, shards=6)
    timer.join()
    assert all(future.cancelled() for future in slow.futures[2:])
    assert len(caught.value.partial) == 20


def test_parts_of_other_processors_or_versions_are_refused(fit: isf.Fit) -> None:
    with pool(1) as executor:
        how, work = ("rows", 20, 3), _core.Work(1, None)
        record = fit._record
        pilots = _core.bootstrap_pilots(record, how, work)
        parts = [_core.bootstrap_part(record, how, pilots, i, 2, work) for i in (0, 1)]
        shard, _, *rest = parts[1].__getstate__()
        other = _core.BootstrapPart.__new__(_core.BootstrapPart)
        other.__setstate__((shard, "AVX0", *rest))
        with pytest.raises(isf.InputError, match="part 1/2: made with vectors of AVX0"):
            _core.with_parts(record, [parts[0], other], True, 0.95)
        with pytest.raises(isf.InputError, match="part 1/2 is missing"):
            _core.with_parts(record, parts[:1], True, 0.95)
        assert executor.submit(_executor._part, record.text(), how, pilots, 0, 2).result().size == 10


def test_what_is_no_executor_is_said(fit: isf.Fit) -> None:
    with pytest.raises(isf.InputError, match=r"executor: int has no submit\(\): give a ProcessPoolExecutor"):
        fit.bootstrap(10, executor=2)
    with pytest.raises(isf.InputError, match="shards: one shard or more is needed") as caught:
        fit.bootstrap(10, executor=Inline(), shards=0, level=95)
    assert [problem.source for problem in caught.value.problems] == ["shards", "level"]
    with pytest.raises(isf.InputError, match="resume: it has no shards to go on from"):
        fit.bootstrap(60, executor=Inline(), resume=fit.bootstrap(5))
    with pytest.raises(isf.InputError, match="executor: shards= and resume= are of an executor"):
        fit.bootstrap(10, shards=4)


def test_a_study_of_coverage_is_the_same_over_processes() -> None:
    """Simulated runs are the law's, and their noise all that its intervals assume: at 90 % about 9 in 10 hold it."""
    study = {"flops": [1e18, 1e19, 1e20], "noise": 0.01, "replicates": 40, "level": 0.9, "seed": 5}
    one = isf.coverage("hoffmann2022:besiroglu", threads=1, **study)
    with pool() as executor:
        many = isf.coverage("hoffmann2022:besiroglu", executor=executor, shards=3, **study)
    for name, intervals in one.intervals.items():
        np.testing.assert_array_equal(intervals, many.intervals[name])
    assert len(one) == 40 and one.failed == 0 and all(share >= 0.7 for share in one.covered.values())
    assert list(one.table["coefficient"]) == ["E", "A", "B", "alpha", "beta"]
    assert str(one).startswith("<sandwich intervals at 90 % over 40 tables cover: E ")
    with pytest.raises(isf.InputError, match="bootstrap"):
        isf.coverage("hoffmann2022:besiroglu", method="bootstrap", **study)


def test_a_plan_has_the_rules_of_learning_rates_and_batches() -> None:
    rules = isf.model("hossain2025:moe").plan(1e22, sparsity=0.9).rules
    assert rules["steplaw2025_lr"].name == "learning rate" and rules["steplaw2025_lr"].outside == ["N"]
    assert rules["deepseek2024_batch"].unit == "tokens"


def of_comparison(made: isf.Comparison) -> str:
    return re.sub(r'"seconds": *[^,}]*', "", made._record.json())


@pytest.mark.parametrize("holdout", ["top:20%:C", "rolling:3", "folds:3"])
def test_laws_compared_by_processes_have_the_bits_of_one_thread(runs: Any, holdout: str, tmp_path: Path) -> None:
    """Laws that cannot be fitted, and laws that contain one another, among them."""
    laws = ["hoffmann2022", "kaplan2020", "E + A/N^alpha", "hossain2025", "gadre2024"]
    how = {"holdout": holdout, "N": "Model Size", "C": "Training FLOP"}
    one = isf.compare(runs, laws, threads=1, **how)
    with pool() as executor:
        many = isf.compare(runs, laws, executor=executor, **how)
    assert of_comparison(many) == of_comparison(one)
    assert many.unusable.keys() == {"hossain2025"}
    assert saved(many.fit(1), tmp_path / "many") == saved(one.fit(1), tmp_path / "one")


def test_recipes_tried_by_processes_have_the_bits_of_one_thread(runs: Any) -> None:
    how = {"evaluations": 10, "N": "Model Size", "C": "Training FLOP"}
    one = isf.tune(runs, ["hoffmann2022", "kaplan2020"], threads=1, **how)
    with pool() as executor:
        many = isf.tune(runs, ["hoffmann2022", "kaplan2020"], executor=executor, **how)
    assert many.tuned == one.tuned and many.answer == one.answer and many.importances == one.importances
    assert many.fit.params == one.fit.params and many["evaluations"] == 10


def test_a_worker_that_is_lost_leaves_the_other_laws(runs: Any) -> None:
    def fail(call: Any, *arguments: Any) -> None:
        if arguments[-1] == 1:
            raise MemoryError

    how = {"holdout": "top:20%:C", "N": "Model Size", "C": "Training FLOP"}
    with pytest.raises(isf.WorkError, match="shard 1/3 of the laws came to no end") as caught:
        isf.compare(runs, ["hoffmann2022", "kaplan2020", "gadre2024"], executor=Inline(fail), **how)
    partial = caught.value.partial
    assert {law.law for law in partial.laws} == {"hoffmann2022", "gadre2024"}
    assert partial.unusable == {"kaplan2020": "stopped before it was fitted"}


def test_a_worker_of_another_kind_is_refused(runs: Any) -> None:
    class Other(Inline):
        def submit(self, call: Any, *arguments: Any) -> Future[Any]:
            made: Future[Any] = Future()
            part = super().submit(call, *arguments).result()
            state = part.__getstate__()
            part = _core.JudgedPart.__new__(_core.JudgedPart)
            part.__setstate__((("0.0.1", "SSE4"), *state[1:]))
            made.set_result(part)
            return made

    how = {"holdout": "top:20%:C", "N": "Model Size", "C": "Training FLOP"}
    with pytest.raises(isf.InputError, match=r"hoffmann2022 was fitted by isoflop 0\.0\.1 with vectors of SSE4"):
        isf.compare(runs, ["hoffmann2022", "kaplan2020"], executor=Other(), **how)
