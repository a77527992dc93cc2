"""The items of TRIPOD+AI (Collins 2024, BMJ 385:e078378, doi 10.1136/bmj-2023-078378).

27 items in 52 parts: their numbers, and in our own words what each asks for.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TripodItem:
    """One part of an item, and the section of the report where its answer belongs."""

    number: str
    section: str
    asks: str


_ASKED: dict[str, tuple[tuple[str, str], ...]] = {
    "Title": (("1", "Development or evaluation, of whom, and what is predicted"),),
    "Abstract": (("2", "An abstract after the checklist for abstracts"),),
    "Introduction": (
        ("3a", "Medical context, diagnostic or prognostic, why the model, models before it"),
        ("3b", "For which patients, at which point of their care, used by whom"),
        ("3c", "Inequalities in health known between social groups"),
        ("4", "Aims; whether a model is developed, evaluated, or both"),
    ),
    "Methods": (
        (
            "5a",
            "Where the data come from, for fitting and for testing; why these; whom they stand for",
        ),
        ("5b", "Dates of the first and last patient, and end of follow-up"),
        ("6a", "Setting; number and places of the centers"),
        ("6b", "Who was eligible"),
        ("6c", "Treatments, and how the analysis dealt with them"),
        ("7", "Preparation and checks of the data; whether alike in all social groups"),
        ("8a", "The outcome: definition, time horizon, how, when and why; alike in all groups"),
        ("8b", "Who judged the outcome, where it takes judgment"),
        ("8c", "Blinding of those who judged the outcome"),
        ("9a", "How the first set of predictors was chosen and narrowed"),
        ("9b", "Each predictor: definition, how and when it was measured, blinding"),
        ("9c", "Who judged the predictors, where they take judgment"),
        ("10", "Why this many patients, for fitting and for testing, and why they suffice"),
        ("11", "What was done about missing values; why anyone was left out"),
        ("12a", "Which patients served to fit and which to test; partition"),
        ("12b", "The form in which each predictor enters"),
        ("12c", "Kind of model and why; steps of building, tuning, internal validation"),
        ("12d", "Differences between clusters such as hospitals, and how they were handled"),
        ("12e", "Measures and plots of performance, and why these; comparison of models"),
        ("12f", "Updating of the model after its evaluation"),
        ("12g", "How predictions of the evaluated model were computed"),
        ("13", "Methods against class imbalance, and recalibration after them"),
        ("14", "What was done for fairness, and why"),
        ("15", "What the model puts out; how classes and thresholds were chosen"),
        ("16", "How the data for fitting and for testing differ"),
        ("17", "Ethics committee, and consent or its waiver"),
    ),
    "Open science": (
        ("18a", "Funding, and the funders' part"),
        ("18b", "Conflicts of interest of all authors"),
        ("18c", "Where the protocol is, or that there is none"),
        ("18d", "Registration, or that there is none"),
        ("18e", "Whether and where the data can be had"),
        ("18f", "Whether and where the code of the analysis can be had"),
    ),
    "Patient and public involvement": (
        ("19", "Part that patients and the public had in the study, or that they had none"),
    ),
    "Results": (
        ("20a", "Flow of patients, with and without the outcome; length of follow-up"),
        ("20b", "Characteristics of the patients, by source; events, missing values, groups"),
        ("20c", "Important predictors in the patients for testing beside those for fitting"),
        ("21", "Patients and events in each analysis"),
        ("22", "The model in full, so that others can use it; limits of its use"),
        ("23a", "Performance with intervals, also in key subgroups"),
        ("23b", "Differences of performance between clusters, if looked at"),
        ("24", "Results of updating: the new model and its performance"),
    ),
    "Discussion": (
        ("25", "What the results mean, fairness included, beside earlier studies"),
        ("26", "Limitations, and what they do to bias, uncertainty and generalization"),
        ("27a", "What to do with poor or missing input when the model is used"),
        ("27b", "What users must do themselves, and the skill that it takes"),
        ("27c", "Next steps of research, toward use and generalization"),
    ),
}

TRIPOD_ITEMS: tuple[TripodItem, ...] = tuple(
    TripodItem(number, section, asks) for section, parts in _ASKED.items() for number, asks in parts
)
