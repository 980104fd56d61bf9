"""Laws, plans from published coefficients, architectures."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import isoflop as isf
from conftest import DATA


def test_every_law_of_the_book_is_there_and_shown() -> None:
    laws = isf.laws()
    assert len(laws) > 10 and "hoffmann2022" in repr(laws) and "<table>" in laws._repr_html_()
    assert {law.key for law in isf.laws(group="MoE")} < {law.key for law in laws}
    for law in laws:
        assert law.key in repr(law) and "=" in law.to_latex()
        assert pickle.loads(pickle.dumps(law)).toml == law.toml


def test_a_law_is_a_function_of_numbers_texts_and_arrays() -> None:
    law = isf.law("hossain2025:moe")
    one = law(N=1e9, S=0.9, D=1e12)
    assert one == law(N="1B", S=0.9, D="1T") == law(N=1e9, P=1e10, D=1e12)
    grid = law(N=np.array([[1e9], [2e9]]), S=0.9, D=np.array([1e11, 1e12, 1e13]))
    assert grid.shape == (2, 3) and grid[0, 1] == one
    a, S, N = law.params, 0.9, 1e9
    by_hand = (
        a["e"] * (1 - S) ** a["gamma"]
        + (a["a"] * (1 - S) ** a["alpha"] + a["c"] * S) / N ** a["alpha"]
        + a["b"] / 1e12 ** a["beta"]
    )
    assert one == pytest.approx(by_hand, rel=1e-12)


def test_a_formula_is_a_law_with_ranges_of_its_own(noisy: Any) -> None:
    law = isf.Law("E + A/N^alpha + B/D^beta", ranges={"alpha": (0.1, 0.2)})
    assert [each.range for each in law.coefficients if each.name == "alpha"] == [(0.1, 0.2)]
    fit = isf.fit(noisy(), law)
    assert fit.status == "at_bound" and fit.at_bound == ["alpha"] and fit.params["alpha"] == 0.2
    assert law.with_params({"E": 1, "A": 2, "B": 3, "alpha": 0.5, "beta": 0.5})(N=4, D=9) == pytest.approx(3)
    with pytest.raises(isf.InputError, match="not a coefficient"):
        isf.Law("E + A/N^alpha", ranges={"beta": (0, 1)})


def test_a_plan_respects_its_limits_and_says_what_they_cost() -> None:
    model = isf.model("hossain2025:moe")
    plan = model.plan(1e24, sparsity="free", max_total="1T")
    assert plan.P == pytest.approx(1e12) and plan.N == pytest.approx(plan.P * (1 - plan.S))
    assert plan.binding[0][0] == "max_total" and plan.binding[0][2] > 0
    assert plan.flops == pytest.approx(6 * plan.N * plan.D) and plan.sparsity_answer == "interior"
    free = model.plan(1e24, sparsity="free")
    assert free.loss < plan.loss


def test_a_law_says_what_it_predicts() -> None:
    assert isf.law("hoffmann2022").output == isf.Output("loss", "nats")
    assert isf.law("bjorck2024_lr").output.name == "learning rate"


def test_a_question_may_be_of_a_loss_a_gpu_or_an_architecture() -> None:
    model = isf.model("hoffmann2022:besiroglu")
    target = model.plan(loss=2.1)
    assert model.plan(target.flops).loss == pytest.approx(2.1, rel=1e-9)
    by_hardware = model.plan(gpu="h100", gpus=1000, days=10)
    assert by_hardware.spend is not None and by_hardware.spend["days"] == pytest.approx(10)
    config = DATA.parent / "configs" / "deepseek-v3.json"
    facts = isf.arch(config)
    assert facts.total_parameters == sum(facts.parameters.values()) == 671_026_419_200
    assert (facts.model_type, facts.shape["experts"], facts.context) == ("deepseek_v3", 256, facts["context"])
    assert facts.memory["serving"] == facts.memory["weights"] + facts.memory["kv_cache"]
    assert repr(pickle.loads(pickle.dumps(facts))) == repr(facts)
    assert isf.model("hossain2025:moe").plan(1e24, arch=config, cost="exact").S == pytest.approx(0.944, abs=1e-3)


def test_a_frontier_has_the_slope_that_the_law_has() -> None:
    model = isf.model("hoffmann2022:besiroglu")
    frontier = model.frontier(np.geomspace(1e20, 1e24, 5))
    alpha, beta = model.law.params["alpha"], model.law.params["beta"]
    assert frontier.exponents["N"] == pytest.approx(beta / (alpha + beta), rel=1e-6)
    assert [plan.flops for plan in frontier] == pytest.approx(list(np.geomspace(1e20, 1e24, 5)))


def test_a_profile_has_its_least_loss_at_the_plan() -> None:
    model = isf.model("hoffmann2022:besiroglu")
    profile = model.profile("N", flops=1e22, points=201, against=["kaplan2020"])
    assert profile.N[np.argmin(profile.loss)] == pytest.approx(model.plan(1e22).N, rel=0.03)
    assert "kaplan2020" in " ".join(profile.columns) and profile.optimum is not None
    with pytest.raises(AttributeError, match="a profile has no losses"):
        profile.losses
