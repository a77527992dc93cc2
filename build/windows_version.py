"""What Windows shows of the program under Properties, Details.  Untested."""

from core.report.provenance import RESEARCH_USE


def windows_version(version: str) -> object:
    """Version resource; made where the program for Windows is, for its parts exist only there."""
    from PyInstaller.utils.win32.versioninfo import (  # noqa: PLC0415
        FixedFileInfo,
        StringFileInfo,
        StringStruct,
        StringTable,
        VarFileInfo,
        VarStruct,
        VSVersionInfo,
    )

    numbers = (*(int(part) for part in version.split(".")), 0)
    texts = {
        "ProductName": "HEscope",
        "ProductVersion": version,
        "FileVersion": version,
        "FileDescription": "HEscope",
        "Comments": RESEARCH_USE,
        "OriginalFilename": "hescope.exe",
    }
    strings = [StringStruct(name, text) for name, text in texts.items()]
    english = StringTable("040904B0", strings)
    return VSVersionInfo(
        ffi=FixedFileInfo(filevers=numbers, prodvers=numbers),
        kids=[
            StringFileInfo([english]),
            VarFileInfo([VarStruct("Translation", [0x0409, 1200])]),
        ],
    )
