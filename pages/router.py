"""The script that the server runs: page settings, the frame, the way to each page."""

from pathlib import Path

import streamlit as st

from genmodels import frame

HERE = Path(__file__).resolve().parent
# Group in the sidebar -> file, title, path. The first page of a group is the model's own.
PAGES = {
    "": [("home.py", "Home", "")],
    "Gaussian mixture": [
        ("gmm_page.py", "EM and the model", "gmm"),
        ("gmm_kmeans_page.py", "Against k-means", "gmm-kmeans"),
        ("gmm_clustering_page.py", "Clustering", "gmm-clustering"),
        ("gmm_segmentation_page.py", "Image segmentation", "gmm-segmentation"),
        ("gmm_anomaly_page.py", "Anomaly detection", "gmm-anomaly"),
        ("gmm_vowels_page.py", "Vowels, heard", "gmm-vowels"),
        ("gmm_density_page.py", "Density estimation", "gmm-density"),
        ("gmm_dimension_page.py", "High dimension", "gmm-dimension"),
    ],
    "Hidden Markov model": [
        ("hmm_page.py", "Trellis", "hmm"),
        ("hmm_learning_page.py", "Learning", "hmm-learning"),
        ("hmm_states_page.py", "States and durations", "hmm-states"),
        ("hmm_speech_page.py", "Spoken digits", "hmm-speech"),
        ("hmm_tagging_page.py", "Parts of speech", "hmm-tagging"),
        ("hmm_dna_page.py", "DNA", "hmm-dna"),
        ("hmm_gestures_page.py", "Gestures, drawn", "hmm-gestures"),
        ("hmm_regimes_page.py", "Market regimes", "hmm-regimes"),
    ],
    "Naive Bayes": [("naive_bayes_page.py", "Spam, word by word", "naive-bayes")],
    "Variational autoencoder": [("vae_page.py", "Latent space", "vae")],
}

st.set_page_config(page_title="genmodels", layout="wide", initial_sidebar_state=220)
frame.style()
st.navigation(
    {
        group: [
            st.Page(HERE / file, title=title, url_path=path, default=not path)
            for file, title, path in pages
            if (HERE / file).exists()
        ]
        for group, pages in PAGES.items()
    }
).run()
