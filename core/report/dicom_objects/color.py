"""The slices as color pictures that any viewer shows: outline and activation drawn in."""

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from pydicom import Dataset
from pydicom.uid import SecondaryCaptureImageStorage

from core.domain import Assessment, Geometry, SourceSlice, Volume
from core.imaging.head import Box
from core.report.colors import CASING
from core.report.dicom_objects.common import algorithm, new_object, reference, uid_of
from core.report.pictures import SIDE_PX, marked_picture
from core.report.provenance import RESEARCH_USE, VERSION

COLOR = "color_{:04d}.dcm"
_SERIES = 9003  # beyond what scanners number
_STRIP_PX, _TEXT_PX = 30, 13


def color_series(assessment: Assessment, head: Box, first_said: str) -> Iterator[Dataset]:
    """Secondary Capture images (PS3.3 A.8), one a slice, caudal first; RGB, nothing compressed.

    Each refers to the slice that it shows, where that is one of the scanner's.  ``first_said`` is
    burned in with the words on research use; nothing of the patient is.
    """
    sources = _scanned(assessment.volume)
    series_uid, device = uid_of(assessment, "color series"), algorithm(assessment)
    strip = _strip(first_said)
    for index in range(len(assessment.slices)):
        made = new_object(SecondaryCaptureImageStorage, uid_of(assessment, COLOR.format(index)))
        made.Modality, made.BodyPartExamined = "OT", "HEAD"
        made.SeriesInstanceUID = series_uid
        made.SeriesNumber, made.InstanceNumber = _SERIES, index + 1
        made.SeriesDescription = "HEscope outline and activation."
        made.ConversionType = "WSD"
        made.PatientOrientation = _orientation(assessment.volume.geometry)
        made.ImageType = ["DERIVED", "SECONDARY", "OTHER"]
        made.DerivationDescription = f"{device}. {RESEARCH_USE}"
        made.BurnedInAnnotation = "NO"
        made.ImageComments = RESEARCH_USE
        if sources:
            made.SourceImageSequence = [reference(sources[index])]
        _set_pixels(made, _above(strip, marked_picture(assessment, index, head)))
        yield made


def _scanned(volume: Volume) -> tuple[SourceSlice, ...]:
    """The scanner's slices, one for each of the volume; none where these are of another plane."""
    images = volume.images
    if images is None or not np.allclose(images.geometry.normal, volume.geometry.normal):
        return ()
    return images.slices


def _orientation(geometry: Geometry) -> list[str]:
    """Where rows and columns lead to in the patient (PS3.3 C.7.6.1.1.1), by their largest part."""
    letters = []
    for axis in (geometry.column_axis, geometry.row_axis):
        largest = int(np.abs(axis).argmax())
        letters.append(("LPH" if axis[largest] > 0 else "RAF")[largest])
    return letters


def _strip(first_said: str) -> Image.Image:
    """The words below each picture; as wide as one."""
    strip = Image.new("RGB", (SIDE_PX, _STRIP_PX), CASING)
    words = " ".join(part for part in (f"HEscope {VERSION}.", first_said, RESEARCH_USE) if part)
    place = (8, (_STRIP_PX - _TEXT_PX) // 2)
    ImageDraw.Draw(strip).text(place, words, "white", ImageFont.load_default(_TEXT_PX))
    return strip


def _above(strip: Image.Image, picture: Image.Image) -> Image.Image:
    labelled = Image.new("RGB", (picture.width, picture.height + strip.height))
    labelled.paste(picture)
    labelled.paste(strip, (0, picture.height))
    return labelled


def _set_pixels(made: Dataset, picture: Image.Image) -> None:
    made.SamplesPerPixel, made.PhotometricInterpretation = 3, "RGB"
    made.PlanarConfiguration = 0
    made.Rows, made.Columns = picture.height, picture.width
    made.BitsAllocated, made.BitsStored, made.HighBit = 8, 8, 7
    made.PixelRepresentation = 0
    made.LossyImageCompression = "00"
    content = picture.tobytes()
    made.add_new("PixelData", "OB", content + b"\0" * (len(content) % 2))
