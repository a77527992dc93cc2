"""Stand-ins for libraries that a bundled library is linked to, but whose work nobody asks for.

OpenCV's Linux wheel brings FFmpeg, AVIF and a BLAS of its own, 84 MB in all, for video, for one
format of pictures and for large matrices.  HEscope and grad-cam ask OpenCV for resizing, filters,
contours and color maps alone, but it does not load without them.  A stand-in has the library's name
and the symbols that OpenCV looks for; a call of one would end the program at once.
"""

import subprocess
from pathlib import Path


def hollow(library: Path, user: Path, folder: Path) -> Path:
    """Stand-in of a library, written to a folder, with what the user (a library) asks of it."""
    asked = _symbols(library, "--defined-only") & _symbols(user, "--undefined-only")
    versions: dict[str, list[str]] = {}
    for symbol in sorted(asked):
        name, _, version = symbol.partition("@")
        versions.setdefault(version, []).append(name)
    names = [name for of_version in versions.values() for name in of_version]
    code = "".join(f".globl {name}\n.type {name}, @function\n{name}:\n" for name in names)
    folder.mkdir(parents=True, exist_ok=True)
    source, script, made = (folder / (library.name + end) for end in (".s", ".map", ""))
    source.write_text(f'.text\n{code}ud2\n.section .note.GNU-stack,"",@progbits\n')
    script.write_text(
        "".join(
            f"{version} {{ global: {'; '.join(names)}; }};\n"
            for version, names in versions.items()
            if version
        )
    )
    _run("as", "-o", source.with_suffix(".o"), source)
    scripted = ["--version-script", script] if any(versions) else []
    _run("ld", "-shared", "-soname", library.name, *scripted, "-o", made, source.with_suffix(".o"))
    return made


def _symbols(library: Path, which: str) -> set[str]:
    """Symbols of a library, each with its version where it has one: NAME@VERSION."""
    listed = _run("nm", "-D", "--with-symbol-versions", which, library)
    return {line.split()[-1].replace("@@", "@") for line in listed.splitlines()}


def _run(*command: str | Path) -> str:
    done = subprocess.run([*command], check=True, capture_output=True, text=True)
    return done.stdout
