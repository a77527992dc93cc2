from core.study.plan import Plan

QUICK = Plan(n_resamples=0)
"""The paper's study without the bootstrap, which takes most of its time."""
