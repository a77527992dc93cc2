"""Where another node is: a DICOM application entity, or a DICOMweb service."""

import re
from dataclasses import dataclass

from core.errors import UsageError

_ENTITY = re.compile(r"(?P<title>[^@\\]{1,16})@(?P<host>[^@:/\s]+|\[[0-9a-fA-F:]+\]):(?P<port>\d+)")
_PORTS = range(1, 65536)


@dataclass(frozen=True, slots=True)
class Address:
    """``url`` is that of a DICOMweb service; else ``title``, ``host`` and ``port`` are given."""

    title: str = ""
    host: str = ""
    port: int = 0
    url: str = ""

    def __str__(self) -> str:
        return self.url or f"{self.title}@{self.host}:{self.port}"


def parse_address(text: str) -> Address:
    """Address as a user writes it.

    Raises
    ------
    UsageError
        It is neither form.

    >>> parse_address("PACS@archive.local:104").title
    'PACS'
    """
    text = text.strip()
    if re.match(r"https?://[^@\s]+$", text):
        return Address(url=text.rstrip("/"))
    found = _ENTITY.fullmatch(text)
    if found is None or int(found["port"]) not in _PORTS:
        raise UsageError(
            "An address that cannot be read found, TITLE@HOST:PORT or the http(s) address of a "
            "DICOMweb service expected.",
            "Write, for example, ORTHANC@127.0.0.1:4242 or https://archive.local/dicom-web.",
        )
    return Address(found["title"].strip(), found["host"].strip("[]"), int(found["port"]))
