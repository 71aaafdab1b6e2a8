"""Plotly figures from traces and models: pure functions, no Streamlit."""
