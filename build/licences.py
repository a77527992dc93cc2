"""Who made what is in the bundle, and on which terms: found out from what went into it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path

Entry = tuple[str, str, str]
"""Place in the bundle, file it comes from, kind: as PyInstaller has it."""

_TERMS = re.compile(
    r"(^|/)(METADATA$|licen[cs]es?/|(licen[cs]e|notice|copying|authors)[^/]*$)", re.I
)


def bundled_distributions(entries: Iterable[Entry]) -> list[Distribution]:
    """Distributions that any module or file of the bundle belongs to, by name."""
    owners = packages_distributions()
    tops = {re.split(r"[./\\]", name)[0].removesuffix(".libs") for name, _, _ in entries}
    names = {owner for top in tops for owner in owners.get(top, [])}
    return [distribution(name) for name in sorted(names, key=str.lower)]


def terms(found: Iterable[Distribution]) -> Iterator[Entry]:
    """Description and licence files of distributions, in their place beside the packages."""
    for one in found:
        for file in one.files or []:
            if ".dist-info" in file.parts[0] and _TERMS.search(file.as_posix()):
                yield file.as_posix(), str(file.locate()), "DATA"


def system_terms(binaries: Iterable[Entry]) -> Iterator[Entry]:
    """Copyright files of the system's own libraries; none where the system is not a Debian."""
    if not shutil.which("dpkg"):
        return
    ours = (Path(sys.prefix), Path(sys.base_prefix) / "local")
    for _, source, _ in binaries:
        path = Path(source).resolve()
        if any(path.is_relative_to(folder) for folder in ours):
            continue
        owner = subprocess.run(
            ["dpkg", "-S", str(path)], capture_output=True, text=True, check=False
        ).stdout.partition(":")[0]
        copyright_file = Path("/usr/share/doc") / owner / "copyright"
        if owner and copyright_file.is_file():
            yield f"licences/{owner}.txt", str(copyright_file), "DATA"


def index(found: Iterable[Distribution]) -> str:
    """Name, version and licence of each distribution, a line each."""
    lines = (f"{one.metadata['Name']} {one.version}: {_licence(one)}" for one in found)
    return "\n".join(
        [
            "HEscope holds these packages. Their licences lie beside them (NAME.dist-info), those",
            "of libraries of the system in this folder.",
            "",
            *lines,
            "",
        ]
    )


def _licence(one: Distribution) -> str:
    get = one.metadata.get_all
    stated = (get("License-Expression") or get("License") or [""])[0].strip().split("\n")[0]
    classified = [c.rsplit("::", 1)[-1].strip() for c in get("Classifier") or [] if "License" in c]
    named = 0 < len(stated) <= 60 and stated != "LICENSE"  # the file, which is no name
    return stated if named else ", ".join(classified) or "see its files"
