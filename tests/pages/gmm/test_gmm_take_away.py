"""The mixture's take-away section: every fit can be taken, a singular one says why not."""

import json
from xml.etree import ElementTree

from genmodels.datasets import clustering
from pages.gmm.em.take_away import downloads
from pages.gmm.mixture_run import Setup, fitted
from tests.pages.script import open_page, text_of


def test_the_section_offers_four_files():
    at = open_page("gmm/em/page.py", gmm_section="Take away", gmm_k="3", gmm_cov="tied")
    assert "PNG" in text_of(at)
    setup = Setup(clustering.load("old_faithful"), 3, "tied")
    files = {d.file_name: d.make() for d in downloads(setup)}
    assert set(files) == {"mixture.json", "responsibilities.csv", "mixture.svg", "mixture.py"}
    model = json.loads(files["mixture.json"])
    assert model["means"] == fitted(setup).model.means.tolist()
    assert model["settings"]["init"] == "k-means++"
    ElementTree.fromstring(files["mixture.svg"])
    compile(files["mixture.py"], "mixture.py", "exec")


def test_a_singular_fit_says_why_there_is_nothing():
    at = open_page(
        "gmm/em/page.py", gmm_section="Take away", gmm_data="Your own data", gmm_own="Paste",
        gmm_points="0,0;1,1;0,1;9,9", gmm_k="4", gmm_floor="0", gmm_cov="spherical",
    )  # fmt: skip
    said = text_of(at)
    assert ("nothing to take away" in said) == ("likelihood is infinite" in said)
