"""How a node is set up: what it is called, whom it listens to, where results go."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

from core.errors import UsageError
from core.node.address import parse_address
from core.writing import write_whole

FILE = "settings.json"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Tls:
    """Files, PEM, of this node's certificate and key, and of who signs those of its callers."""

    certificate: str
    key: str
    authority: str


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """A node; addresses are written as ``core.node.address`` reads them.

    ``callers`` are the AE titles that may call, anyone where there is none.  A study is complete
    once its association has ended and ``quiet_s`` went by; after one that broke off, or while it
    lasts, once nothing has come for ``broken_off_s``.  Deliveries are tried again after
    ``retry_s``, then twice as long, up to an hour.  Studies done or refused are deleted so many
    ``keep_days`` after their last image came, never for 0.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)

    title: str = "HESCOPE"
    host: str = "127.0.0.1"
    port: int = 11112
    callers: tuple[str, ...] = ()
    send_to: tuple[str, ...] = ()
    archive: str = ""
    quiet_s: float = 30.0
    broken_off_s: float = 300.0
    retry_s: float = 30.0
    associations: int = 10
    idle_s: float = 60.0
    largest_object_mb: int = 2048
    free_mb: int = 1024
    keep_days: int = 0
    audited: bool = True
    tls: Tls | None = None


_SETTINGS = TypeAdapter(NodeSettings)


def read_settings(folder: Path) -> NodeSettings:
    """Settings of the node that keeps its studies in a folder; the usual ones where none are set.

    Raises
    ------
    UsageError
        They cannot be read.
    """
    try:
        text = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return NodeSettings()
    except OSError as error:
        raise _unreadable(str(error.strerror)) from error
    try:
        return checked(_SETTINGS.validate_json(text))
    except ValidationError as error:
        first = error.errors()[0]
        raise _unreadable(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def write_settings(settings: NodeSettings, folder: Path) -> None:
    """Keep settings, once they are checked."""
    write_whole(folder / FILE, _SETTINGS.dump_json(checked(settings), indent=2))


def checked(settings: NodeSettings) -> NodeSettings:
    """The settings.

    Raises
    ------
    UsageError
        They are none, or would let anyone on the network send studies.
    """
    for address in (*settings.send_to, *((settings.archive,) if settings.archive else ())):
        parse_address(address)
    for title in (settings.title, *settings.callers):
        if not 0 < len(title.strip()) <= 16 or "\\" in title or not title.isprintable():
            raise UsageError(
                "An AE title that is none found, 1 to 16 characters expected.",
                "Use capital letters, digits and underscores.",
            )
    if settings.keep_days < 0:
        raise UsageError(
            f"{settings.keep_days} days found, 0 or more expected.",
            "Name the days that studies are kept, 0 for ever.",
        )
    if settings.host not in LOOPBACK and not settings.callers:
        raise UsageError(
            "An address that others can reach found, and no list of who may call.",
            "Name the AE titles of the senders with --allow, or listen on 127.0.0.1.",
        )
    return settings


def _unreadable(why: str) -> UsageError:
    return UsageError(
        f"The settings of the node cannot be read: {why}.",
        f"Mend or delete {FILE} in the store; without it the usual ones hold.",
    )
