"""Finds, chooses, reads and checks the head CT of a study."""

import pydicom.config

from core.dicom import codecs
from core.dicom.age import age_findings
from core.dicom.choice import choice_findings, suitable_series
from core.dicom.choose import JudgedSeries, choose_head_ct, rank_series
from core.dicom.damage import refuse_hematoma_beside_damage
from core.dicom.find import find_series
from core.dicom.fingerprint import input_sha256
from core.dicom.left_out import left_out_findings
from core.dicom.nifti import affine_ras
from core.dicom.orient import in_order_of
from core.dicom.quality import check_quality, refuse_if_unusable
from core.dicom.read import read_volume
from core.dicom.source import study_folder
from core.dicom.thumbnail import thumbnail

# A warning of pydicom's repeats the odd value, a UID for instance.  Its settings are the process's:
# said once, before any thread reads, where a context around each file would race.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
codecs.register()

__all__ = [
    "JudgedSeries",
    "affine_ras",
    "age_findings",
    "check_quality",
    "choice_findings",
    "choose_head_ct",
    "find_series",
    "in_order_of",
    "input_sha256",
    "left_out_findings",
    "rank_series",
    "read_volume",
    "refuse_hematoma_beside_damage",
    "refuse_if_unusable",
    "study_folder",
    "suitable_series",
    "thumbnail",
]
