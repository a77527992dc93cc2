"""``train WHAT``: a network, the expansion head, a whole release, or risk models on a cohort."""

from core.cli import train_expansion, train_likeness, train_network, train_release, train_risk
from core.cli.arguments import Verbs


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("train", help="train networks, or risk models on a cohort")
    what = parser.add_subparsers(title="what", metavar="WHAT", required=True)
    train_network.add_parsers(what)
    for module in (train_expansion, train_release, train_likeness, train_risk):
        module.add_parser(what)
