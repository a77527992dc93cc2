from core.domain import Assessment
from core.report.slices_csv import slices_csv


def test_each_slice_is_a_line_and_no_score_is_blank(assessment: Assessment) -> None:
    assert slices_csv(assessment.slices) == (
        "index,z_mm,p_hematoma,area_mm2,dl_score\n"
        "0,20.0,0.02,0.0,\n"
        "1,25.0,0.75,8.0,0.5\n"
        "2,30.0,0.02,0.0,\n"
    )
