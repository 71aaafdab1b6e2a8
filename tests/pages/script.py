"""A page run as a script: opened by a link, and what it says."""

import re

from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def open_page(file: str, **link: str) -> AppTest:
    """`pages/<file>` after its first run under a link; fails on any exception."""
    at = AppTest.from_file(ROOT / "pages" / file, default_timeout=60)
    for name, value in link.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, at.exception
    return at


def text_of(at: AppTest) -> str:
    """All that the page says, as a reader sees it: escaped signs without their backslash."""
    kinds = (at.title, at.markdown, at.latex, at.caption, at.warning, at.info)
    text = "\n".join(str(element.value) for kind in kinds for element in kind)
    return re.sub(r"\\([*_\[\]<>#$~|:`])", r"\1", text)
