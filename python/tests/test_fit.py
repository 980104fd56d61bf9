"""Fits, and how sure they are."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import isoflop as isf
from conftest import CHINCHILLA, COLUMNS, KINDS, read


def test_a_fit_predicts_its_own_table() -> None:
    """Its columns are the inputs already; those that they were made of are gone, or are called the same."""
    raw = isf.read(CHINCHILLA, kind="dict")
    fit = isf.fit(raw, "hoffmann2022", N="Model Size", C="Training FLOP")
    assert np.allclose(fit.predict(fit.table)["predicted"], fit.fittedvalues, rtol=1e-15)
    head = {name: values[:9] for name, values in fit.table.items()}
    assert list(fit.predict(head, interval="mean")["predicted"]) == list(fit.fittedvalues[:9])
    assert list(fit.predict(raw)["predicted"]) == list(fit.predict(fit.table)["predicted"])

    small = {"N": raw["Model Size"] / 1e6, "D": fit.table["D"], "loss": raw["loss"]}
    scaled = isf.fit(small, "hoffmann2022", N="1e6*N")
    assert np.allclose(scaled.predict(small)["predicted"], scaled.fittedvalues, rtol=1e-15)
    assert np.allclose(scaled.predict(scaled.table)["predicted"], scaled.fittedvalues, rtol=1e-15)


def test_the_chinchilla_refit_has_the_published_optimum(fit: isf.Fit) -> None:
    """Besiroglu et al. 2024, Table 1, from independent code."""
    assert fit.status == "converged" and fit.nobs == 240 and fit.usable
    assert fit.objective == pytest.approx(0.0010182740178, rel=1e-9)
    assert fit.params == pytest.approx(
        {"E": 1.81722, "A": 477.83, "B": 2143.4, "alpha": 0.34731, "beta": 0.36717}, rel=1e-4
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_frame_gives_the_same_bits_and_gets_its_own_kind_back(kind: str, fit: isf.Fit) -> None:
    frame = read(CHINCHILLA, kind)
    same = isf.fit(frame, "hoffmann2022", **COLUMNS)
    assert same.params == fit.params
    for made in (same.table, same.frontier([1e22, 1e23]).table, same.profile(flops=1e22).table, same.plan(1e22).table):
        assert type(made) is type(frame)
    predicted = same.predict(frame, interval="run")
    assert type(predicted) is type(frame)
    assert list(np.asarray(predicted["predicted"]))[:2] == list(fit.predict(read(CHINCHILLA))["predicted"])[:2]
    assert (np.asarray(predicted["low"]) < np.asarray(predicted["predicted"])).all()


def test_columns_may_be_arrays_and_lazy_frames(runs: Any, fit: isf.Fit) -> None:
    import polars

    loose = isf.fit(
        None,
        "hoffmann2022",
        N=runs["Model Size"],
        C=runs["Training FLOP"].to_numpy(),
        loss=list(runs["loss"]),
        drop_highest_loss=5,
    )
    lazy = isf.fit(polars.scan_csv(CHINCHILLA), "hoffmann2022", **COLUMNS)
    assert loose.params == lazy.params == fit.params


def test_a_contiguous_column_of_doubles_is_not_copied() -> None:
    from isoflop._frames import cells_of

    column = np.arange(5.0)
    assert cells_of(column) is column


def test_cells_of_other_types_are_what_a_file_would_have() -> None:
    import pandas
    import polars
    import pyarrow

    for column in (
        pandas.Series([1, None, 3], dtype="Int64"),
        polars.Series([1, None, 3]),
        pyarrow.chunked_array([[1, None], [3]]),
        np.array([1, None, 3], dtype=object),
    ):
        from isoflop._frames import cells_of

        np.testing.assert_array_equal(cells_of(column), [1, np.nan, 3])
    texts = (pandas.Categorical(["a", None, "b"]), polars.Series(["a", None, "b"]), ["a", "", "b"])
    assert all(
        list(
            cells_of(
                np.asarray(each)
                if isinstance(each, list)
                else pandas.Series(each)
                if isinstance(each, pandas.Categorical)
                else each
            )
        )
        == ["a", "", "b"]
        for each in texts
    )


def test_a_filter_may_compare_texts(runs: Any) -> None:
    marked = runs.assign(kind=["a" if i % 2 else "b" for i in range(len(runs))])
    half = isf.fit(marked, "hoffmann2022", where="kind == 'a' && loss < 3.4", **{**COLUMNS, "drop_highest_loss": 0})
    assert half.nobs == int(((marked["kind"] == "a") & (marked["loss"] < 3.4)).sum())


def test_every_field_of_recipes_and_mappings_is_an_argument(runs: Any) -> None:
    """A field that the library adds must reach Python without new code: its default, given, changes nothing."""
    from isoflop import _core

    standard = isf.fit(runs, "hoffmann2022", **COLUMNS)
    for field in [*_core.recipe_fields(), *_core.mapping_fields()]:
        name = "robust_loss" if field["name"] == "loss" else field["name"]
        if name in ("columns", "drop_highest_loss"):
            continue
        assert isf.fit(runs, "hoffmann2022", **COLUMNS, **{name: field["default"]}).params == standard.params, name
    other = isf.fit(
        runs, "hoffmann2022", **COLUMNS, residual="linear", robust_loss="mse", fix={"alpha": 0.3}, range={"E": (0, 3)}
    )
    assert other.recipe["residual"] == "linear" and other.recipe["loss"] == "mse"
    assert other.params["alpha"] == 0.3 and other.recipe["range"] == {"E": (0, 3)}


def test_intervals_are_those_of_the_file_and_the_level_counts(fit: isf.Fit) -> None:
    wide, narrow = fit.conf_int(), fit.conf_int(0.5)
    for name, value in fit.params.items():
        assert wide[name].low < narrow[name].low < value < narrow[name].high < wide[name].high
    covariance = fit.cov_params()
    assert np.sqrt(np.diag(covariance)) == pytest.approx(list(fit.bse.values()))
    profile = fit.conf_int(0.9, "profile")
    assert profile["alpha"].low < fit.params["alpha"] < profile["alpha"].high


def test_residuals_are_of_the_law(fit: isf.Fit) -> None:
    table = fit.table
    predicted = fit.law(N=table["N"], D=table["D"])
    np.testing.assert_allclose(predicted, fit.fittedvalues, rtol=1e-14)
    np.testing.assert_allclose(fit.resid, np.log(predicted) - np.log(table["loss"]), atol=1e-12)


def test_a_bootstrap_is_a_fit_whose_intervals_are_of_its_draws(runs: Any, fit: isf.Fit) -> None:
    boot = fit.bootstrap(200, seed=3)
    assert boot.params == fit.params and len(boot) == 200 and boot.how["by"] == "rows"
    assert boot.bse["alpha"] == pytest.approx(np.std(boot.draws["alpha"], ddof=1), rel=1e-12)
    assert "bootstrap" in boot.plan(1e23).intervals
    more = fit.bootstrap(300, seed=3)
    np.testing.assert_array_equal(more.draws["A"][:200], boot.draws["A"])
    by_size = fit.bootstrap(50, cluster="Model Size")
    assert by_size.how["by"] == "clusters" and by_size.how["units"] < 240
    assert (
        isf.fit(runs, "hoffmann2022", cluster="Model Size", **COLUMNS).bootstrap(50).draws["A"].tolist()
        == by_size.draws["A"].tolist()
    )


def test_the_mean_of_a_bootstrap_is_of_its_draws_and_rows_are_as_single_runs(runs: Any, fit: isf.Fit) -> None:
    boot = fit.bootstrap(200)
    for model in (fit, boot):
        frame = model.predict(runs.head(3), interval="mean", level=0.8)
        for row in range(3):
            N, C = frame["Model Size"][row], frame["Training FLOP"][row]
            assert model.predict(N=N, C=C, interval="mean", level=0.8) == tuple(
                frame.loc[row, ["predicted", "low", "high"]]
            )
    E, A, B, alpha, beta = (boot.draws[name] for name in ("E", "A", "B", "alpha", "beta"))
    drawn = E + A / 1e9**alpha + B / 2e10**beta
    assert boot.predict(N=1e9, D=2e10, interval="mean", level=0.5)[1:] == pytest.approx(
        tuple(np.quantile(drawn, [0.25, 0.75])), rel=1e-3
    )


def test_draws_go_to_xarray_and_arviz(fit: isf.Fit) -> None:
    boot = fit.bootstrap(60)
    dataset = boot.to_xarray()
    assert dict(dataset.sizes) == {"chain": 1, "draw": 60}
    np.testing.assert_array_equal(dataset["beta"][0], boot.draws["beta"])
    posterior = boot.to_arviz()["posterior"]
    np.testing.assert_array_equal(np.asarray(posterior["beta"])[0], boot.draws["beta"])


def test_a_saved_fit_is_the_same_fit(fit: isf.Fit, tmp_path: Path) -> None:
    boot = fit.bootstrap(50)
    for made in (fit, boot):
        same = isf.load(made.save(tmp_path / "fit.json"))
        assert type(same) is type(made) and same.params == made.params
        assert same.conf_int() == made.conf_int() and same.plan(1e23).interval == made.plan(1e23).interval
        assert pickle.loads(pickle.dumps(made)).params == made.params


def test_findings_travel_to_plans() -> None:
    runs = isf.simulate("hoffmann2022:besiroglu", flops=1e20, sizes=20, noise=0.01, kind="pandas")
    with pytest.warns(isf.Doubt, match="budget|cost"):
        fit = isf.fit(runs, "hoffmann2022")
    assert fit.findings[0].kind and fit.findings[0].text in fit.warnings
    plan = fit.plan(1e22)
    assert plan.findings[0].text == fit.findings[0].text
    assert any(fit.warnings[0] in text for text in plan.warnings)


def test_a_quantile_says_why_it_has_no_intervals(runs: Any) -> None:
    alone = "come from a bootstrap alone"
    with pytest.warns(isf.Note, match=alone):
        low = isf.fit(runs, "hoffmann2022", robust_loss="quantile:0.1", **COLUMNS)
    with pytest.warns(isf.Note, match=alone):
        assert np.isnan(low.conf_int()["alpha"].low)
    with pytest.warns(isf.Note, match=alone):
        assert np.isnan(low.predict(N=3e9, D=6e10, interval="mean").low)
    assert low.plan(1e22).interval == {} and any(alone in note for note in low.plan(1e22).notes)
    assert "unknown to unknown" not in low._repr_html_() and "[unknown" not in low.to_latex()
    with pytest.raises(isf.InputError, match=alone):
        isf.coverage("hoffmann2022:besiroglu", flops=[1e18, 1e20], noise=0.01, robust_loss="quantile:0.1")


def test_findings_name_arguments(runs: Any) -> None:
    whole = isf.fit(runs, "hoffmann2022", N="Model Size", C="Training FLOP")
    noise = next(each for each in whole.findings if each.kind == "unequal_noise")
    assert "weights=N^" in noise.text and "mapping." not in noise.text and noise.names == ["N"]


def test_warnings_point_at_the_line_of_the_caller(fit: isf.Fit) -> None:
    with pytest.warns(isf.Note, match="above the range") as caught:
        fit.predict(N=70e9, D=1.4e12)
    assert Path(caught[0].filename) == Path(__file__)


def test_speedup_has_the_worked_values() -> None:
    runs = {
        "optimizer": ["adamw", "muon", "adamw", "muon"],
        "C": [2.19e17, 2.19e17, 1.7e18, 1.7e18],
        "loss": [3.566663, 3.544176, 3.227240, 3.208981],
    }
    of = isf.speedup(
        runs, by="optimizer", baseline="adamw", asymptote=1.6, exponent=0.0941, throughput={"muon": 0.9305}
    )
    pairs = of["speedups"][0]["pairs"]
    assert [round(pair["factor"], 4) for pair in pairs] == [1.13, 1.1274]
    assert round(pairs[0]["factor_in_time"], 4) == 1.0515
    at = of.at[0]
    assert at.variant == "muon" and at.interval.low < at.factor < at.interval.high and at.runs_to_resolve > 4
    assert of.table["factor"][0] == at.factor and "speed-up over adamw" in of.summary()
    assert pickle.loads(pickle.dumps(of)).at == of.at
    with pytest.raises(isf.InputError, match="baseline=: no run is of"):
        isf.speedup(runs, by="optimizer", baseline="adam", asymptote=1.6)
    with pytest.raises(isf.InputError, match=r"pin the asymptote with asymptote=1\.6"):
        isf.speedup(runs, by="optimizer", baseline="adamw")
    with pytest.raises(isf.InputError, match="fix="):
        isf.speedup(runs, by="optimizer", baseline="adamw", fix={"E": 1})


def test_compare_tune_check_and_report(runs: Any, fit: isf.Fit, tmp_path: Path) -> None:
    comparison = isf.compare(runs, ["hoffmann2022", "kaplan2020", "E + A/N^a"], holdout="top:20%:C", **COLUMNS)
    assert comparison.best == "hoffmann2022" and comparison.believed and "hoffmann2022" in comparison.verdict
    assert [each.law for each in comparison.laws][-1] == "E + A/N^a" and len(comparison.table) == 3
    first = comparison.laws[0]
    assert first.interval.low < first.rmse < first.interval.high and set(first.params) == {
        "E",
        "A",
        "B",
        "alpha",
        "beta",
    }
    assert comparison.pairs[0].probability >= 0.95 and comparison.unusable == {}
    assert comparison.fit(0).nobs < 240
    tuning = isf.tune(runs, "hoffmann2022", evaluations=8, N="Model Size", C="Training FLOP")
    assert tuning.fit.usable and tuning.answer and tuning.keeps in ("tuned", "default")
    assert tuning.default.loss == "huber:0.001" and tuning.default.interval.low < tuning.default.outer_error
    again = pickle.loads(pickle.dumps(tuning))
    assert again.answer == tuning.answer and again.fit.params == tuning.fit.params
    check = fit.check(fit.plan(1e23))
    assert len(check.runs) == len(check.table) == 240 and check.plan["N"] == fit.plan(1e23).N
    assert check.outliers == [run.run for run in check.runs if abs(run.z) > 3.5]
    assert {each.exclusion for each in check.variants} == set(check.exclusions)
    assert set(check.effects) == {"residual", "loss", "exclusion"} and check["runs"][0]["run"] == check.runs[0].run
    assert "<html" in fit.report(tmp_path / "report.html").read_text()[:200].lower()


def test_simulated_runs_give_their_law_back(noisy: Any) -> None:
    exact = noisy(noise=0.0)
    law = isf.law("hoffmann2022:besiroglu")
    np.testing.assert_allclose(law(N=exact["N"], D=exact["D"]), exact["loss"], rtol=1e-14)
    assert isf.fit(exact, "hoffmann2022").params == pytest.approx(law.params, rel=1e-5)


def test_rows_may_be_weighed_kept_and_clustered_by_arrays(runs: Any) -> None:
    size = runs["Model Size"]
    columns = {"N": "Model Size", "C": "Training FLOP"}
    named = runs.assign(share=1 / size, group=np.arange(len(runs)) // 5)
    by_name = isf.fit(named, "hoffmann2022", weights="share", where="{Model Size} > 1e8", cluster="group", **columns)
    by_array = isf.fit(
        runs, "hoffmann2022", weights=1 / size, where=size > 1e8, cluster=np.arange(len(runs)) // 5, **columns
    )
    assert by_array.params == by_name.params and by_array.bse == by_name.bse
    assert by_array.bootstrap(20, cluster=np.arange(len(runs)) // 5).bse == by_name.bootstrap(20).bse


def test_numbers_of_numpy_none_and_single_values_are_taken(runs: Any, fit: isf.Fit) -> None:
    given = {"seed": np.uint8(1), "drop_highest_loss": np.int64(5), "weights": None}
    assert isf.fit(runs, "hoffmann2022", **{**COLUMNS, **given}).params == fit.params
    assert isf.fit(runs, "hoffmann2022", thin=2, **COLUMNS).left_out["thinned"] > 100
    assert [plan.N for plan in fit.frontier(1e23)] == [fit.plan(1e23).N]
    assert "loss of kaplan2020:kaplan" in fit.profile(flops=1e23, against="kaplan2020", points=3).summary()


def test_results_go_to_other_processes(fit: isf.Fit) -> None:
    published = isf.model("hossain2025:moe")
    for made in [
        published,
        fit.plan(1e23),
        published.plan(flops=1e21, sparsity="free", max_total="10B"),
        fit.frontier([1e22, 1e23]),
        fit.frontier([1e22, 1e23])[1],
        fit.profile(flops=1e23, points=3),
        fit.check(flops=1e23),
        isf.nearest(N="1B")[0],
    ]:
        again = pickle.loads(pickle.dumps(made))
        assert repr(again) == repr(made) and repr(copy.copy(made)) == repr(made)
