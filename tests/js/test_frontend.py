"""The frontend's logic that needs no canvas, by `node --test`, against what Python says."""

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genmodels.kit import payload
from pages.nb import spam_filter
from pages.nb import text as nb_text
from tests.browser.test_text_reader import TEXTS, made

HERE = Path(__file__).resolve().parent
REQUIRED = os.environ.get("GENMODELS_REQUIRE_NODE") == "1"
MODELS = {
    "spam, multinomial": spam_filter.Settings(),
    "spam, Bernoulli, 200 messages": spam_filter.Settings("bernoulli", training=200, prior=0.8),
    "spam without smoothing": spam_filter.Settings(alpha=0, training=20),
    "genres": nb_text.Settings("genres-15"),
    "sentiment, Bernoulli": nb_text.Settings("sentiment", kind="bernoulli"),
    "reviews, pairs": nb_text.Settings("reviews-pairs"),
    "reviews, marks": nb_text.Settings("reviews-marks"),
}


def readings(settings: Any) -> dict[str, Any]:
    """A model's lexicon as it is sent, and its readings of written and of random texts."""
    texts = [*TEXTS, *(made(seed) for seed in range(20)), ""]
    if isinstance(settings, spam_filter.Settings):
        lexicon = spam_filter.words_held(settings)
        said = [spam_filter.wire(spam_filter.read(text, settings)) for text in texts]
        fixed = None
    else:
        lexicon = nb_text.words_held(settings)
        said = [nb_text.wire(nb_text.judge(text, settings)) for text in texts]
        fixed = nb_text.collection(settings.name).fixed
    return {
        "lexicon": lexicon.decode(),
        "fixed": fixed,
        "readings": [{"text": t, "reading": s} for t, s in zip(texts, said, strict=True)],
    }


def arrays() -> dict[str, Any]:
    """Payload arrays of every kind, with the values that they hold."""
    rng = np.random.default_rng(7)
    shares = [rng.random((40, 3)) for _ in range(4)]
    shares[2][5:] = shares[1][5:]
    floats = np.array([[0.5, -3.25], [np.inf, np.nan]], np.float32)
    kinds = {
        "f4": payload.array(floats),
        "u1": payload.array(np.arange(256) % 251, "u1"),
        "u2": payload.array([0, 65535, 258], "u2"),
        "i4": payload.array([-(2**31), 2**31 - 1, -1], "i4"),
        "steps": payload.steps(shares),
    }
    values = {
        "f4": [0.5, -3.25, "Infinity", "NaN"],
        "u1": (np.arange(256) % 251).tolist(),
        "u2": [0, 65535, 258],
        "i4": [-(2**31), 2**31 - 1, -1],
        "steps": np.rint(np.array(shares) * 255).astype(int).ravel().tolist(),
    }
    picture = rng.integers(0, 256, 784).astype(np.uint8)
    return {
        "arrays": {kind: {"array": kinds[kind], "values": values[kind]} for kind in kinds},
        "deflated": {"array": payload.deflated(picture), "values": picture.tolist()},
    }


def test_the_frontends_logic(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules").exists():
        if REQUIRED:
            pytest.fail("the JavaScript tests are required: install Node, then `make node`")
        pytest.skip("the JavaScript tests need Node and `make node`")
    random.seed(1)
    fixture = tmp_path / "python.json"
    texts = [{"name": name, **readings(settings)} for name, settings in MODELS.items()]
    fixture.write_text(json.dumps({"texts": texts, "packed": arrays()}, allow_nan=False))
    run = subprocess.run(
        [node, "--test", "--test-reporter=spec", *map(str, sorted(HERE.glob("*.test.js")))],
        capture_output=True, text=True, check=False,
        env={**os.environ, "GENMODELS_FIXTURE": str(fixture)},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    print(run.stdout)
