"""The slices of a written series in the other forms in which hospitals send them."""

from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset as write_bare
from pydicom.uid import EnhancedCTImageStorage

from tests.dicom.make import write_dataset


def strip(path: Path, *, implicit: bool, little: bool = True) -> None:
    """Rewrite a file as its data set alone."""
    dataset = dcmread(path)
    dataset.PixelData = dataset.pixel_array.astype("<u2" if little else ">u2").tobytes()
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = implicit, little
    write_bare(buffer, dataset)
    path.write_bytes(buffer.getvalue())


def item(**values: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def enhanced(paths: list[Path], order: list[int], folder: Path) -> Path:
    """One Enhanced CT image of the slices, frames in the given order."""
    slices = [dcmread(paths[i]) for i in order]
    image = dcmread(paths[0])
    image.SOPClassUID = EnhancedCTImageStorage
    image.NumberOfFrames = len(slices)
    image.SharedFunctionalGroupsSequence = [
        item(
            PixelMeasuresSequence=[item(PixelSpacing=image.PixelSpacing)],
            PlaneOrientationSequence=[item(ImageOrientationPatient=image.ImageOrientationPatient)],
        )
    ]
    image.PerFrameFunctionalGroupsSequence = [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=one.ImagePositionPatient)],
            PixelValueTransformationSequence=[
                item(
                    RescaleSlope=one.RescaleSlope,
                    RescaleIntercept=one.RescaleIntercept - 100 * (i % 2),
                    RescaleType="HU",
                )
            ],
        )
        for i, one in zip(order, slices, strict=True)
    ]
    image.PixelData = b"".join(
        (one.pixel_array + np.uint16(100 * (i % 2))).tobytes()
        for i, one in zip(order, slices, strict=True)
    )
    for keyword in ("PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient"):
        delattr(image, keyword)
    del image.RescaleSlope, image.RescaleIntercept
    return write_dataset(image, folder / "enhanced.dcm")
