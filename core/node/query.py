"""Asks an archive for studies: by DICOM (C-FIND, C-GET, C-MOVE; PS3.4 annex C), or by DICOMweb."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import product

from pydicom import Dataset
from pydicom.uid import (
    CTImageStorage,
    EnhancedCTImageStorage,
    LegacyConvertedEnhancedCTImageStorage,
)
from pynetdicom import ALL_TRANSFER_SYNTAXES, build_role, evt
from pynetdicom.association import Association
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from core.dicom.values import text
from core.errors import UsageError
from core.node.address import Address
from core.node.associate import NodeError, associated, calling_entity, web_client
from core.node.settings import NodeSettings
from core.node.state import StudyHeader, study_header

Keep = Callable[[bytes], None]
"""Is given each image as a file."""

_CT = (CTImageStorage, EnhancedCTImageStorage, LegacyConvertedEnhancedCTImageStorage)
_ASKED = ("PatientName", "PatientID", "AccessionNumber", "StudyDate", "StudyInstanceUID")
_MOST_CONTEXTS = 128
_WITH_FAILURES = 0xB000
_ANY_SYNTAX = (("application/dicom", "*"),)


def find_studies(
    archive: Address, accession: str, settings: NodeSettings
) -> tuple[StudyHeader, ...]:
    """The studies of an accession number.

    Raises
    ------
    UsageError
        The number is none, or one that would match others.
    NodeError
        The archive cannot be reached or does not answer.
    """
    accession = accession.strip()
    if not accession or set(accession) & set("*?\\"):
        raise UsageError(
            "No accession number found, one without * ? and \\ expected.",
            "Type it as the order has it.",
        )
    wanted = {"AccessionNumber": accession}
    asked = {**dict.fromkeys(_ASKED, ""), **wanted}
    found = _find(archive, "STUDY", asked, settings)
    headers = (study_header(one) for one in found)
    return tuple(one for one in headers if one.accession == accession)


def retrieve(archive: Address, study_uid: str, settings: NodeSettings, keep: Keep) -> int:
    """How many images of a study's CT series were kept: all that the archive has.

    Raises
    ------
    NodeError
        The archive cannot be reached, or did not send every one.
    """
    kept = 0

    def counted(content: bytes) -> None:
        nonlocal kept
        keep(content)
        kept += 1

    get = _get_by_web if archive.url else _get
    get(archive, study_uid, settings, counted)
    return kept


def move(archive: Address, study_uid: str, settings: NodeSettings) -> None:
    """Have an archive send a study's CT series to this node, which listens; it must know us.

    Raises
    ------
    NodeError
        The archive cannot be reached, or did not send every one.
    """
    entity = calling_entity(settings)
    entity.add_requested_context(StudyRootQueryRetrieveInformationModelMove)
    wanted = _ct_series(archive, study_uid, settings)
    with associated(entity, archive, settings) as association:
        for one in wanted:
            answers = association.send_c_move(
                one, settings.title, StudyRootQueryRetrieveInformationModelMove
            )
            _last(status for status, _ in answers)


def _get(archive: Address, study_uid: str, settings: NodeSettings, keep: Keep) -> None:
    entity = calling_entity(settings)
    entity.add_requested_context(StudyRootQueryRetrieveInformationModelGet)
    pairs = list(product(_CT, ALL_TRANSFER_SYNTAXES))
    for kind, syntax in pairs[: _MOST_CONTEXTS - 1]:
        entity.add_requested_context(kind, syntax)

    def stored(event: evt.Event) -> int:
        keep(event.encoded_dataset())
        return 0

    wanted = _ct_series(archive, study_uid, settings)
    roles = [build_role(kind, scp_role=True) for kind in _CT]
    handlers = [(evt.EVT_C_STORE, stored)]
    with associated(entity, archive, settings, handlers=handlers, roles=roles) as association:
        for one in wanted:
            answers = association.send_c_get(one, StudyRootQueryRetrieveInformationModelGet)
            _last(status for status, _ in answers)


def _get_by_web(archive: Address, study_uid: str, settings: NodeSettings, keep: Keep) -> None:
    wanted = _ct_series(archive, study_uid, settings)
    with web_client(archive) as client:
        for one in wanted:
            for dataset in client.iter_series(
                study_uid, one.SeriesInstanceUID, media_types=_ANY_SYNTAX
            ):
                content = BytesIO()
                dataset.save_as(content, enforce_file_format=True)
                keep(content.getvalue())


def _ct_series(archive: Address, study_uid: str, settings: NodeSettings) -> list[Dataset]:
    """Identifiers of a study's CT series, as a retrieval asks for them."""
    asked = {"StudyInstanceUID": study_uid, "Modality": "CT", "SeriesInstanceUID": ""}
    wanted = []
    for one in _find(archive, "SERIES", asked, settings):
        if text(one, "Modality") == "CT":  # some archives match nothing at this level
            series_uid = text(one, "SeriesInstanceUID")
            named = {"StudyInstanceUID": study_uid, "SeriesInstanceUID": series_uid}
            wanted.append(_identifier("SERIES", named))
    if not wanted:
        raise NodeError("The archive has no CT series of this study.", "Look for another study.")
    return wanted


def _find(
    archive: Address, level: str, asked: dict[str, str], settings: NodeSettings
) -> list[Dataset]:
    if archive.url:
        return _find_by_web(archive, level, asked)
    entity = calling_entity(settings)
    entity.add_requested_context(StudyRootQueryRetrieveInformationModelFind)
    with associated(entity, archive, settings) as association:
        return list(_matches(association, _identifier(level, asked)))


def _find_by_web(archive: Address, level: str, asked: dict[str, str]) -> list[Dataset]:
    filters = {name: value for name, value in asked.items() if value}
    with web_client(archive) as client:
        if level == "STUDY":
            found = client.search_for_studies(search_filters=filters, fields=list(_ASKED))
        else:
            study_uid = filters.pop("StudyInstanceUID")
            found = client.search_for_series(study_uid, search_filters=filters)
    return [Dataset.from_json(one) for one in found]


def _matches(association: Association, asked: Dataset) -> Iterator[Dataset]:
    answers = association.send_c_find(asked, StudyRootQueryRetrieveInformationModelFind)
    statuses = []
    for status, found in answers:
        statuses.append(status)
        if found is not None:
            yield found
    _last(statuses)


def _identifier(level: str, asked: dict[str, str]) -> Dataset:
    identifier = Dataset()
    identifier.QueryRetrieveLevel = level
    for keyword, value in asked.items():
        setattr(identifier, keyword, value)
    return identifier


def _last(statuses: Iterable[Dataset]) -> None:
    """Nothing, if the last of the answers is success."""
    last = next(iter(deque(statuses, maxlen=1)), Dataset())
    if "Status" not in last:
        raise NodeError("The archive broke off.", "Try again.")
    if last.Status != 0:
        what = "did not send every image" if last.Status == _WITH_FAILURES else "refused"
        raise NodeError(f"The archive {what} (status {last.Status:04X}).", "See the archive's log.")
