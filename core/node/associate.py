"""Calls other nodes: one association, or one DICOMweb client, with its errors in our words."""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from dicomweb_client import DICOMwebClient
from pynetdicom import AE, evt
from pynetdicom.association import Association
from requests import RequestException

from core.errors import HescopeError
from core.node.address import Address
from core.node.settings import NodeSettings, Tls


class NodeError(HescopeError):
    """Another node cannot be reached, or did not do what it was asked; names no patient."""

    exit_code = 1


def calling_entity(settings: NodeSettings) -> AE:
    """The entity as which the node calls others."""
    entity = AE(settings.title)
    entity.connection_timeout = entity.acse_timeout = settings.idle_s
    entity.network_timeout = entity.dimse_timeout = settings.idle_s
    return entity


@contextmanager
def associated(
    entity: AE,
    address: Address,
    settings: NodeSettings,
    *,
    handlers: Sequence[evt.EventHandlerType] = (),
    roles: Sequence[object] = (),
) -> Iterator[Association]:
    """An association with a node while the context lasts; ``roles`` are negotiated with it.

    Raises
    ------
    NodeError
        There is none.
    """
    association = entity.associate(
        address.host,
        address.port,
        ae_title=address.title,
        ext_neg=list(roles),  # type: ignore[arg-type]
        evt_handlers=list(handlers),
        tls_args=None if settings.tls is None else (_client_context(settings.tls), address.host),
    )
    try:
        if not association.is_established:
            raise NodeError(
                f"{address} cannot be reached, or does not accept this node.",
                "See whether it runs, and knows this node's AE title.",
            )
        yield association
    finally:
        if association.is_established:
            association.release()


@contextmanager
def web_client(address: Address) -> Iterator[DICOMwebClient]:
    """A client of a DICOMweb service.

    Raises
    ------
    NodeError
        The service cannot be reached or answers with an error.
    """
    try:
        client = DICOMwebClient(address.url)
        client.set_http_retry_params(retry=False)  # whoever asks tries again
        yield client
    except RequestException as error:  # its message may hold a query, and so a name
        code = "" if error.response is None else f" (HTTP {error.response.status_code})"
        raise NodeError(
            f"{address.url} cannot be reached, or answers with an error{code}.",
            "See whether it runs, and offers DICOMweb at this address.",
        ) from error


def _client_context(tls: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=tls.authority)
    context.check_hostname = False  # nodes are known by their certificates, not by host names
    context.load_cert_chain(tls.certificate, tls.key)
    return context
