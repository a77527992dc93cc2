"""Growth from one assessed CT to the next, and how it is told."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from pydicom import Dataset

from core.dicom.header import patient_identity
from core.domain import Assessment, Distance, PatientHeader
from core.errors import TwoPatientsError, UsageError
from core.follow_up import FollowUp, compare
from core.follow_up.files import follow_up_values, write_follow_up
from core.follow_up.in_words import answer, growth, sentence
from core.follow_up.pdf import FollowUpReport, follow_up_pdf
from tests.report.make import MADE_AT, SERIES, make_assessment

BEGAN = datetime(2026, 11, 24, 3, 0)


def study(volume_ml: float, hours: float | None = 0.0, **header: object) -> Assessment:
    mask = np.zeros((4, 32, 32), bool)
    mask[2, 10:20, 10:20] = True
    acquired_at = None if hours is None else BEGAN + timedelta(hours=hours)
    patient = PatientHeader(
        **{"age_years": 65.0, "sex": "female"} | header, acquired_at=acquired_at
    )
    made = make_assessment(mask, pixel_mm=1.0, series=replace(SERIES, patient=patient))
    return replace(made, volume_ml=volume_ml, input_sha256=f"{volume_ml:064.0f}")


def grown(before_ml: float, after_ml: float, hours: float = 22.0) -> FollowUp:
    return compare(study(before_ml), study(after_ml, hours))


@pytest.mark.parametrize(
    ("before_ml", "after_ml", "expected"),
    [
        (30.0, 36.0, True),  # 6 mL, 20 %
        (30.0, 35.9, False),
        (10.0, 13.3, True),  # 33 %
        (10.0, 13.2, False),
        (10.0, 5.0, False),
        (0.0, 6.1, True),
        (0.0, 2.0, None),  # a share of nothing has no meaning
    ],
)
def test_expansion_is_that_of_the_cohorts_definition(
    before_ml: float, after_ml: float, expected: bool | None
) -> None:
    assert grown(before_ml, after_ml).expanded is expected


def test_growth_is_told_with_sign_share_and_time() -> None:
    found = grown(30.0, 36.4, hours=22.5)
    assert growth(found) == "+6.4 mL (+21 %)"
    assert answer(found) == "Expanded"
    assert sentence(found) == (
        "30.0 mL on the baseline, 36.4 mL on the follow-up: +6.4 mL (+21 %) in 22.5 h. "
        "Expansion is at least 6 mL or 33 %."
    )
    assert growth(grown(30.0, 27.0)) == "\N{MINUS SIGN}3.0 mL (\N{MINUS SIGN}10 %)"
    assert growth(grown(0.0, 2.0)) == "+2.0 mL"
    assert answer(grown(0.0, 2.0)) == "Not decided"


def test_the_same_ct_and_an_earlier_one_are_refused() -> None:
    with pytest.raises(UsageError, match="the baseline CT itself"):
        compare(study(30.0), study(30.0))
    with pytest.raises(UsageError, match=r"2\.0 h before the baseline"):
        compare(study(30.0), study(31.0, -2.0))


def identified(volume_ml: float, hours: float, **elements: str) -> Assessment:
    dataset = Dataset()
    for keyword, value in {"PatientID": "MRN-1", "PatientName": "DOE^JANE", **elements}.items():
        setattr(dataset, keyword, value)
    return study(volume_ml, hours, identity=patient_identity(dataset))


def test_cts_of_two_patients_are_refused_unless_the_caller_knows_better() -> None:
    baseline, other = identified(30.0, 0.0), identified(37.0, 22.0, PatientID="MRN-2")
    with pytest.raises(TwoPatientsError) as refusal:
        compare(baseline, other)
    assert "MRN" not in str(refusal.value)
    found = compare(baseline, other, same_patient=True)
    assert found.expanded
    assert [finding.code for finding in found.findings] == ["follow-up-two-patients"]
    assert compare(baseline, identified(37.0, 22.0, PatientName="Doe, Jane")).findings == ()


def test_whose_a_study_is_goes_no_further_than_the_comparison() -> None:
    made = identified(30.0, 0.0)
    assert "MRN" not in repr(made.volume.series.patient)
    assert "identity" not in repr(made.volume.series.patient)


@pytest.mark.parametrize(
    ("later", "code"),
    [
        (study(31.0, 22.0, sex="male"), "follow-up-two-patients"),
        (study(31.0, 22.0, age_years=67.0), "follow-up-two-patients"),
        (study(31.0, 22.0, age_years=64.0), "follow-up-two-patients"),
        (study(31.0, None), "follow-up-untimed"),
        (study(31.0, 0.0), "follow-up-same-time"),
        (study(31.0, 24.1), "follow-up-late"),
        (replace(study(31.0, 22.0), out_of_scope="Not brain."), "follow-up-out-of-scope"),
    ],
)
def test_what_the_reader_must_know_of_the_comparison_is_a_finding(
    later: Assessment, code: str
) -> None:
    assert [finding.code for finding in compare(study(30.0), later).findings] == [code]


def test_two_cts_of_one_patient_within_a_day_need_no_word() -> None:
    assert compare(study(30.0), study(31.0, 24.0, age_years=66.0)).findings == ()
    assert compare(study(30.0), study(31.0, 1.0, age_years=None, sex=None)).findings == ()


def test_blood_outside_the_brain_is_not_said_to_have_expanded() -> None:
    outside = replace(study(60.0, 22.0), out_of_scope="Not brain.")
    assert compare(study(30.0), outside).expanded is None


def test_page_holds_answer_volumes_and_what_was_foretold() -> None:
    pdf = follow_up_pdf(FollowUpReport(grown(30.0, 36.4), MADE_AT))
    assert pdf == follow_up_pdf(FollowUpReport(grown(30.0, 36.4), MADE_AT))
    text = words_of(pdf)
    for words in (
        "Research use only. Not a medical device.",
        "Expanded",
        "+6.4 mL (+21 %) in 22 h",
        "Hematoma volume 30.0 mL 36.4 mL",
        "Foretold: Outcome-based",
        "24 Nov 2026, 03:00",
    ):
        assert words in text


def words_of(pdf: bytes) -> str:
    """Text of a PDF of one page."""
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
        return " ".join(document[0].get_textpage().get_text_bounded().split())


def test_page_and_file_hold_what_the_reader_measured_on_either() -> None:
    def measured(volume_ml: float, hours: float, *lengths: float) -> Assessment:
        ends = [Distance("coronal", (0, 2, 0), (one, 2, 0)) for one in lengths]
        return replace(study(volume_ml, hours), distances=tuple(ends))

    found = compare(measured(30.0, 0, 41.0, 22.0), measured(36.4, 22, 44.5, 1, 2, 3, 4, 5))
    text = words_of(follow_up_pdf(FollowUpReport(found, MADE_AT)))
    place = "(Coronal, P 2 mm)"
    assert f"Distance 1, by reader 41.0 mm {place} 44.5 mm {place}" in text
    assert f"Distance 3, by reader 2.0 mm {place}" in text
    assert "More distances 2, in this study's own report" in text
    values: Any = follow_up_values(found)
    assert [one["length_mm"] for one in values["baseline"]["distances"]] == [41.0, 22.0]
    assert len(values["follow_up"]["distances"]) == 6


def test_files_say_what_the_page_says(tmp_path: Path) -> None:
    found = grown(30.0, 36.4)
    written = write_follow_up(FollowUpReport(found, MADE_AT), tmp_path / "out")
    assert {path.name for path in written} == {"follow_up.pdf", "follow_up.json"}
    values = json.loads((tmp_path / "out" / "follow_up.json").read_text())
    assert values == json.loads(json.dumps(follow_up_values(found)))
    assert values["expanded"] is True
    assert values["growth_ml"] == pytest.approx(6.4)
    assert values["hours"] == 22.0
    assert values["baseline"]["volume_ml"] == 30.0
    assert "2026" not in json.dumps(values)  # no date


def test_sentence_names_only_what_is_known() -> None:
    found = compare(study(30.0), study(36.4, None))
    assert " in " not in sentence(found)
    header: Mapping[str, object] = follow_up_values(found)
    assert header["hours"] is None
