"""How good are the models on patients whose outcome is known?"""

import streamlit as st

from app import session
from app.loaded_model import answering_model
from app.widgets.common.notices import show_error
from app.widgets.common.table_problems import table_refusals
from app.widgets.common.table_source import table_source
from app.widgets.validation.validation_rates import validation_rates
from app.widgets.validation.validation_results import validation_results
from core.cohort.frame import cohort_frame
from core.errors import HescopeError
from core.study.external_validation import ExternalValidation, validate_models

table = table_source(
    "How good are these models on your patients?",
    "Open a table of patients whose outcome is known. The models in use are applied as they are; "
    "nothing is fitted. An nDL score in the table must come from the model in use.",
)
table_refusals(table)
model = answering_model()


@st.fragment
def validation() -> None:
    base_rate, threshold = validation_rates(model.risk.integrated.base_rate)

    def validate() -> ExternalValidation:
        return validate_models(cohort_frame(table), model.risk, base_rate)

    key = session.table_key(f"validation {model.identity.sha256} {base_rate}")
    try:
        found = session.kept(key, validate)
    except HescopeError as error:
        show_error(error)
        return
    validation_results(found, model.card, threshold, simulated=table.simulated)


validation()
