"""Clinical files and what-if arguments of any content: an answer within bounds, or a refusal."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cli import main
from core.errors import ClinicalDataError, HescopeError
from core.risk.clinical_file import read_clinical_file
from core.risk.variables import VARIABLES

NAME = st.sampled_from([*VARIABLES, "", "Age", "patient_name"])
SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 65, 10, 325, 0])
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.text(max_size=8)
)
VALUE = SCALAR | st.lists(SCALAR, max_size=2) | st.dictionaries(st.text(max_size=3), SCALAR)


def read(text: str) -> object:
    with TemporaryDirectory() as folder:
        file = Path(folder, "clinical.json")
        file.write_text(text, encoding="utf-8", errors="surrogatepass")
        return read_clinical_file(file)


@given(st.dictionaries(NAME, VALUE, max_size=5))
@settings(max_examples=200, deadline=None)
def test_any_object_is_findings_within_their_ranges_or_refused(values: dict[str, object]) -> None:
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(4300)
    try:
        found = read(json.dumps(values))
    except HescopeError:
        return
    for name, variable in VARIABLES.items():
        value = getattr(found, name)
        if variable.hard_range is not None and value is not None:
            low, high = variable.hard_range
            assert low <= value <= high
            assert not isinstance(value, bool)
    assert set(values) <= set(VARIABLES)


@pytest.mark.parametrize(
    "text",
    [
        '{"gcs": NaN}',
        '{"gcs": Infinity}',
        '{"gcs": true}',
        '{"antiplatelet": 2}',
        '{"gcs": 10, "gcs": 10}',
        '{"gcs": 1' + "0" * 5000 + "}",
        '{"age_years": 1e999}',
        '{"gcs": "1_0"}',
        '{"gcs": [10]}',
    ],
)
def test_what_is_no_finding_is_refused(text: str) -> None:
    with pytest.raises(ClinicalDataError):
        read(text)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["--age", "--gcs", "--fibrinogen", "--fibrinogen-g-l", "--onset"]
                + ["--l5", "--ndl", "--base-rate"]
            ),
            st.integers(-5, 700).map(str)
            | st.floats().map(str)
            | st.text("0123456789.,eE+-_ nai\u0663", max_size=6),
        ),
        max_size=4,
        unique_by=lambda pair: pair[0],
    )
)
@settings(max_examples=150, deadline=None)
def test_any_arguments_of_whatif_are_answered_or_refused(pairs: list[tuple[str, str]]) -> None:
    written: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.cli.whatif.print_json", written.append)
        try:
            code = main(["whatif", "--json", *(f"{name}={value}" for name, value in pairs)])
        except SystemExit as ended:
            code = int(ended.code or 0)
    assert code in {0, 2, 4}
    for found in written:
        text = json.dumps(found, allow_nan=False)  # no NaN, no infinity
        for estimate in json.loads(text)["probabilities"].values():
            if estimate["p"] is not None:
                low, high = estimate["ci95"]
                assert 0 <= low <= estimate["p"] <= high <= 1
