"""The records that the parts of HEscope hand to one another.

Array axes are (slice, row, column), slices from caudal to cranial.  The patient frame is LPS in mm
(DICOM PS3.3 C.7.6.2).  Arrays are read-only; a change is a new record on the same geometry.
"""

import math
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

ModelKind = Literal["image", "clinical", "integrated"]
MODEL_KINDS: tuple[ModelKind, ...] = ("image", "clinical", "integrated")
"""The models of the paper."""

EstimateKind = ModelKind | Literal["outcome"]
"""Those, and the model fitted to published outcomes of patients."""
ESTIMATE_KINDS: tuple[EstimateKind, ...] = ("outcome", *MODEL_KINDS)
"""In the order in which they are shown."""

Plane = Literal["axial", "coronal", "sagittal"]
PLANES: tuple[Plane, ...] = ("axial", "coronal", "sagittal")


class Severity(StrEnum):
    """How much a quality finding matters to the reader."""

    INFO = "info"
    WARNING = "warning"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """Something about a study that its reader must know; a refusal ends the assessment."""

    code: str
    severity: Severity
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class PatientIdentity:
    """Who a patient is, to be told from another and for nothing else.

    Keyed hashes, whose key is forgotten with the program: nobody can tell whose they were.  ``""``
    and empty are unknown.
    """

    identifier: str = ""
    birth_date: str = ""
    name: frozenset[str] = frozenset()

    def is_another(self, other: "PatientIdentity") -> bool:
        """Whether these are surely two.

        Identifier (0010,0020) and birth date (0010,0030) decide; names only where one of the two
        is not known of both, for a name is written in many ways: DOE^JOHN, Doe, John.
        """
        pairs = ((self.identifier, other.identifier), (self.birth_date, other.birth_date))
        if any(one != two for one, two in pairs if one and two):
            return True
        if all(one and two for one, two in pairs):
            return False
        return bool(self.name and other.name) and not self.name & other.name


