"""Byte code that is the same in every build of the same sources."""

import marshal
import sys
from types import CodeType

from PyInstaller.archive import writers
from PyInstaller.building import utils

_WITHOUT_REFERENCES = 2  # version of the marshal format


def make_byte_code_repeatable() -> None:
    """Let PyInstaller write every module from an object that nothing else refers to.

    Python marks an object of a module as shared if anything in the process refers to it, which
    depends on whether the module was compiled or read from a .pyc file (CPython issue 78274).
    A character alone is one object in the whole process, marked as a name if it ever was one.
    """
    for code_point in range(256):
        sys.intern(chr(code_point))
    rename = utils.replace_filename_in_code_object  # what every module passes before it is written

    def rename_and_detach(code: CodeType, filename: str) -> CodeType:
        renamed = rename(code, filename)
        detached: CodeType = marshal.loads(marshal.dumps(renamed, _WITHOUT_REFERENCES))
        return detached

    for module in (utils, writers):
        module.replace_filename_in_code_object = rename_and_detach
