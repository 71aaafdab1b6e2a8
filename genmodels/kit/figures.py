"""Plotly figures from traces and models: pure functions, no Streamlit."""

COMPONENTS = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9",
    "#E69F00", "#7F5AB6", "#8C6D31", "#B8A800", "#6B7280",
    "#A8325A", "#4A7C0F",
)  # fmt: skip
"""The pages' hues for components, states and classes (frontend/palette.js has the same)."""
DIGITS = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7",
    "#56B4E9", "#7F5AB6", "#B8A800", "#A0522D", "#6B7280",
)  # fmt: skip
"""The pages' hues for the ten digits (frontend/palette.js has the same)."""
CONFIG = {"displaylogo": False, "toImageButtonOptions": {"format": "svg"}}
"""What every chart's tool bar has: its camera saves SVG."""
