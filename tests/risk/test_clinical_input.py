from dataclasses import fields

import numpy as np
import pytest

from core.domain import ClinicalFindings, Severity
from core.errors import ClinicalDataError
from core.risk.clinical_input import implausible, read_clinical, read_value
from core.risk.variables import VARIABLES, fibrinogen_mg_dl, gcs_group


def test_table_and_record_have_the_same_fields():
    assert list(VARIABLES) == [field.name for field in fields(ClinicalFindings)]


def test_plausible_range_lies_within_the_hard_range():
    for variable in VARIABLES.values():
        assert (variable.plausible_range is None) == (variable.hard_range is None)
        if variable.hard_range and variable.plausible_range:
            assert variable.hard_range[0] <= variable.plausible_range[0]
            assert variable.plausible_range[1] <= variable.hard_range[1]


def test_the_models_use_age_gcs_and_fibrinogen():
    used = [name for name, variable in VARIABLES.items() if variable.in_model]
    assert used == ["age_years", "gcs", "fibrinogen_mg_dl"]


def test_full_input_is_read():
    clinical = read_clinical(
        {
            "age_years": 65,
            "gcs": 10.0,
            "fibrinogen_mg_dl": "325.5",
            "sex": "Female",
            "onset_to_ct_h": np.float64(2.5),
            "platelets_10e9_l": np.int64(211),
            "antiplatelet": "yes",
            "anticoagulant": 0,
        }
    )
    assert clinical == ClinicalFindings(
        age_years=65.0,
        gcs=10,
        fibrinogen_mg_dl=325.5,
        sex="female",
        onset_to_ct_h=2.5,
        platelets_10e9_l=211.0,
        antiplatelet=True,
        anticoagulant=False,
    )
    assert isinstance(clinical.gcs, int)


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_null_blank_and_absent_are_unknown(blank):
    assert read_clinical({"gcs": blank}) == ClinicalFindings()


@pytest.mark.parametrize(
    ("entered", "expected"),
    [(True, True), ("TRUE", True), ("no", False), ("1", True), (0.0, False), (np.bool_(1), True)],
)
def test_words_for_yes_and_no_are_understood(entered, expected):
    assert read_value(VARIABLES["anticoagulant"], entered) is expected


@pytest.mark.parametrize(
    ("name", "entered", "complaint"),
    [
        ("gcs", 17, "is 17; 3 to 15 is possible"),
        ("gcs", 10.5, "is 10.5; a whole number is expected"),
        ("gcs", True, "is of type bool; a number is expected"),
        ("age_years", "sixty", "is text; a number"),
        ("age_years", "65,5", "is text; a number"),
        ("age_years", [65], "is of type list"),
        ("age_years", -1, "is -1 years; 0 to 120 years is possible"),
        ("inr", float("nan"), "is nan; a finite number"),
        ("inr", float("inf"), "is inf; a finite number"),
        ("inr", "inf", "is inf; a finite number"),
        ("antiplatelet", 2, "is neither yes nor no"),
        ("antiplatelet", "maybe", "is neither yes nor no"),
        ("sex", "other", "male or female expected"),
        ("sex", 1, "male or female expected"),
    ],
)
def test_wrong_value_is_refused_with_what_is_expected(name, entered, complaint):
    with pytest.raises(ClinicalDataError) as refusal:
        read_clinical({name: entered})
    assert complaint in refusal.value.message
    assert f"({name})" in refusal.value.message
    assert refusal.value.remedy
    assert refusal.value.exit_code == 4


def test_fibrinogen_in_grams_per_litre_is_suspected():
    with pytest.raises(ClinicalDataError, match=r"g/L suspected: 3.2 g/L would be 320 mg/dL"):
        read_clinical({"fibrinogen_mg_dl": 3.2})


def test_platelets_per_microlitre_are_suspected():
    with pytest.raises(ClinicalDataError, match=r"/µL suspected: 211000 /µL would be 211 10⁹/L"):
        read_clinical({"platelets_10e9_l": 211000})


def test_no_unit_is_suspected_where_none_would_fit():
    # 0.2 g/L would be 20 mg/dL, which is itself impossible.
    with pytest.raises(ClinicalDataError) as refusal:
        read_clinical({"fibrinogen_mg_dl": 0.2})
    assert "suspected" not in refusal.value.message


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("age", "age_years"), ("fibrinogen", "fibrinogen_mg_dl"), ("sbp", "sbp_mmhg")],
)
def test_unknown_name_is_answered_with_the_nearest(name, nearest):
    with pytest.raises(ClinicalDataError, match=f'did you mean "{nearest}"'):
        read_clinical({name: 1})


def test_name_like_no_other_is_answered_with_all_names():
    with pytest.raises(ClinicalDataError, match="known are age_years, gcs, fibrinogen_mg_dl"):
        read_clinical({"zzz": 1})


def test_every_problem_is_listed_at_once():
    with pytest.raises(ClinicalDataError) as refusal:
        read_clinical({"age": 65, "gcs": 17, "fibrinogen_mg_dl": 3.2, "sex": "female"})
    for part in ('"age" is not', "is 17;", "g/L suspected"):
        assert part in refusal.value.message


def test_entered_text_is_not_repeated_in_the_error():
    with pytest.raises(ClinicalDataError) as refusal:
        read_clinical({"age_years": "Doe^Jane", "sex": "Doe^Jane", "antiplatelet": "Doe^Jane"})
    assert "Doe" not in str(refusal.value)


def test_ends_of_the_hard_range_are_accepted():
    assert read_clinical({"gcs": 3, "fibrinogen_mg_dl": 1500}).gcs == 3


def test_child_is_outside_the_intended_population():
    (finding,) = implausible(ClinicalFindings(age_years=18.0, gcs=15))
    assert finding.severity is Severity.WARNING
    assert finding.code == "implausible-age-years"
    assert finding.message == "Age is 18 years; 19 to 105 years expected."
    assert "at least 19" in finding.remedy


def test_ordinary_patient_raises_no_warning():
    clinical = ClinicalFindings(age_years=19.0, gcs=3, fibrinogen_mg_dl=325.0, antiplatelet=True)
    assert implausible(clinical) == ()


def test_fibrinogen_conversion_is_hundredfold():
    assert fibrinogen_mg_dl(3.25) == 325.0


@pytest.mark.parametrize(
    ("gcs", "group"),
    [(3, "severe"), (8, "severe"), (9, "moderate"), (12, "moderate"), (13, "mild"), (15, "mild")],
)
def test_gcs_groups_are_those_of_the_paper(gcs, group):
    assert gcs_group(gcs) == group


@pytest.mark.parametrize("gcs", [2, 16])
def test_gcs_outside_the_scale_has_no_group(gcs):
    with pytest.raises(ValueError, match="3 to 15 expected"):
        gcs_group(gcs)


def test_no_two_variables_have_the_same_label():
    assert len({variable.label for variable in VARIABLES.values()}) == len(VARIABLES)
