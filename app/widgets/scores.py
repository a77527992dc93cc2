import streamlit as st


def scores(assessment, patient) -> None:
    st.caption("soon")
