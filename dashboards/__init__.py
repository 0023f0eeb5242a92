"""Streamlit pages over the views of a claimboard database."""
