"""Two sliders and a Plotly chart: the page that the server's capacity is measured on."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

frequency = st.slider("frequency", 1, 100, 5, key="frequency")
height = st.slider("height", 1, 100, 5, key="height")
x = np.linspace(0, 10, 300)
figure = go.Figure(
    [
        go.Scatter(x=x, y=height * np.sin(frequency * x / 10), name="sine"),
        go.Scatter(x=x, y=height * np.cos(frequency * x / 10), name="cosine"),
    ]
)
st.plotly_chart(figure, key="chart")
