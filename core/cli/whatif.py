"""``whatif``: the probabilities for findings named on the command line; no network runs."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from core.assets import bundled_model
from core.cli.arguments import Verbs, add_irregular, add_json, irregular
from core.cli.output import finding_lines, print_json, print_lines, risk_lines
from core.domain import ClinicalFindings, ImageFindings
from core.report.provenance import RESEARCH_USE
from core.risk.clinical_input import implausible, read_clinical
from core.risk.variables import fibrinogen_mg_dl

if TYPE_CHECKING:
    from core.risk.estimate import RiskModels


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("whatif", help="risk for given findings, without images")
    parser.add_argument("--age", metavar="YEARS")
    parser.add_argument("--gcs", metavar="SUM", help="Glasgow Coma Scale, 3 to 15")
    fibrinogen = parser.add_mutually_exclusive_group()
    fibrinogen.add_argument("--fibrinogen", metavar="MG_DL", help="fibrinogen in mg/dL")
    fibrinogen.add_argument("--fibrinogen-g-l", type=float, metavar="G_L", help="fibrinogen in g/L")
    parser.add_argument("--onset", metavar="HOURS", help="from onset to CT, in hours")
    parser.add_argument(
        "--l5", type=float, metavar="HU", help="L5 of an assessment, in HU, mean -18"
    )
    add_irregular(parser)
    parser.add_argument(
        "--ndl", type=float, metavar="SCORE", help="image score of an assessment, 0 to 100, mean 20"
    )
    parser.add_argument(
        "--base-rate",
        type=float,
        metavar="SHARE",
        help="share of such patients that expand; default that of the model's cohort",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; the probabilities are printed."""
    clinical = _clinical(arguments)

    from core.report.probabilities import probabilities
    from core.risk.estimate import estimate

    models = _risk_models()
    image = ImageFindings(arguments.ndl, arguments.l5, irregular=irregular(arguments))
    risk = estimate(image, clinical, models, arguments.base_rate)
    findings = implausible(clinical)
    if arguments.json:
        print_json(
            {
                "research_use": RESEARCH_USE,
                "base_rate": risk.base_rate,
                "probabilities": probabilities(risk, clinical, image, models),
                "findings": [asdict(finding) for finding in findings],
            }
        )
    else:
        print_lines([*risk_lines(risk), *finding_lines(findings), RESEARCH_USE])
    return 0


def _clinical(arguments: argparse.Namespace) -> ClinicalFindings:
    fibrinogen = arguments.fibrinogen
    if arguments.fibrinogen_g_l is not None:
        fibrinogen = fibrinogen_mg_dl(arguments.fibrinogen_g_l)
    return read_clinical(
        {
            "age_years": arguments.age,
            "gcs": arguments.gcs,
            "fibrinogen_mg_dl": fibrinogen,
            "onset_to_ct_h": arguments.onset,
        }
    )


def _risk_models() -> "RiskModels":
    """Those of the bundled model; its networks are left alone."""
    from core.risk.risk_json import RISK, read_risk_models

    return read_risk_models(bundled_model() / RISK)
