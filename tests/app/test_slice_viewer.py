import gzip
from dataclasses import replace

import numpy as np

from app.opening import OpenStudy
from app.pictures import pack
from app.widgets.slice_viewer.component import geometry_props
from core.domain import Assessment, Geometry
from tests.dicom.make import axial_geometry


def test_packed_array_is_little_endian_in_slice_row_column_order() -> None:
    array = np.arange(8, dtype=">i2").reshape(2, 2, 2).transpose(2, 1, 0)
    packed = pack(array)
    assert packed.dtype == "int16"
    values = np.frombuffer(gzip.decompress(packed.gz), "<i2")
    assert values.tolist() == [0, 4, 2, 6, 1, 5, 3, 7]


def test_arrays_that_differ_in_one_voxel_have_other_names() -> None:
    # Above 1 MiB Streamlit's own id looks at the first, middle and last 64 kB only.
    one, other = np.zeros((2, 1024, 1024), np.uint8), np.zeros((2, 1024, 1024), np.uint8)
    other[0, 512, 0] = 1
    assert pack(one).sha256 != pack(other).sha256


def test_axial_slice_shows_the_right_side_of_the_patient_on_the_left(
    assessment: Assessment,
) -> None:
    marks = geometry_props(assessment.volume.geometry)["marks"]
    sides = {"left": "R", "right": "L", "top": "A", "bottom": "P"}
    assert marks == {**sides, "cranial": "S", "caudal": "I"}


def test_mirrored_rows_swap_the_marks(assessment: Assessment) -> None:
    axial = assessment.volume.geometry
    mirrored = Geometry(
        axial.positions_mm, -axial.column_axis, axial.row_axis, (1.0, 1.0), axial.rows, 32
    )
    marks = geometry_props(mirrored)["marks"]
    sides = {"left": "L", "right": "R", "top": "A", "bottom": "P"}
    assert marks == {**sides, "cranial": "S", "caudal": "I"}


def test_upright_pictures_stand_on_the_way_of_the_table() -> None:
    tilted = axial_geometry((5, 8, 8), tilt_deg=15.0)
    assert geometry_props(tilted)["up"] == [0.0, 0.0, 1.0]
    turned = replace(tilted, positions_mm=np.outer(np.arange(5), tilted.normal))
    assert geometry_props(turned)["up"] == turned.normal.round(6).tolist()
    torn = replace(tilted, positions_mm=np.outer(np.arange(5), [0.0, 50.0, 1.0]))
    assert geometry_props(torn)["up"] == torn.normal.round(6).tolist()
    alone = replace(tilted, positions_mm=tilted.positions_mm[:1])
    assert geometry_props(alone)["up"] == alone.normal.round(6).tolist()


def test_another_outline_has_its_own_pictures_and_the_same_ct(study: OpenStudy) -> None:
    segmentation = study.assessment.segmentation
    mask = np.roll(segmentation.mask, 1, axis=0)
    edited = replace(study.assessment, segmentation=replace(segmentation, mask=mask))
    changed = study._assessed_as(edited)
    assert changed.pictures.ct is study.pictures.ct
    assert gzip.decompress(changed.pictures.mask.gz) == mask.tobytes()
    back = changed.as_by_networks()
    assert back.pictures == study.pictures
