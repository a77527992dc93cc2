import numpy as np
import pandas as pd
from scipy.special import expit


def four_cells(
    exposed_with: int, exposed_without: int, others_with: int, others_without: int
) -> tuple[np.ndarray, pd.DataFrame]:
    """Outcome and the column "exposed" of a 2 x 2 table."""
    counts = [exposed_with, exposed_without, others_with, others_without]
    outcome = np.repeat([1, 0, 1, 0], counts)
    return outcome, pd.DataFrame({"exposed": np.repeat([1, 1, 0, 0], counts)})


def drawn_patients(
    n: int, coefficients: list[float], *, seed: int, intercept: float = -1.0
) -> tuple[np.ndarray, pd.DataFrame]:
    """Outcomes drawn from a logistic model on standard normal columns x0, x1 ..."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, len(coefficients)))
    outcome = random.random(n) < expit(intercept + x @ coefficients)
    return outcome.astype(int), pd.DataFrame(x, columns=[f"x{i}" for i in range(x.shape[1])])