@dataclass(frozen=True, slots=True)
class PatientHeader:
    """What the header says of the patient and may prefill the clinical form; never identifiers."""

    age_years: float | None = None
    sex: Literal["male", "female"] | None = None
    acquired_at: datetime | None = None
    identity: PatientIdentity = field(default=PatientIdentity(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller wants of a study, beyond the best head CT of its only, adult patient.

    ``series_uid``: SeriesInstanceUID, or name of the NIfTI file.  ``patient``: number of the
    patient where a folder holds several, counted from 1.  ``child``: a child is assessed too.
    """

    series_uid: str | None = None
    patient: int | None = None
    child: bool = False


NOTHING_ASKED = Asked()


@dataclass(frozen=True, slots=True)
class Series:
    """One stack of slices as its headers describe it; no pixel has been read.

    ``files`` are in file order; ``read_volume`` sorts them by position.  A NIfTI file is a series
    of one file and format ``nifti``.  ``n_slices`` counts positions, ``n_images`` the images there:
    a multi-frame file holds many.  ``n_series_uids`` is above 1 where each slice was a series.
    ``patient_number`` counts the patients of the folder from 1.
    """

    uid: str
    files: tuple[Path, ...]
    format: Literal["dicom", "nifti"]
    modality: str
    description: str = ""
    body_part: str = ""
    image_type: tuple[str, ...] = ()
    kernel: str = ""
    manufacturer: str = ""
    contrast_agent: str = ""
    n_slices: int = 0
    n_images: int = 0
    n_series_uids: int = 1
    spacing_mm: float | None = None
    normal: tuple[float, float, float] | None = None
    patient: PatientHeader = field(default_factory=PatientHeader)
    patient_number: int = 1
    study_uid: str = ""


@dataclass(frozen=True, eq=False)
class Geometry:
    """Where the voxels of a stack of parallel slices lie in the patient (LPS, mm).

    ``positions_mm`` (slices, 3) is ImagePositionPatient (0020,0032) of each slice, caudal first.
    ``column_axis`` points along a row to the next column, ``row_axis`` down to the next row: the
    two halves of ImageOrientationPatient (0020,0037).  ``pixel_spacing_mm`` is PixelSpacing
    (0028,0030): between rows, between columns.  Slices may be sheared (gantry tilt) and unevenly
    spaced.
    """

    positions_mm: FloatArray
    column_axis: FloatArray
    row_axis: FloatArray
    pixel_spacing_mm: tuple[float, float]
    rows: int
    columns: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        return len(self.positions_mm), self.rows, self.columns

    @property
    def pixel_area_mm2(self) -> float:
        """Area of one pixel, mm2."""
        return self.pixel_spacing_mm[0] * self.pixel_spacing_mm[1]

    @cached_property
    def normal(self) -> FloatArray:
        """Unit vector of the slice normal, on its cranial side."""
        normal: FloatArray = np.cross(self.column_axis, self.row_axis)
        return np.asarray(np.copysign(1.0, normal[2]) * normal / np.linalg.norm(normal))

    @cached_property
    def offsets_mm(self) -> FloatArray:
        """Position of each slice along the slice normal, mm (slices,)."""
        offsets: FloatArray = self.positions_mm @ self.normal
        return offsets

    @cached_property
    def thickness_mm(self) -> FloatArray:
        """Share of the slice normal that belongs to each slice, mm (slices,).

        Half the way to either neighbour; an end slice gets as much outward as inward.
        """
        steps = np.diff(self.offsets_mm)
        padded = np.concatenate([steps[:1], steps, steps[-1:]])
        thickness: FloatArray = (padded[:-1] + padded[1:]) / 2
        return thickness


@dataclass(frozen=True, slots=True)
class SourceSlice:
    """A slice as other objects refer to it.

    SeriesInstanceUID (0020,000E), SOPClassUID (0008,0016) and SOPInstanceUID (0008,0018); the
    number of the frame, from 1, in a multi-frame image, else None.
    """

    series_uid: str
    class_uid: str
    image_uid: str
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class SourceImages:
    """The DICOM slices of which a volume was made, by their UIDs alone, and where they lie.

    StudyInstanceUID (0020,000D) and FrameOfReferenceUID (0020,0052); ``geometry`` is of the slices
    as the scanner made them, of which the volume's voxels may be in another order.
    """

    study_uid: str
    frame_of_reference_uid: str
    slices: tuple[SourceSlice, ...]
    geometry: Geometry = field(repr=False, compare=False)


@dataclass(frozen=True, eq=False)
class Volume:
    """A CT volume in Hounsfield units on the scanner's grid.

    ``hu`` is int16 (slices, rows, columns); ``findings`` are what reading it brought to light.
    ``images`` is None where the slices have no UIDs, as those of a NIfTI file.  ``lost_mm`` are the
    offsets along the normal of damaged slices that were left out at the ends, mm.
    """

    hu: NDArray[np.int16]
    geometry: Geometry
    series: Series
    findings: tuple[QualityFinding, ...] = ()
    images: SourceImages | None = None
    lost_mm: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Segmentation:
    """A hematoma mask on the scanner's grid, bool (slices, rows, columns)."""

    mask: BoolArray
    geometry: Geometry
    edited_by_reader: bool = False

    @cached_property
    def mask_sha256(self) -> str:
        """SHA-256 of the mask, which is never changed."""
        return sha256(self.mask.tobytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class SliceResult:
    """What the networks say of one slice; ``dl_score`` is None where no hematoma was segmented."""

    index: int
    z_mm: float
    p_hematoma: float
    area_mm2: float
    dl_score: float | None


@dataclass(frozen=True, slots=True)
class ClinicalFindings:
    """What is known of the patient at the bedside; None is unknown.

    Units, ranges and meanings are those of ``core.risk.variables``; ``core.risk.clinical_input``
    alone builds this record from user input.
    """

    age_years: float | None = None
    gcs: int | None = None
    fibrinogen_mg_dl: float | None = None
    sex: Literal["male", "female"] | None = None
    onset_to_ct_h: float | None = None
    sbp_mmhg: float | None = None
    dbp_mmhg: float | None = None
    inr: float | None = None
    platelets_10e9_l: float | None = None
    aptt_s: float | None = None
    antiplatelet: bool | None = None
    anticoagulant: bool | None = None
    nihss: int | None = None
    glucose_mg_dl: float | None = None
    recurrent_ich: bool | None = None
    ivh: bool | None = None
    infratentorial: bool | None = None
    spot_sign: Literal["absent", "present"] | None = None


@dataclass(frozen=True, slots=True)
class ImageFindings:
    """What is known of the hematoma on the first CT; None is unknown, or no hematoma.

    Units and meanings are those of ``core.risk.image_variables``.  ``irregular`` and ``blend`` are
    a reader's, never the computed candidates.  ``out_of_scope`` says why no model is for this
    image; then none gives a probability.
    """

    ndl: float | None = None
    l5_hu: float | None = None
    volume_ml: float | None = None
    irregular: bool | None = None
    blend: bool | None = None
    out_of_scope: str | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """One term's share of a patient's log-odds.

    ``log_odds`` is coefficient times deviation from the reference; the contributions of a model and
    its ``intercept`` (the log-odds of the reference patient) add up to the log-odds of the risk.
    """

    term: str
    label: str
    value: float
    log_odds: float
    odds_ratio: float


@dataclass(frozen=True, slots=True)
class RiskEstimate:
    """Probability of hematoma expansion by one model, or the reason why there is none."""

    kind: EstimateKind
    p: float | None
    ci95: tuple[float, float] | None
    source: str
    reason: str | None = None
    intercept: float | None = None
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """The models' estimates for one patient at one base rate."""

    outcome: RiskEstimate
    image: RiskEstimate
    clinical: RiskEstimate
    integrated: RiskEstimate
    base_rate: float

    @property
    def estimates(self) -> tuple[RiskEstimate, RiskEstimate, RiskEstimate]:
        """Image, clinical, integrated: the order of the paper."""
        return self.image, self.clinical, self.integrated

    @property
    def all_estimates(self) -> tuple[RiskEstimate, ...]:
        """The outcome-based one first, then those of the paper."""
        return self.outcome, *self.estimates


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which released model made a result: its name, version and the SHA-256 of its card.

    ``engine`` is the program and the arithmetic that ran its networks.
    """

    name: str
    version: str
    sha256: str
    engine: str

    @property
    def in_words(self) -> str:
        """Model and engine, for a person."""
        return f"{self.name} {self.version}, {self.engine}"


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance that a reader measured on a picture, between two points of the patient (LPS, mm).

    >>> Distance("coronal", (0.0, 5.0, 10.0), (30.0, 5.0, 50.0)).length_mm
    50.0
    """

    plane: Plane
    from_mm: tuple[float, float, float]
    to_mm: tuple[float, float, float]

    @property
    def length_mm(self) -> float:
        """Length, mm."""
        return math.dist(self.from_mm, self.to_mm)


@dataclass(frozen=True, eq=False)
class Assessment:
    """Everything that one study and its clinical findings led to.

    ``activation`` is Grad-CAM in [0, 1], float16 on the scanner's grid.  ``ndl`` and ``l5_hu`` (of
    ``core.imaging.laplacian``) are None when no hematoma was found; then no image, integrated or
    outcome-based risk is given.  ``irregular`` is the shape as a reader saw it, None if unread.
    ``out_of_scope`` says why there is no risk at all, None where there is.  ``distances`` are what
    a reader measured, in that order.
    """

    volume: Volume
    segmentation: Segmentation
    slices: tuple[SliceResult, ...]
    activation: NDArray[np.float16]
    volume_ml: float
    abc2_ml: float
    ndl: float | None
    l5_hu: float | None
    clinical: ClinicalFindings
    risk: Risk
    findings: tuple[QualityFinding, ...]
    model: ModelIdentity
    input_sha256: str
    timings_s: dict[str, float]
    irregular: bool | None = None
    out_of_scope: str | None = None
    distances: tuple[Distance, ...] = ()

    @property
    def image(self) -> ImageFindings:
        """What the risk models take from the image."""
        return ImageFindings(
            ndl=self.ndl,
            l5_hu=self.l5_hu,
            irregular=self.irregular,
            out_of_scope=self.out_of_scope,
        )
