"""From training runs to a released model folder: thresholds, scale, metrics, card, golden output.

Metrics and nDL scale come from patients that the judging network has never seen: the held-out
patients of a cross-validation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from scipy.special import logit
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from core.domain import FloatArray, Series, Volume
from core.errors import UsageError
from core.models.card import (
    CARD,
    ImageScore,
    ModelCard,
    Thresholds,
    compose_card,
    read_card,
    write_card,
)
from core.models.engine import Engine
from core.models.folder import CLASSIFIER, FILES, GOLDEN, HEMATOMA_NET, Model, load_model
from core.models.golden import write_golden
from core.models.integrity import sha256
from core.models.likeness import LIKENESS, write_likeness
from core.models.preprocessing import InputSpec, prepare
from core.models.release import new_model_folder, refuse_released
from core.models.runtime import Runtime
from core.models.torch_networks import torch_engine
from core.models.weights import read_weights, write_weights
from core.progress import Progress
from core.risk.ndl import NdlMap
from core.risk.published import LEE_2024
from core.risk.risk_json import RISK, write_risk_models
from core.risk.shrink import shrink
from core.simulate.phantom import PhantomSettings, simulate_head
from core.training.data import Cohort
from core.training.held_out import HeldOut, read_heads
from core.training.inserted import inserted_summary, read_inserted
from core.training.likeness import training_likeness
from core.training.readings import Reading, plotted, read_patients, summary
from core.training.record import make_folder
from core.training.settings import ABLATIONS
from core.training.train import ALL
from core.training.trained import EXPANSION, Trained

THRESHOLDS = Thresholds(
    slice=0.5,
    mask=0.5,
    how="even odds. An outlined part counts where one of its slices does; from 0.5 mL on it counts "
    "though the classifier sees nothing: in 32 patients held out, no false part that it denied was "
    "larger than 0.22 mL, and hematomas put in at sites of which training had none were denied",
    alone_ml=0.5,
)
"""Of networks that are released together."""

_GOLDEN_SEED = 7
_COPIES = 5  # of each validation patient, with inserted hematomas: there are few


def export(
    trained: Trained,
    cohort: Cohort,
    words: Mapping[str, object],
    folder: Path,
    *,
    runtime: Runtime,
    progress: Progress,
) -> ModelCard:
    """Release the runs of a folder (all networks; all, fold-1, fold-2 …) as a model.

    words: name, version, intended use and the other words of the card.  Where the heads build on
    the networks of a released model, its slice threshold and its accuracy in slices and outlines
    stay.
    """
    refuse_released(folder)
    make_folder(folder.parent)
    thresholds = _thresholds(trained)
    held_out = HeldOut(trained, cohort, _judged_at(trained), runtime, progress)
    unseen = held_out.patients()
    numbers: dict[str, Any] = {
        "input": trained.input,
        "thresholds": thresholds,
        **_image_score(trained, unseen),
        "metrics": {},
        "files": {},
    }
    draft = compose_card(words, numbers)
    _refuse_useless(draft)
    with new_model_folder(folder) as partial:
        engine = _write_networks(trained, partial, runtime)
        training = trained.split(ALL).training
        likeness = training_likeness(engine, trained.input, cohort, training, progress)
        write_likeness(likeness, partial / LIKENESS)
        write_risk_models(shrink(LEE_2024, draft.image_score.auc), partial / RISK)
        files = {name: sha256(partial / name) for name in (*FILES, LIKENESS)}
        write_card(replace(draft, files=files), partial / CARD)
        model, validation = load_model(partial, runtime), trained.split(ALL).validation
        inserted = _inserted(held_out, model)
        seen = read_patients(cohort, validation, model, progress)
        metrics = {
            "cross_validation": _cross_validated(trained, unseen, draft),
            **({"inserted": inserted} if inserted else {}),
            "ablations": _ablations(trained),
            "validation": summary(seen, thresholds.slice, draft.ndl) | {"plotted": plotted(seen)},
        }
        write_card(replace(draft, files=files, metrics=metrics), partial / CARD)
    return read_card(folder / CARD)


def _thresholds(trained: Trained) -> Thresholds:
    """Of networks that were not trained anew, as they were."""
    if trained.base is not None:
        return TypeAdapter(Thresholds).validate_python(trained.base_card["thresholds"])
    if trained.classifier is not None:
        earlier = trained.classifier_card["thresholds"]["slice"]
        of_slices = f"slices: as in {trained.classifier.name}, whose classifier this is"
        return replace(THRESHOLDS, slice=earlier, how=f"{of_slices}. pixels: {THRESHOLDS.how}")
    return THRESHOLDS


def _judged_at(trained: Trained) -> Thresholds:
    """Of the folds, which have classifiers of their own where their networks are."""
    return THRESHOLDS if trained.base is None else _thresholds(trained)


def _image_score(trained: Trained, unseen: Sequence[Reading]) -> dict[str, NdlMap | ImageScore]:
    """Scale and expected discrimination of the score, over patients not trained on."""
    scores, risks = _scores(unseen)
    networks = "networks" if trained.base is None else "a head"
    return {
        "ndl": NdlMap(float(scores.mean()), float(scores.std(ddof=1))),
        "image_score": ImageScore(
            expected_auc(scores, risks),
            f"of {len(risks)} patients read by {networks} that had not seen them, if their "
            "outcomes came at the risks that the labels name; no follow-up was available",
        ),
    }


def _cross_validated(
    trained: Trained, unseen: Sequence[Reading], draft: ModelCard
) -> dict[str, Any]:
    """Accuracy over held-out patients; of networks that were not trained anew, as it was."""
    found = summary(unseen, draft.thresholds.slice, draft.ndl)
    if trained.base is not None:
        earlier: dict[str, Any] = trained.base_card["metrics"]["cross_validation"]
        return earlier | {"expansion": found["expansion"]}
    found["plotted"] = plotted(unseen)
    if trained.classifier is not None:  # that of the runs stands in for it in the chain alone
        found["plotted"]["roc"] = []
        slices = trained.classifier_card["metrics"]["cross_validation"]["slice"]
        found["slice"] = slices | {"outlined": found["slice"]["outlined"]}
    return found


def _inserted(held_out: HeldOut, model: Model) -> dict[str, Any] | None:
    """Hematomas put into brains that the networks had not seen, found or not.

    Of a cross-validation, each fold of which had none at some sites, and of the validation patients
    by the released networks, which had some at all; of networks not trained anew, as it was.
    """
    trained = held_out.trained
    if trained.base is not None:
        earlier: dict[str, Any] | None = trained.base_card["metrics"].get("inserted")
        return earlier
    seen = read_inserted(
        held_out.cohort,
        trained.split(ALL).validation,
        model,
        copies=_COPIES,
        progress=held_out.progress,
    )
    return {
        "cross_validation": inserted_summary(held_out.inserted()),
        "validation": inserted_summary(seen),
    }


def _scores(readings: Sequence[Reading]) -> tuple[FloatArray, FloatArray]:
    """DL scores on the logit scale and labels, of patients who have both."""
    dl = np.array([reading.dl(NdlMap) for reading in readings])
    risks = np.array([reading.expansion_label for reading in readings])
    known = np.isfinite(dl) & np.isfinite(risks)
    return logit(dl[known]), risks[known]


def _ablations(trained: Trained) -> dict[str, Any]:
    """How the head ranks held-out patients, and without each of the ideas behind it."""
    found = {}
    for name in (EXPANSION, *ABLATIONS):
        read = read_heads(trained, name)
        if read:
            scores, risks = read
            found[name] = {
                "rank_correlation": float(spearmanr(scores, risks).statistic),
                "expected_auc": expected_auc(scores, risks),
            }
    return found


def expected_auc(scores: FloatArray, risks: FloatArray) -> float:
    """AUC of a score that is to be expected when each patient's outcome has the given risk."""
    return float(
        roc_auc_score(
            np.repeat([1, 0], len(scores)),
            np.tile(scores, 2),
            sample_weight=np.concatenate([risks, 1 - risks]),
        )
    )


