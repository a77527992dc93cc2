"""highdicom's tables of the DICOM standard, for the objects that HEscope refers to and writes."""

import json
from pathlib import Path

import highdicom
from pydicom.uid import Comprehensive3DSRStorage, CTImageStorage, SegmentationStorage

OBJECTS = (CTImageStorage, SegmentationStorage, Comprehensive3DSRStorage)
_ATTRIBUTES = "module_attribute_map.json"
_SOURCE = Path(highdicom.__file__).parent / "_standard"


def dicom_tables(folder: Path) -> list[tuple[str, str]]:
    """Files, written to ``folder``, and where they go in the bundle: 1 of 23 MB."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {path.name: json.loads(path.read_text("utf-8")) for path in _SOURCE.glob("*.json")}
    objects = [tables["sop_class_iod_map.json"][uid] for uid in OBJECTS]
    modules = {m["key"] for each in objects for m in tables["iod_module_map.json"][each]}
    attributes = tables[_ATTRIBUTES]
    tables[_ATTRIBUTES] = {key: attributes[key] for key in attributes if key in modules}
    for name, table in tables.items():
        (folder / name).write_text(json.dumps(table), encoding="utf-8")
    return [(str(folder / name), "highdicom/_standard") for name in sorted(tables)]
