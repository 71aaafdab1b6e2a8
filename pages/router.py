"""The script that the server runs: page settings, the frame, the way to each page."""

from pathlib import Path

import streamlit as st

from genmodels import frame

HERE = Path(__file__).resolve().parent
PAGES = [
    ("home.py", "Home", ""),
    ("gmm_page.py", "Gaussian mixture", "gmm"),
    ("hmm_page.py", "Hidden Markov model", "hmm"),
    ("naive_bayes_page.py", "Naive Bayes", "naive-bayes"),
    ("vae_page.py", "Variational autoencoder", "vae"),
]

st.set_page_config(page_title="genmodels", layout="wide", initial_sidebar_state=220)
frame.style()
st.navigation(
    [
        st.Page(HERE / file, title=title, url_path=path, default=not path)
        for file, title, path in PAGES
        if (HERE / file).exists()
    ]
).run()
