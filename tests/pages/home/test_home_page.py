"""Home: four models side by side, their pictures made by the real code, each with its way in."""

import numpy as np
from streamlit.testing.v1 import AppTest

from pages.home import showcase
from tests.conftest import ROOT


def test_each_model_says_what_is_hidden_how_it_learns_and_what_for() -> None:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60).run()
    assert not at.exception, at.exception
    assert [s.value for s in at.subheader] == [
        "Gaussian mixture",
        "Hidden Markov model",
        "Naive Bayes",
        "Variational autoencoder",
    ]
    assert len(at.latex) == 4
    text = "\n".join(m.value for m in at.markdown)
    for question in ("**Hidden:**", "**Learnt by:**", "**Used for:**"):
        assert text.count(question) == 4


def test_the_pictures_are_real_runs() -> None:
    X, trace = showcase.mixture()
    assert trace.log_likelihood[-1] > trace.log_likelihood[0]
    assert X.shape == (272, 2)
    best, states, symbols = showcase.chain()
    assert set(best.path) == {0, 1}
    assert len(symbols) == len(best.path)
    assert len(states) == 2
    reading = showcase.message()
    assert np.isclose(
        reading.trace.total, reading.trace.prior + reading.trace.log_odds.sum(), atol=1e-9
    )
    assert showcase.latent().max() > 200
