from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest

from core.dicom import choose_head_ct, find_series, read_volume
from core.simulate import appearance
from core.simulate.appearance import HematomaCourse
from core.simulate.cohort import simulate_cohort
from core.simulate.write_patient import SimulatedPatient, patients_of, with_files, write_patient

COURSE = HematomaCourse(volume_ml=20.0, follow_up_volume_ml=35.0, expanded=True)


@pytest.fixture(scope="module")
def patient(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "SIM-0001"
    write_patient(folder, SimulatedPatient("SIM-0001", 71, "female", COURSE), "small", seed=(1, 0))
    return folder


def mask_ml(file: Path) -> float:
    image = nibabel.load(file)
    return float(np.asarray(image.dataobj).sum() * np.prod(image.header.get_zooms()) / 1000)


def test_masks_have_the_volumes_of_the_table(patient):
    # A mask counts voxels of 1.9 x 1.9 x 5 mm that are at least half hematoma.
    assert mask_ml(patient / "baseline_hematoma.nii.gz") == pytest.approx(20, rel=0.05)
    assert mask_ml(patient / "follow_up_hematoma.nii.gz") == pytest.approx(35, rel=0.05)


@pytest.mark.parametrize("scan", ["baseline", "follow_up"])
def test_ct_is_read_as_a_head_ct_on_the_grid_of_its_mask(patient, scan):
    volume = read_volume(choose_head_ct(find_series(patient / scan)))
    assert volume.hu.shape == (26, 128, 128)
    mask = np.asarray(nibabel.load(patient / f"{scan}_hematoma.nii.gz").dataobj) == 1
    blood = volume.hu.transpose(2, 1, 0)[mask]
    # Clot of 61 HU with a part of 46 HU; brain around it has 25 to 37 HU.
    assert 45 < blood.mean() < 65


def test_scans_are_two_studies_of_one_patient(patient):
    first, second = (
        pydicom.dcmread(patient / scan / "CT0020.dcm") for scan in ("baseline", "follow_up")
    )
    assert first.PatientID == second.PatientID == "SIM-0001"
    assert first.StudyInstanceUID != second.StudyInstanceUID
    assert (first.PatientAge, first.PatientSex) == ("071Y", "F")
    assert str(first.PatientName) == "SIMULATED^SIM-0001"


def test_patient_without_hematoma_has_a_ct_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setitem(appearance._SIZES, "small", (32, 1))
    folder = tmp_path / "SIM-0002"
    write_patient(folder, SimulatedPatient("SIM-0002", 60, "male", None), "small", seed=(1, 1))
    assert [file.name for file in folder.iterdir()] == ["baseline"]


def test_table_names_files_that_a_patient_has():
    table = with_files(simulate_cohort(572, seed=1)).set_index("patient")
    bleeding = table["volume_ml"].notna()
    files = ["study", "mask", "follow_up", "follow_up_mask"]
    patient = bleeding.idxmax()
    assert table.loc[patient, files].tolist() == [
        f"patients/{patient}/baseline",
        f"patients/{patient}/baseline_hematoma.nii.gz",
        f"patients/{patient}/follow_up",
        f"patients/{patient}/follow_up_hematoma.nii.gz",
    ]
    assert table.loc[~bleeding, "study"].notna().all()
    assert table.loc[~bleeding, files[1:]].isna().all(axis=None)


def test_patients_without_hematoma_have_no_course():
    patients = list(patients_of(simulate_cohort(572, seed=1)))
    assert sum(patient.course is None for patient in patients) == 3
