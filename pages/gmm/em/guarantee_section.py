"""What EM guarantees: log p(X) as a bound plus a gap, at each half step."""

import streamlit as st

from genmodels.kit import frame
from pages.gmm.em import guarantee as parts
from pages.gmm.em import setup as gmm_setup
from pages.gmm.em import watch as gmm_watch


@st.fragment
def guarantee() -> None:
    row = frame.stage_row()
    with row.controls:
        setup = gmm_setup.controls()
    with row.stage:
        view = gmm_watch.player(setup, parts.payload(setup), "gmm_player_bound")
    gmm_setup.link_state()
    with row.inspector:
        st.latex(
            r"\begin{aligned} & \log p(X \mid \theta) = F(q, \theta) \\ & \quad + "
            r"\mathrm{KL}\left(q \,\|\, p(Z \mid X, \theta)\right) \end{aligned}"
        )
        st.caption(
            "The E-step closes the gap (hatched); the M-step raises the bound (filled). So "
            "log p(X) can't fall, as long as nothing is added to the variances."
        )
        openable = parts.openable(setup, view.step)
        tab = st.pills(
            "Open a number",
            list(openable),
            key="gmm_bound_tab",
            label_visibility="collapsed",
        )
        if tab and tab in openable:
            frame.inspect(openable[tab]())
