"""Assesses each complete study once, by the same chain as ``assess`` and ``batch``."""

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from core.crash_report import write_crash_report
from core.domain import ClinicalFindings
from core.errors import StudyUnusableError, UsageError
from core.memory import give_back
from core.models.folder import Model
from core.node.results import about, write_results
from core.node.settings import NodeSettings
from core.node.state import State
from core.node.store import Store
from core.pipeline import assess
from core.report.pdf import Report
from core.report.provenance import VERSION

_NO_ROOM_S = 60.0


@dataclass(frozen=True, slots=True)
class Worker:
    """Assesses studies of a store."""

    store: Store
    state: State
    settings: NodeSettings
    model: Model

    def assess(self, study_uid: str) -> bool:
        """True once a study that was taken is done, refused, or waits again."""
        try:
            key = self._key(study_uid)
            if not self.store.results(study_uid, key).is_dir():
                self._make_results(study_uid, key)
            made = about(self.store.results(study_uid, key))
            self.state.done(study_uid, key, made, self.settings.send_to)
        except StudyUnusableError as error:
            self.state.refused(study_uid, error.message)
        except (UsageError, OSError):
            reason = "The results could not be written; is the disk full?"
            self.state.put_back(study_uid, reason, wait_s=_NO_ROOM_S)
        except sqlite3.OperationalError:
            raise  # whoever runs this waits for room
        except Exception as error:  # noqa: BLE001  a fault of ours ends one study, not the rest
            report = write_crash_report(error)
            named = "" if report is None else f", report {report.name}"
            self.state.refused(study_uid, f"internal error{named}")
        finally:
            give_back()
        return True

    def _key(self, study_uid: str) -> str:
        """Name of results: the same of the same images, model and version."""
        parts = (VERSION, self.model.identity.sha256, self.store.images_sha256(study_uid))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    def _make_results(self, study_uid: str, key: str) -> None:
        images = self.store.images(study_uid)
        assessment = assess(images, ClinicalFindings(), self.model)
        report = Report(assessment, self.model.card, self.model.risk, datetime.now())
        write_results(report, sorted(images.iterdir()), self.store.results(study_uid, key))
