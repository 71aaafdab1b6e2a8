"""Home: what the four models share, where they differ, and the way in."""

from pathlib import Path

import streamlit as st

from genmodels.kit import frame
from pages import contents
from pages.home import preview, showcase

PAGES = Path(__file__).resolve().parents[1]

frame.header(
    "Four models of how data are made",
    "Each first draws something hidden, then, given that, what we see. "
    "Learning runs the story backwards.",
    r"p(x)=\sum_{\text{hidden}} p(\text{hidden})\,p(x\mid\text{hidden})",
)


def card(title: str, page: str, formula: str, hidden: str, learnt: str, used: str) -> None:
    """One model's answers, in the same order as its neighbours'."""
    st.latex(formula)
    st.markdown(f"**Hidden:** {hidden}")
    st.markdown(f"**Learnt by:** {learnt}")
    st.markdown(f"**Used for:** {used}")
    st.page_link(page, label=f"Open {title}", width="stretch")
    group = next(pages for pages in contents.PAGES.values() if pages[0][0] == page)
    with st.container(horizontal=True, gap="small"):
        for file, name, _ in group[1:]:
            if (PAGES / file).exists():
                st.page_link(file, label=name)


with st.container(key="cards"):
    columns = st.columns(4, gap="medium")

    with columns[0]:
        st.subheader("Gaussian mixture", anchor=False)
        X, em = showcase.mixture()
        preview.mixture_preview(
            X, em, label="EM fits two ellipses to Old Faithful.", key="home_mixture"
        )
        card(
            "the mixture",
            "gmm/em/page.py",
            r"\textstyle p(x)=\sum_k \pi_k\,\mathcal N(x;\mu_k,\Sigma_k)",
            "which of $K$ bells drew the point.",
            "EM: soft assignments, then weighted means, in turn.",
            "clusters, densities, outliers.",
        )
    with columns[1]:
        st.subheader("Hidden Markov model", anchor=False)
        best, states, symbols = showcase.chain()
        preview.chain_preview(
            best,
            states,
            symbols,
            label="Viterbi finds when the casino's die was loaded.",
            key="home_chain",
        )
        card(
            "the chain",
            "hmm/trellis/page.py",
            r"\textstyle p(x)=\sum_z \prod_t A_{z_{t-1}z_t}\,B_{z_t}(x_t)",
            "the path of states behind the sequence.",
            "EM over all paths (Baum–Welch), or counting where paths are known.",
            "speech, tagging, genes, gestures.",
        )
    with columns[2]:
        st.subheader("Naive Bayes", anchor=False)
        preview.words_preview(
            showcase.message(), label="A message's words, one by one.", key="home_words"
        )
        card(
            "Naive Bayes",
            "nb/spam/page.py",
            r"\textstyle p(x)=\sum_y \pi_y \prod_i p(x_i\mid y)",
            "the class: known while it learns, hidden in use.",
            "counting: one pass, no iteration.",
            "spam, text categories, diagnosis.",
        )
    with columns[3]:
        st.subheader("Variational autoencoder", anchor=False)
        preview.latent_preview(
            showcase.latent(), label="A walk over the decoded map of digits.", key="home_latent"
        )
        card(
            "the autoencoder",
            "vae/latent/page.py",
            r"\textstyle p(x)=\int p_\theta(x\mid z)\,\mathcal N(z;0,I)\,dz",
            "a point $z$ on a continuous map.",
            "the gradient of the ELBO, a bound below $\\log p(x)$.",
            "making, editing and judging pictures.",
        )
