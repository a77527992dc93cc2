"""How a simulated hematoma changes until the follow-up CT: by outcome, and never against it."""

import numpy as np

from core.cohort.expansion import GROWTH_ML, GROWTH_SHARE
from core.domain import FloatArray
from core.risk.table1 import EXPANDED, OutcomeClass
from core.simulate.draw import draw_beta, draw_log_normal
from core.simulate.hematoma import LARGEST_ML

_EXPANSION_ML = (0.5, 110.0)
# From nearly resorbed to the threshold, %.
_CHANGE_PERCENT = (-90.0, 100 * GROWTH_SHARE)
# Far enough from the threshold that rounding to a microliter changes no outcome.
_MARGIN = 0.02


def draw_follow_up_ml(
    outcome: OutcomeClass, volume_ml: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Volumes at follow-up, mL, that agree with the outcome (>= 6 mL or >= 33 % is expansion).

    Table 1 gives growth in mL and in percent, and no joint distribution with volume that both would
    follow from.  Growth of expansions is drawn in mL, change of the others in percent; the other
    unit comes out near the table.
    """
    threshold_ml = np.minimum(GROWTH_ML, GROWTH_SHARE * volume_ml)
    count = len(volume_ml)
    if outcome is EXPANDED:
        drawn = draw_log_normal(outcome.growth_ml, _EXPANSION_ML, count, rng)
        growth_ml = np.maximum(drawn, (1 + _MARGIN) * threshold_ml)
    else:
        drawn = volume_ml * draw_beta(outcome.growth_percent, _CHANGE_PERCENT, count, rng) / 100
        growth_ml = np.minimum(drawn, (1 - _MARGIN) * threshold_ml)
    return np.minimum(volume_ml + growth_ml, LARGEST_ML)
