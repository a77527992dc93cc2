"""``assessment.json``: an assessment in full, without a word that identifies the patient.

Its schema is ``assets/assessment.schema.json``.
"""

import json
from dataclasses import asdict

from core.domain import Assessment
from core.models.card import ModelCard
from core.report.dicom_objects import dicom_findings
from core.report.distances import as_record
from core.report.evidence import disagreement
from core.report.nifti import nifti_findings
from core.report.probabilities import probabilities
from core.report.provenance import RESEARCH_USE, VERSION
from core.risk.estimate import RiskModels, models_used

SCHEMA = "hescope-assessment/1"


def assessment_json(assessment: Assessment, *, card: ModelCard, risk_models: RiskModels) -> str:
    """JSON text of an assessment; what is unknown or could not be computed is null."""
    findings = (
        *assessment.findings,
        *nifti_findings(assessment.volume.geometry),
        *dicom_findings(assessment),
    )
    document = {
        "schema": SCHEMA,
        "research_use": RESEARCH_USE,
        "hescope_version": VERSION,
        "model": asdict(assessment.model),
        "image_score": {"labels": card.expansion_labels, **asdict(card.image_score)},
        "input_sha256": assessment.input_sha256,
        "volume_ml": assessment.volume_ml,
        "abc2_ml": assessment.abc2_ml,
        "ndl": assessment.ndl,
        "l5_hu": assessment.l5_hu,
        "irregular": assessment.irregular,
        "edited_by_reader": assessment.segmentation.edited_by_reader,
        "clinical": asdict(assessment.clinical),
        "base_rate": assessment.risk.base_rate,
        "probabilities": probabilities(
            assessment.risk, assessment.clinical, assessment.image, risk_models, card
        ),
        "disagreement": disagreement(
            assessment.risk, models_used(risk_models, assessment.clinical, assessment.image)
        ),
        "slices": [asdict(result) for result in assessment.slices],
        "distances": [as_record(distance) for distance in assessment.distances],
        "findings": [asdict(finding) for finding in findings],
        "timings_s": assessment.timings_s,
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"
