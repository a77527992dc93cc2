"""The outcome of a patient of a cohort."""

from core.cohort.expansion import CONVENTIONAL, Change, ExpansionDefinition, expanded
from core.cohort.table import CohortRow


def outcome(row: CohortRow, definition: ExpansionDefinition | None = None) -> bool | None:
    """Whether the patient's hematoma expanded, None if unknown.

    By the definition; without one, what the table says, and where it says nothing, the conventional
    definition.
    """
    if definition is None and row.expanded is not None:
        return row.expanded
    return expanded(change(row), definition or CONVENTIONAL)


def change(row: CohortRow) -> Change:
    """What is known of the patient's hematoma on both CTs."""
    return Change(
        volume_ml=row.volume_ml,
        follow_up_volume_ml=row.follow_up_volume_ml,
        ivh=row.clinical.ivh,
        ivh_follow_up=row.ivh_follow_up,
        ivh_volume_ml=row.ivh_volume_ml,
        ivh_follow_up_volume_ml=row.ivh_follow_up_volume_ml,
    )
