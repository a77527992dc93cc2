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
from core.domain import Assessment, ClinicalFindings
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


def assessed(model: Path, engine: Precise, patients: list[Path]) -> list[Assessment]:
    """Each patient by one engine."""
    loaded = load_model(model, choose_runtime("cpu", engine))
    return [assess(patient, CLINICAL, loaded) for patient in patients]


def main() -> None:
    """Print the worst parity of each engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, metavar="RUNS")
    parser.add_argument("data", type=Path, metavar="DATA")
    arguments = parser.parse_args()
    trained = Trained(arguments.runs)
    others = [engine for engine in engines_here() if engine != REFERENCE]
    found: dict[Precise, list[Parity]] = {engine: [] for engine in others}
    for fold in trained.folds:
        patients = [arguments.data / f"{name}_ct.nii.gz" for name in trained.held_out(fold)]
        with TemporaryDirectory(prefix="fold-") as folder:
            model = model_of_fold(trained, fold, Path(folder, "model"))
            reference = assessed(model, REFERENCE, patients)
            for engine in others:
                pairs = zip(assessed(model, engine, patients), reference, strict=True)
                found[engine] += [parity(mine, its) for mine, its in pairs]
                sys.stdout.write(f"{fold} {engine} {worst(found[engine])}\n")
                sys.stdout.flush()
    for engine, all_found in found.items():
        passed = sum(one.passes for one in all_found)
        sys.stdout.write(
            f"{engine}: {len(all_found)} patients, {passed} pass alone; worst "
            f"{worst(all_found)}, passes: {worst(all_found).passes}\n"
        )


if __name__ == "__main__":
    main()
