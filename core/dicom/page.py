"""The page docs/what-can-be-opened.md, made from the table of findings.

python -m core.dicom.page > docs/what-can-be-opened.md
"""

import string
import sys

from core.dicom.findings import Finding
from core.domain import Severity

_HEAD = """\
# What can be opened, what is refused, and why

Made from `core/dicom/findings.py` by `make docs`; a test keeps it so.

A study is a folder (with its subfolders), a zip archive, or a NIfTI file (`.nii`, `.nii.gz`).
Slices are taken as they are stored: sizes, tilt, uneven steps and orders of any kind, nothing
resampled.  Whatever a reader must know of them is told as a finding on screen, in the report and in
`assessment.json`, by the code below.  *Names* stand for what is filled in.

DICOM slices may be classic files or the frames of Enhanced or Legacy Converted Enhanced CT, each
with its own position and rescale.  DICOM SEG and SR refer to slices and frames as the scanner made
them, whatever the form.

Where a study has no axial series, the voxels of a coronal or sagittal one are put in axial order.
Oblique slices within 45 degrees of axial are taken as they are.

DICOM files may lack preamble and file meta information (PS3.10 7.1): how the values are written is
told from the first of them, implicit or explicit, little or big endian.

Compressed pixels are read as RLE, deflated, JPEG (baseline, extended of 8 and 12 bits, lossless),
JPEG-LS, JPEG 2000 and High-Throughput JPEG 2000.  JPEG beyond 8 bits and HTJ2K are decoded by
imagecodecs (BSD; libjpeg-turbo and OpenJPEG): pylibjpeg's plugin for JPEG is under the GPL, which a
program under Apache-2.0 cannot bundle, and GDCM by way of pydicom reads neither JPEG extended of 12
bits nor HTJ2K.
"""
_SECTIONS = {
    Severity.REFUSAL: "Refused: nothing is measured (exit code 3)",
    Severity.WARNING: "Measured, with a warning",
    Severity.INFO: "Measured, and told",
}

_UNITS = {"mm", "hu", "gb", "ml", "deg"}


def page() -> str:
    """The page as Markdown."""
    return "\n".join([_HEAD, *(_section(severity) for severity in _SECTIONS)])


def _section(severity: Severity) -> str:
    rows = [
        f"| `{finding.code}` | {_readable(finding.text)} | {finding.remedy} |"
        for finding in Finding
        if finding.severity is severity
    ]
    head = [
        f"## {_SECTIONS[severity]}",
        "",
        "| code | what is said | what to do |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def _readable(text: str) -> str:
    """The text with the names of what is filled in: "*count* image(s)"."""
    parts = string.Formatter().parse(text)
    return "".join(plain + (f"*{_name(field)}*" if field else "") for plain, field, _, _ in parts)


def _name(field: str) -> str:
    words = field.split("_")
    return " ".join(word for word in words if word not in _UNITS)


if __name__ == "__main__":
    sys.stdout.write(page())
