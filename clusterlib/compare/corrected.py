"""Shares that a read sample corrects: what the machine says of all, and how it errs on the sample.

Of passages drawn with known probabilities the mean of reading less machine, weighted by the
inverse of these probabilities, is added to the machine's mean. So a share is right on average
however the machine errs, and the better the machine, the narrower the interval.

The mean is that of prediction-powered inference (Angelopoulos et al. 2023,
doi:10.1126/science.adi6000), of which as much is used as the machine foretells of the reading
(Angelopoulos, Duchi and Zrnic 2023, arXiv:2311.01453), for unequal probabilities as in
design-based supervised learning (Egami et al. 2023, arXiv:2306.04746), with the weights and the
variance of Hájek.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterlib import schema
from clusterlib.codes.sheets import inverse_probabilities

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class Corrected:
    """What the shares of a unit may be, by code."""

    share: Rows
    # Pulled to one half by half a passage with the code and half one without (Jeffreys).
    center: Rows
    # Of the passages there are, and as if they were draws, as where units are compared.
    variance: Rows
    variance_of_draws: Rows
    read: int
    size: int
    given: Rows

    def interval(self) -> tuple[Rows, Rows]:
        """Return both ends of the 95 % interval; what was read is certain."""
        low, high = self.quantiles(np.array([0.025, 0.975]))
        # What the reading saw nowhere may be nowhere; what it saw everywhere, everywhere.
        low = np.where(self.given == 0, 0, np.maximum(low, self.given / self.size))
        without = self.read - self.given
        return low, np.where(without == 0, 1, np.minimum(high, 1 - without / self.size))

    def quantiles(self, at: Rows, of_draws: bool = False) -> Rows:
        """Return quantiles of the share of each code: those of a beta distribution."""
        from scipy.stats import beta, norm, t

        variance = self.variance_of_draws if of_draws else self.variance
        size = np.maximum(self.center * (1 - self.center) / variance - 1, 0.01)
        # A variance that is known from few passages is known badly.
        few = (norm.ppf(0.975) / t.ppf(0.975, max(self.read - 1, 1))) ** 2
        size = np.where(size > 1, np.maximum(few * size, 1), size)
        values: Rows = beta.ppf(at[:, None], self.center * size, (1 - self.center) * size)
        return values


def correct(
    predicted: Rows, names: list[str], passages: pd.DataFrame, reading: pd.DataFrame
) -> tuple[Rows, dict[str, Corrected]]:
    """Correct the shares of each unit by those of its passages that were read."""
    schema.check(reading, "codings")
    judged = reading[reading["passage"].isin(passages["passage"]) & reading["code"].isin(names)]
    wide = judged.astype({"coded": float}).pivot(index="passage", columns="code", values="coded")
    given = wide.reindex(index=passages["passage"], columns=names).to_numpy(np.float64)
    known = ~np.isnan(given).all(axis=1)
    if not known.any() or np.isnan(given[known]).any():
        raise ValueError("the reading has to judge some of these passages, and each for every code")
    units = passages["unit"].to_numpy(str)
    weight = inverse_probabilities(judged, passages["passage"], units)
    tuning, error = _tune(predicted[known], given[known], weight[known], units[known])
    machine = predicted * tuning
    corrected = {}
    for unit in sorted(set(units.tolist())):
        inside = units == unit
        chosen = inside & known
        errors = given[chosen] - machine[chosen]
        corrected[unit] = _of_unit(machine[inside], given[chosen], errors, weight[chosen], error)
    return given, corrected


def _of_unit(machine: Rows, given: Rows, errors: Rows, weight: Rows, error: Rows) -> Corrected:
    read, size = len(errors), len(machine)
    parts = weight / weight.sum() if read else weight
    mean = parts @ errors
    count = given.sum(axis=0)
    share = np.clip(machine.mean(axis=0) + mean, count / size, 1 - (read - count) / size)
    center = (read * share + 0.5) / (read + 1)
    # What was certain to be drawn adds nothing; the half passages are foretold as others are, but
    # at most by half, since a machine that has not erred yet may err.
    spread = read**2 * ((1 - 1 / weight) * parts**2) @ (errors - mean) ** 2
    halves = ((1 - center) ** 2 + center**2) / 2 * (1 - read / size) * np.maximum(error, 0.5)
    variance = (spread + halves) / ((read + 1) * (read + 2))
    of_draws = variance + center * (1 - center) / (size + 2)
    return Corrected(share, center, variance, of_draws, read, size, count)


def _tune(predicted: Rows, given: Rows, weight: Rows, units: NDArray[np.str_]) -> tuple[Rows, Rows]:
    """Return by code how much of what is predicted to use, and what part of variance it leaves."""
    squares = np.zeros((3, predicted.shape[1]))
    for unit in np.unique(units):
        x, y, w = (rows[units == unit] for rows in (predicted, given, weight))
        x, y = x - np.average(x, axis=0, weights=w), y - np.average(y, axis=0, weights=w)
        squares += [w @ x**2, w @ (x * y), w @ y**2]
    x, both, y = squares
    tuning = np.clip(both / np.maximum(x, 1e-9), 0, 1)
    error = (y - 2 * tuning * both + tuning**2 * x) / np.maximum(y, 1e-9)
    return tuning, np.where(y > 0, error, 1)


def p_values(a: Corrected, b: Corrected) -> Rows:
    """Return how likely so wide a difference would be where two units have the same share."""
    from scipy.stats import t

    error = np.sqrt(a.variance_of_draws + b.variance_of_draws)
    tails: Rows = 2 * t.sf(np.abs(a.share - b.share) / error, max(min(a.read, b.read) - 1, 1))
    return tails
