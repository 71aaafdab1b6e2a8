"""The script that the server runs: page settings, the frame, the way to each page."""

from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from genmodels.kit import frame, state
from pages import contents

HERE = Path(__file__).resolve().parent
path = urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2]
here = contents.group_of(path)
st.set_page_config(page_title="genmodels", layout="wide", initial_sidebar_state=220)
frame.style()
chosen = st.navigation(
    {
        group: [
            st.Page(
                HERE / file,
                title=title,
                url_path=where,
                default=not where,
                # Forty pages at once would bury the one that is open: of the models that aren't
                # on show, the sidebar has the first page alone.
                visibility="visible" if group == here or i == 0 else "hidden",
            )
            for i, (file, title, where) in enumerate(pages)
            if (HERE / file).exists()
        ]
        for group, pages in contents.PAGES.items()
    }
)
state.arrive(chosen.url_path)
chosen.run()
