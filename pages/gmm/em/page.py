"""The Gaussian mixture: EM in half steps, what it guarantees, how K is chosen, where it breaks."""

import streamlit as st

from genmodels.kit import frame
from pages.gmm.em import choose as gmm_choose
from pages.gmm.em import guarantee_section as gmm_guarantee
from pages.gmm.em import restarts_section as gmm_restarts
from pages.gmm.em import sample as gmm_sample
from pages.gmm.em import setup as gmm_setup
from pages.gmm.em import take_away as gmm_take_away
from pages.gmm.em import watch as gmm_watch
from pages.gmm.em.setup import show

gmm_setup.read_link()
frame.header(
    "Gaussian mixture",
    "Each point was drawn from one of $K$ bells; which one is hidden.",
    r"p(x)=\sum_{k=1}^{K}\pi_k\,\mathcal N(x;\mu_k,\Sigma_k)",
)
section = frame.sections("gmm", gmm_setup.SECTIONS)

WATCH = [
    frame.Try(
        "Tied, three components",
        "One shared shape for all ellipses: will the best $K$ change?",
        lambda: show(gmm_data="Old Faithful", gmm_k=3, gmm_cov="tied", step=400),
    ),
    frame.Try(
        "Vowels",
        "Ten vowels were spoken. Will ten ellipses find them from F1 and F2 alone?",
        lambda: show(gmm_data="Vowels", gmm_k=10),
    ),
    frame.Try(
        "Means on one side",
        "Both means begin in the long eruptions. Will one find its way to the short ones?",
        lambda: show(gmm_data="Old Faithful", gmm_k=2, gmm_means=[[4.2, 78.0], [4.6, 84.0]]),
    ),
    frame.Try(
        "Points of your own",
        "Where must you click so that two bells end on top of each other?",
        lambda: show(gmm_data="Your own data", gmm_own="Click"),
    ),
]
BREAK = [
    frame.Try(
        "Collapse on one point",
        "Nothing is added to the variances. Where can the likelihood run to infinity?",
        lambda: show(
            gmm_data="Penguins", gmm_k=10, gmm_cov="diag", gmm_seed=3, gmm_floor="0", step=400
        ),
    ),
    frame.Try(
        "Too many components",
        "Three blobs, ten bells: what do the other seven do?",
        lambda: show(gmm_data="Round blobs", gmm_k=10, step=400),
    ),
    frame.Try(
        "Two moons",
        "Can two bells follow two bent shapes?",
        lambda: show(gmm_data="Two moons", gmm_k=2, step=400),
    ),
    frame.Try(
        "A bad start",
        "Two starts, same data, same $K$. Must EM end in the same place?",
        lambda: show(gmm_data="Round blobs", gmm_k=3, gmm_init="random", gmm_seed=6),
    ),
]
if section in ("Watch", "Break"):
    gmm_watch.watch()
    frame.try_this("gmm", WATCH if section == "Watch" else BREAK)
    if section == "Break":
        st.markdown(
            "With more columns than points a full covariance fails too: see *High dimension*."
        )
elif section == "Guarantee":
    gmm_guarantee.guarantee()
elif section == "Choose K":
    gmm_choose.choose()
elif section == "Restarts":
    gmm_restarts.restarts()
elif section == "Sample":
    gmm_sample.sample()
elif section == "Take away":
    gmm_take_away.take_away()
