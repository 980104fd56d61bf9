"""Mistakes, interrupts, and what a notebook shows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import matplotlib.axes
import numpy as np
import pytest

import isoflop as isf
from conftest import COLUMNS


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"N": "Modl Size"}, r'N=.*did you mean the column "Model Size"\?'),
        ({"N": "Model Size*("}, r'N="Model Size\*\(", character'),
        ({"resdiual": "log"}, r"resdiual=: fit\(\) has no such argument.*did you mean residual=\?"),
        ({"strats": 8}, r"strats=: .*did you mean starts=\?"),
        ({"skip_mising": True}, r"did you mean skip_missing=\?"),
        ({"wieghts": np.ones(245)}, r"did you mean weights=\?"),
        ({"levle": 0.9}, r"did you mean level=\?"),
        ({"n_jobs": 2}, "n_jobs=: .*hoffmann2022 has the inputs N, D"),
        ({"residual": "lin"}, "residual=.*log, linear|residual="),
        ({"fix": {"a": 1}}, r'fix=.*did you mean "A"\?'),
        ({"fix": 3}, "fix=: a dict by coefficient"),
        ({"seed": "x"}, "seed=: a whole number"),
        ({"robust_loss": "hubber"}, "robust_loss="),
        ({"where": "loss > 100"}, "where="),
        ({"drop_highest_loss": 243}, "rows"),
    ],
)
def test_a_mistake_names_the_argument(runs: Any, given: dict[str, Any], said: str) -> None:
    with pytest.raises(isf.InputError, match=said) as caught:
        isf.fit(runs, "hoffmann2022", **{**COLUMNS, **given})
    assert isinstance(caught.value, ValueError) and caught.value.problems[0].what


def test_an_argument_that_nothing_uses_is_no_column(runs: Any, fit: isf.Fit) -> None:
    """strats=8 was a column of eights, which no law asks for: the fit went on without a word."""
    for call, said in [
        (lambda: isf.compare(runs, ["hoffmann2022"], holdout="top:20%:C", holdot="C", **COLUMNS), "holdout="),
        (lambda: isf.tune(runs, ["hoffmann2022"], evaluatoins=3, **COLUMNS), "evaluations="),
        (lambda: fit.predict(runs.head(2), N="Model Size", C="Training FLOP", intervl="run"), "interval="),
        (lambda: isf.simulate("hoffmann2022:besiroglu", flops=1e20, nois=0.1), r"nois=: did you mean noise=\?"),
        (
            lambda: isf.coverage("hoffmann2022:besiroglu", flops=1e20, noise=0.1, strats=1),
            r"strats=: did you mean starts=\?",
        ),
        (lambda: fit.bootstrap(10, executor=fit, resume=fit.bootstrap(3)), "executor: Fit has no submit"),
        (lambda: fit.report("page.html", flops=1e23, budget=3), "budget=: hoffmann2022 has no such input"),
    ]:
        with pytest.raises(isf.InputError, match=said):
            call()
    # What a formula or a filter uses is a column.
    part = isf.fit(
        runs, "hoffmann2022", N="1e6*size", size="{Model Size}/1e6", C="Training FLOP", big="N", where="big > 1e8"
    )
    assert part.left_out["filtered"] > 0 and not any("nothing uses" in note for note in part.notes)


def test_all_problems_come_at_once(runs: Any) -> None:
    broken = runs.assign(loss=[str(value) if i % 3 else "2,31" for i, value in enumerate(runs["loss"])])
    with pytest.raises(isf.InputError, match="a decimal comma") as caught:
        isf.fit(broken, "hoffmann2022", N="Model Size", C="Training FLOP")
    assert len(caught.value.problems) > 1 and "row 1" in str(caught.value)


def test_other_mistakes(runs: Any, fit: isf.Fit, noisy: Any, tmp_path: Path) -> None:
    for call, said in [
        (lambda: isf.fit(runs, "hoffman2022"), "did you mean"),
        (lambda: isf.fit(3, "hoffmann2022"), "not a frame"),
        (lambda: isf.fit({"N": [1.0, 2.0], "D": [1.0], "loss": [1.0]}, "hoffmann2022"), "has 1 rows"),
        (lambda: isf.fit(runs, fit, **COLUMNS), "law: Fit is no law"),  # type: ignore[arg-type]
        (
            lambda: isf.fit(runs, "hoffmann2022", **COLUMNS, where=True),
            "where=: the name of a column, a formula or an arr",
        ),
        (lambda: isf.fit(runs, "hoffmann2022", **COLUMNS, cluster=np.ones((245, 2))), "cluster=: the name"),
        (lambda: isf.compare(runs, "kaplan2020", holdout="top:20%:C", **COLUMNS).fit(1), "place: 1 laws were compared"),
        (
            lambda: isf.compare(runs, ["kaplan2020"] * 2, holdout="top:20%:C", **COLUMNS),
            "laws: kaplan2020 is there twice",
        ),
        (lambda: isf.fit(runs, "hoffmann2022", C="Training FLOP"), "^N=: nothing provides N; it needs N"),
        (lambda: fit.plan(1e24, N=3), "active_params="),
        (lambda: fit.plan(1e24, max_totl=3), "max_totl"),
        (lambda: fit.plan(1e24, cost="7nd"), "cost"),
        (lambda: fit.predict(N=1e9), "D"),
        (lambda: fit.predict(N=1e9, D="many"), "D"),
        (lambda: fit.conf_int(method="exact"), "none of"),
        (lambda: fit.conf_int(1.5), "level: a share"),
        (lambda: fit.plan(1e24, level=95), "level: a share"),
        (lambda: fit.plan([1e23]), "flops: not a number"),
        (lambda: fit.bootstrap(0), "replicates"),
        (lambda: fit.bootstrap(10, cluster="run"), "nothing provides run"),
        (lambda: isf.compare(runs, [], holdout="folds:2"), "laws: there are none"),
        (lambda: isf.simulate("hoffmann2022", flops=1e20, kind="panda"), "none of pandas"),
        (lambda: isf.load(tmp_path / "none.json"), "cannot be read"),
        (lambda: isf.laws(group="sparse"), "the groups are"),
        (lambda: isf.arch({"model_type": "gpt9"}), "gpt9"),
        (lambda: isf.model("hoffmann2022").plan(1e24, gpu="h1000"), "h100"),
    ]:
        with pytest.raises(isf.InputError, match=said):
            call()
    proportional = noisy()
    proportional["D"] = 20 * proportional["N"]
    with pytest.raises(isf.WorkError, match="no compute-optimal size"):
        isf.fit(proportional, "hoffmann2022").plan(1e22)


def test_ctrl_c_ends_a_bootstrap_with_what_is_finished(fit: isf.Fit) -> None:
    began = time.monotonic()
    timer = threading.Timer(0.7, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt) as caught:
        fit.bootstrap(10_000_000, seed=1)
    assert time.monotonic() - began < 60
    partial = caught.value.partial  # type: ignore[attr-defined]
    assert isinstance(partial, isf.Bootstrap) and partial.how["stopped"] and len(partial) > 0
    whole = fit.bootstrap(len(partial), seed=1)
    done = ~np.isnan(partial.draws["A"])
    np.testing.assert_array_equal(whole.draws["A"][done], partial.draws["A"][done])


def test_an_exception_of_a_signal_handler_is_raised(fit: isf.Fit) -> None:
    class Late(Exception):
        pass

    def late(*_: Any) -> None:
        raise Late

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(Late):
            fit.bootstrap(10_000_000)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_other_threads_go_on_while_a_fit_works(fit: isf.Fit) -> None:
    turns = 0
    stop = threading.Event()

    def count() -> None:
        nonlocal turns
        while not stop.is_set():
            turns += 1
            time.sleep(0.001)

    counting = threading.Thread(target=count)
    counting.start()
    fit.bootstrap(3000, threads=1)
    stop.set()
    counting.join()
    assert turns > 10


def test_long_work_shows_a_bar_by_tqdm(
    fit: isf.Fit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("isoflop._work._SHOWN_AFTER", 600.0)
    fit.bootstrap(2000)
    assert not capsys.readouterr().err, "work that is soon done shows none"
    monkeypatch.setattr("isoflop._work._SHOWN_AFTER", 0.0)
    fit.bootstrap(2000)
    assert "refits" in capsys.readouterr().err


def test_charts_are_axes_of_matplotlib_and_svg(fit: isf.Fit) -> None:
    for kind in ("fit", "isoflop"):
        assert isinstance(fit.plot(kind), matplotlib.axes.Axes)
    assert len(fit.plot("frontier")) == 2
    assert isinstance(fit.plan(1e23).plot(), matplotlib.axes.Axes)
    assert fit.chart("residuals", input="D").svg().startswith("<svg")
    first, second = fit.chart(), fit.chart()
    assert first.svg() != second.svg(), "two pictures in one notebook have ids of their own"
    with pytest.raises(isf.InputError, match=r"kind|chart"):
        fit.chart("pie")


def test_a_notebook_shows_formula_table_and_chart(fit: isf.Fit) -> None:
    page = fit._repr_html_()
    assert "E + A/N^alpha + B/D^beta" in page and "standard error" in page and "<svg" in page and "misfits" in page
    assert fit._repr_latex_() == r"$\displaystyle L = E + \frac{A}{N^{\alpha}} + \frac{B}{D^{\beta}}$"
    assert r"$\alpha$ & 0.3473" in fit.to_latex()
    assert (
        "compute-optimal for 1e23" in fit.plan(1e23)._repr_html_()
        and "<table>" in fit.frontier([1e22, 1e23])._repr_html_()
    )
    assert "hoffmann2022 fitted on 240 of 245 rows" in fit.summary()


def test_numpy_alone_is_enough(tmp_path: Path) -> None:
    """Without frames, charts, bars: as after `pip install` into an empty venv."""
    script = """
import sys
for name in ("pandas", "polars", "pyarrow", "matplotlib", "tqdm", "xarray", "arviz", "narwhals"):
    sys.modules[name] = None
import numpy as np, isoflop as isf
runs = isf.simulate("hoffmann2022:besiroglu", flops=[1e19, 1e20, 1e21], noise=0.01)
fit = isf.fit(runs, "hoffmann2022")
fit.bootstrap(50).plan(1e22)
print(type(runs).__name__, type(fit.plot()).__name__, fit._repr_html_()[:3])
try:
    fit.profile(flops=1e22).plot()
except isf.InputError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "dict Chart <p>\nplot: matplotlib is not installed: pip install matplotlib\n", done.stderr
