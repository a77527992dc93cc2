from core.training.data import Cohort
from core.training.splits import cross_validation, table_split


def test_table_decides_who_trains_and_who_steers(cohort: Cohort) -> None:
    split = table_split(cohort)
    assert split.training == ("0000", "0001", "0002", "0003")
    assert split.validation == ("0004", "0005")


def test_each_patient_is_held_out_once_and_never_seen_by_that_fold(cohort: Cohort) -> None:
    splits = cross_validation(cohort, 3, seed=0, steered=False)
    held_out = [name for split in splits for name in split.held_out]
    assert sorted(held_out) == sorted(cohort.names)
    for split in splits:
        assert not set(split.held_out) & set(split.training + split.validation)
        assert len(split.training) + len(split.held_out) == len(cohort.names)


def test_steering_patients_are_taken_from_training_not_from_the_held_out(cohort: Cohort) -> None:
    table = cohort.patients.loc[cohort.patients.index.repeat(5)]
    table.index = [f"{number:04d}" for number in range(len(table))]
    many = Cohort(cohort.folder, table, cohort.slices)
    for split in cross_validation(many, 3, seed=0, steered=True):
        assert len(split.validation) == 2  # a tenth of twenty
        assert not set(split.validation) & set(split.training + split.held_out)


def test_seed_decides_the_folds(cohort: Cohort) -> None:
    first = cross_validation(cohort, 3, seed=0, steered=False)
    assert first == cross_validation(cohort, 3, seed=0, steered=False)
    assert first != cross_validation(cohort, 3, seed=1, steered=False)