def _write_networks(trained: Trained, folder: Path, runtime: Runtime) -> Engine:
    """Weights, and a golden output made from the weights as they are stored: those returned."""
    classifier, hematoma_net = trained.networks(ALL)
    released = trained.base or trained.classifier
    if released is None:
        write_weights(classifier.state_dict(), folder / CLASSIFIER, "int8")
    else:
        copyfile(released / CLASSIFIER, folder / CLASSIFIER)  # to the byte
    write_weights(hematoma_net.state_dict(), folder / HEMATOMA_NET, "float16")
    classifier.load_state_dict(read_weights(folder / CLASSIFIER))
    hematoma_net.load_state_dict(read_weights(folder / HEMATOMA_NET))
    engine = torch_engine(classifier, hematoma_net, runtime)
    spec = trained.input
    write_golden(engine, _phantom_slice(spec), spec, folder / GOLDEN)
    return engine


def _phantom_slice(spec: InputSpec) -> NDArray[np.float32]:
    """A simulated slice with hematoma: patient images may not travel with a model."""
    phantom = simulate_head(PhantomSettings(), seed=_GOLDEN_SEED)
    largest = int(phantom.hematoma.sum(axis=(1, 2)).argmax())
    series = Series(uid="", files=(), format="dicom", modality="CT")
    volume = Volume(phantom.hu, phantom.geometry, series)
    image: NDArray[np.float32] = prepare(volume, spec).images[largest]
    return image


def _refuse_useless(draft: ModelCard) -> None:
    if draft.image_score.auc <= 0.5:
        raise UsageError(
            f"The image score ranks unseen patients no better than chance (expected AUC "
            f"{draft.image_score.auc:.2f}).",
            "Train longer, or on more patients, before releasing.",
        )
