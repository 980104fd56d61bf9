#!/usr/bin/python3
"""hoffmann2022 fitted to the Chinchilla runs with SciPy, as it is commonly done: L-BFGS-B on the
sum of Huber(1e-3) losses of log residuals, each start or resample after the other in one process.

    scipy_fit.py CHINCHILLA.csv grid|bootstrap numeric|analytic [--count K] [--sample K]

grid: the 4500 published starts. bootstrap: local refits to resampled rows, from the optimum of all
rows. numeric: gradients by SciPy's differences; analytic: by the formula below. --sample times only
so many of them, drawn at random, and says so. Prints one JSON object; seconds are without reading.
"""

import argparse
import csv
import json
import math
import time

import numpy
from scipy.optimize import minimize

DELTA = 1e-3
LEFT_OUT = 5  # runs of the highest loss
SEED = 4
# ln E, ln A, ln B, alpha, beta
GRID = [
    [-1, -0.5, 0, 0.5, 1],
    [0, 5, 10, 15, 20, 25],
    [0, 5, 10, 15, 20, 25],
    [0, 0.5, 1, 1.5, 2],
    [0, 0.5, 1, 1.5, 2],
]
PUBLISHED = [0.597, 6.18, 7.64, 0.348, 0.366]


class Runs:
    """Logarithms of the loss and, in three rows, of what each term is a power of."""

    def __init__(self, powers, loss):
        self.powers = powers
        self.loss = loss

    @classmethod
    def read(cls, path):
        with open(path, newline="") as file:
            rows = [
                (float(row["loss"]), float(row["Model Size"]), float(row["Training FLOP"]))
                for row in csv.DictReader(file)
            ]
        loss, size, flops = numpy.array(sorted(rows)[:-LEFT_OUT]).T
        data = flops / (6 * size)
        return cls(numpy.log([numpy.ones_like(size), size, data]), numpy.log(loss))

    def resampled(self, rows):
        return Runs(numpy.ascontiguousarray(self.powers[:, rows]), self.loss[rows])

    def terms(self, theta):
        slopes = numpy.array([0.0, theta[3], theta[4]])
        return numpy.exp(theta[:3, None] - slopes[:, None] * self.powers)

    def objective(self, theta):
        sizes = numpy.abs(numpy.log(self.terms(theta).sum(axis=0)) - self.loss)
        inner = numpy.minimum(sizes, DELTA)
        return float(inner @ (sizes - inner / 2))

    def objective_and_gradient(self, theta):
        terms = self.terms(theta)
        total = terms.sum(axis=0)
        residuals = numpy.log(total) - self.loss
        sizes = numpy.abs(residuals)
        inner = numpy.minimum(sizes, DELTA)
        shares = terms * (numpy.clip(residuals, -DELTA, DELTA) / total)
        slopes = -(shares[1:] * self.powers[1:]).sum(axis=1)
        return float(inner @ (sizes - inner / 2)), numpy.concatenate((shares.sum(axis=1), slopes))

    def fit(self, start, analytic, **options):
        function = self.objective_and_gradient if analytic else self.objective
        return minimize(function, start, jac=analytic, method="L-BFGS-B", options=options)


def work(runs, arguments):
    """A list of calls, each of which is one fit."""
    analytic = arguments.gradient == "analytic"
    if arguments.job == "grid":
        axes = numpy.meshgrid(*GRID, indexing="ij")
        starts = numpy.stack([axis.ravel() for axis in axes], axis=1).astype(float)
        return [lambda start=start: runs.fit(start, analytic) for start in starts]
    best = runs.fit(numpy.array(PUBLISHED), True, ftol=1e-15, gtol=1e-12, maxiter=10000).x
    random = numpy.random.default_rng(SEED)
    count = len(runs.loss)
    samples = [runs.resampled(random.integers(count, size=count)) for _ in range(arguments.count)]
    return [lambda sample=sample: sample.fit(best, analytic) for sample in samples]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data")
    parser.add_argument("job", choices=["grid", "bootstrap"])
    parser.add_argument("gradient", choices=["numeric", "analytic"])
    parser.add_argument("--count", type=int, default=4000, help="resamples of the bootstrap")
    parser.add_argument("--sample", type=int, default=0, help="time only so many, 0 for all")
    arguments = parser.parse_args()

    runs = Runs.read(arguments.data)
    fits = work(runs, arguments)
    timed = fits
    if 0 < arguments.sample < len(fits):
        chosen = numpy.random.default_rng(SEED).permutation(len(fits))[: arguments.sample]
        timed = [fits[i] for i in chosen]
    with numpy.errstate(all="ignore"):
        began = time.perf_counter()
        ends = [fit() for fit in timed]
        seconds = time.perf_counter() - began

    values = [end.fun if math.isfinite(end.fun) else math.inf for end in ends]
    report = {
        "job": arguments.job,
        "gradient": arguments.gradient,
        "rows": len(runs.loss),
        "count": len(fits),
        "timed": len(timed),
        "extrapolated": len(timed) < len(fits),
        "seconds": seconds * len(fits) / len(timed),
        "calls_each": sum(end.nfev for end in ends) / len(ends),
    }
    if arguments.job == "grid":
        report["objective"] = best = min(values)
        scale = len(fits) / len(timed)
        for tolerance in ("1e-9", "1e-7", "1e-4"):
            near = sum(value <= best * (1 + float(tolerance)) for value in values)
            report["within_" + tolerance] = round(near * scale)
    else:
        report["median_objective"] = float(numpy.median(values))
    print(json.dumps(report))


if __name__ == "__main__":
    main()
