"""``python -m tests.out_of_fold RUNS DATA``: parity of every engine on patients not trained on.

RUNS: what ``train`` left, with a cross-validation.  Each patient is read by the networks of the
fold that held it out, on PyTorch in float32 and on every other engine of this processor.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import numpy as np
from safetensors.numpy import load_file

from core.assets import bundled_model
from core.domain import ClinicalFindings
from core.models.card import CARD, read_card, write_card
from core.models.folder import CLASSIFIER, GOLDEN, HEMATOMA_NET, load_model
from core.models.golden import write_golden
from core.models.integrity import sha256
from core.models.likeness import LIKENESS
from core.models.released import read_networks
from core.models.runtime import REFERENCE, Precise, choose_runtime, engines_here
from core.models.torch_networks import torch_engine
from core.models.weights import write_weights
from core.parity import Parity, parity, worst
from core.pipeline import assess
from core.training.trained import Trained

CLINICAL = ClinicalFindings(age_years=65, gcs=10, fibrinogen_mg_dl=325, onset_to_ct_h=2)


def model_of_fold(trained: Trained, fold: str, folder: Path) -> Path:
    """The bundled model with the networks of a fold, stored as those of a release."""
    copytree(bundled_model(), folder)
    classifier, hematoma_net = trained.networks(fold)
    write_weights(classifier.state_dict(), folder / CLASSIFIER, "int8")
    write_weights(hematoma_net.state_dict(), folder / HEMATOMA_NET, "float16")
    card, golden = read_card(folder / CARD), folder / GOLDEN
    runtime = choose_runtime("cpu", REFERENCE)
    engine = torch_engine(*read_networks(folder, card), runtime)
    write_golden(engine, load_file(golden)["image"].astype(np.float32), card.input, golden)
    (folder / LIKENESS).unlink()  # of the features of another classifier
    files = {name: sha256(folder / name) for name in card.files if name != LIKENESS}
    write_card(replace(card, files=files), folder / CARD)
    return folder


def main() -> None:
    """Print the worst parity of each engine, after each patient and in the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, metavar="RUNS")
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--engine", action="append", choices=engines_here(), help="these alone")
    arguments = parser.parse_args()
    trained = Trained(arguments.runs)
    engines: list[Precise] = arguments.engine or [*engines_here()]
    found: dict[Precise, list[Parity]] = {name: [] for name in engines if name != REFERENCE}
    for fold in trained.folds:
        with TemporaryDirectory(prefix="fold-") as folder:
            model = model_of_fold(trained, fold, Path(folder, "model"))
            models = {
                name: load_model(model, choose_runtime("cpu", name)) for name in (*found, REFERENCE)
            }
        for patient in trained.held_out(fold):
            scan = arguments.data / f"{patient}_ct.nii.gz"
            reference = assess(scan, CLINICAL, models[REFERENCE])
            for engine, seen in found.items():
                seen.append(parity(assess(scan, CLINICAL, models[engine]), reference))
                sys.stdout.write(f"{fold}, {engine}: {_in_words(seen)}\n")
                sys.stdout.flush()


def _in_words(found: list[Parity]) -> str:
    passed = sum(one.passes for one in found)
    return f"{len(found)} patients, {passed} pass by themselves; worst {worst(found)}"


if __name__ == "__main__":
    main()
