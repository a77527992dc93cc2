import numpy as np
import pydicom
import pytest
from skimage.measure import label

from core.errors import StudyUnusableError
from core.imaging.head import Box, head_box

AIR_HU, BRAIN_HU, TABLE_HU = -1000, 35, 200


def head_on_a_table(rows=slice(60, 220), columns=slice(80, 200)):
    """A block of a head, 160 x 120 pixels, in air over a table 6 pixels thick."""
    hu = np.full((20, 256, 256), AIR_HU, np.int16)
    hu[:, rows, columns] = BRAIN_HU
    hu[:, 235:241] = TABLE_HU
    return hu


def test_box_is_the_square_about_the_head_with_six_percent_to_spare():
    # 160 x 1.06 = 169.6; about the center (139.5, 139.5) of rows 60-219 and columns 80-199
    assert head_box(head_on_a_table()) == Box(row=55, column=55, size=170)


def test_what_shows_in_few_slices_does_not_widen_the_box():
    hu = head_on_a_table()
    hu[:5, 60:220, 20:80] = BRAIN_HU  # a shoulder in 5 of 20 slices, not more than a quarter
    assert head_box(hu) == head_box(head_on_a_table())
    hu[5, 60:220, 20:80] = BRAIN_HU
    assert head_box(hu) != head_box(head_on_a_table())


def test_box_of_a_head_at_the_frame_s_corner_reaches_beyond_the_frame():
    hu = head_on_a_table(slice(0, 160), slice(0, 120))
    assert head_box(hu) == Box(row=-5, column=-25, size=170)


def test_volume_without_a_head_is_refused():
    table_only = head_on_a_table(slice(0), slice(0))
    with pytest.raises(StudyUnusableError, match="No head was found in 20 slices of 256 x 256"):
        head_box(table_only)


def test_box_hugs_the_skull_of_a_real_tilted_series(shared_data):
    files = [
        pydicom.dcmread(path) for path in sorted((shared_data / "dicom_ge_head").glob("*.dcm"))
    ]
    hu = np.stack([file.pixel_array * file.RescaleSlope + file.RescaleIntercept for file in files])
    box = head_box(hu.astype(np.int16))
    above_the_base = hu[8:] > 300
    labels = np.stack([label(bone) for bone in above_the_base])
    skull = np.stack([part == 1 + np.bincount(part.ravel())[1:].argmax() for part in labels])
    rows, columns = (np.flatnonzero(skull.any(axis=axes)) for axes in ((0, 2), (0, 1)))
    assert box.row < rows[0]
    assert box.row + box.size > rows[-1]
    assert box.column < columns[0]
    assert box.column + box.size > columns[-1]
    assert box.size < 1.1 * (rows[-1] - rows[0])  # 6 % margin, and the scalp
