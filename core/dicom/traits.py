"""What the words of a series' header say: region, contrast, kernel, kind of image.

Headers are free text in the languages of the hospitals; each list holds the words met most.
"""

import re
from typing import Literal

from core.dicom.orient import MIN_AXIAL_COSINE
from core.domain import Series

_HEAD = re.compile(
    r"HEAD|BRAIN|SKULL|CRAN|CEREB|NEURO|ENCEPH|ENCEF|SCH(?:Ä|AE?)DEL|KOPF|TETE|TÊTE|CABE[ZCÇ]A|TESTA"
    r"|[头頭颅顱脑腦]|두부|뇌"
)
_ELSEWHERE = re.compile(
    r"CHEST|THORA|LUNG|HEART|CARDIA|CORONARY|AORTA|ABDO|PELVI|LIVER|RENAL|KIDNEY|KUB|COLON|SPINE"
    r"|LUMBAR|CERVICAL|NECK|SHOULDER|ELBOW|WRIST|HAND\b|HIP\b|KNEE|ANKLE|FOOT|EXTREMIT|LEG\b|ARM\b"
    r"|SINUS|FACIAL|FACE\b|ORBIT|TEMPORAL BONE|MANDIB"
)
_VESSELS = re.compile(r"\bCTA\b|\bCTV\b|\bCTP\b|ANGIO|VENOGRA|PERFU|CAROTID|WILLIS")
_WITHOUT_CONTRAST = re.compile(
    r"\b(?:W O|WO|WITHOUT|NON|NO|SANS|OHNE|SENZA|SIN|SEM) (?:IV )?(?:CONTRAST\w*|KM\b)|NONCONTRAST"
)
_CONTRAST = re.compile(r"CONTRAST|ENHANCED")
_LOCALIZER = re.compile(r"LOCALI[SZ]ER|SCOUT|TOPOGRAM|SURVIEW|SCANOGRAM")
_SHARP = re.compile(r"BONE|LUNG|EDGE|SHARP|KNOCHEN|OSSEU|OSEA|HUESO")
# Siemens numbers its kernels by sharpness, 60 and above for bone (H60s, B70f, Hr64).  Canon's FC30
# to FC39 and FC80 to FC89 are for bone and inner ear.
_SHARP_NUMBER = re.compile(r"^(?!FC)[A-Z]{1,2}[6-9]\d|^FC[38]\d")
_MASK = re.compile(r"\b(?:SEG|MASK|LABEL|ROI|LESION)")
_NO_AGENT = {"", "NO", "NONE", "N"}


def region(series: Series) -> Literal["head", "elsewhere", "unstated"]:
    """Which part of the body a series shows; its own description outranks BodyPartExamined.

    BodyPartExamined (0018,0015) is copied from the protocol and is often that of another part.
    """
    for text in (_words(series.description), _words(series.body_part)):
        if _HEAD.search(text):
            return "head"
        if _ELSEWHERE.search(text):
            return "elsewhere"
    return "unstated"


def is_contrast_enhanced(series: Series) -> bool:
    """Whether an agent is named (0018,0010) or the description speaks of contrast."""
    if series.contrast_agent.strip().upper() not in _NO_AGENT:
        return True
    text = _WITHOUT_CONTRAST.sub("", _words(series.description))
    return _CONTRAST.search(text) is not None


def shows_vessels(series: Series) -> bool:
    """Whether the series is an angiography or a perfusion study."""
    return _VESSELS.search(_words(series.description)) is not None


def is_sharp(series: Series) -> bool:
    """Whether the series was reconstructed for bone or lung, which makes brain noisy."""
    kernel = series.kernel.strip().upper()
    return bool(
        _SHARP.search(f"{kernel} {_words(series.description)}") or _SHARP_NUMBER.search(kernel)
    )


def is_localizer(series: Series) -> bool:
    """Whether the series is a projection for planning (PS3.3 C.8.2.1.1.1, value 3)."""
    return "LOCALIZER" in series.image_type or (
        _LOCALIZER.search(_words(series.description)) is not None
    )


def is_derived(series: Series) -> bool:
    """Whether the images were calculated from others (value 1 of Image Type)."""
    return "DERIVED" in series.image_type[:1]


def is_axial(series: Series) -> bool:
    """Whether the slices are within 45 degrees of axial, as tilted head CT is."""
    return series.normal is not None and series.normal[2] >= MIN_AXIAL_COSINE


def is_mask(series: Series) -> bool:
    """Whether the name of a NIfTI file says that it is a segmentation and not a CT."""
    return series.format == "nifti" and _MASK.search(_words(series.description)) is not None


def _words(text: str) -> str:
    """Upper case, one blank between words."""
    return " ".join(re.split(r"[\W_]+", text.upper())).strip()
