"""Whether the patient is a child, for whom the models were not made."""

from core.dicom.findings import Finding
from core.domain import PatientHeader, QualityFinding
from core.errors import UnderAgeError

# The patients of the paper, and of the outcomes, were 19 and older (Lee 2024, Methods).
ADULT_YEARS = 19


def age_findings(
    header: PatientHeader, stated_years: float | None, *, accepted: bool
) -> tuple[QualityFinding, ...]:
    """A warning of a child that is assessed all the same; nothing of an adult, or of no age.

    The age is the header's and the one stated beside it: the younger counts.

    Raises
    ------
    UnderAgeError
        The patient is a child, and the caller has not accepted that.
    """
    known = [age for age in (header.age_years, stated_years) if age is not None]
    if not known or min(known) >= ADULT_YEARS:
        return ()
    if accepted:
        return (Finding.UNDER_AGE.told(least=ADULT_YEARS),)
    refused = Finding.UNDER_AGE_REFUSED.told(least=ADULT_YEARS)
    raise UnderAgeError(refused.message, refused.remedy)
