"""The molecules' page: decoding at a place, its opened numbers, sheets, climbs and what it hands
out, against the Torch model and sums written out."""

import json
import math
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from genmodels.kit.opened import evaluate
from genmodels.vae import molecules, molecules_map, smiles
from pages.vae.molecules import case as run
from pages.vae.molecules import molecule_pad
from pages.vae.molecules import opened as arithmetic
from pages.vae.molecules.live import Molecules
from pages.vae.molecules.molecule_pad import Place

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


@pytest.fixture(scope="module")
def made() -> run.Decoded:
    return run.decoded(1, "", 0.4, 0.5)


def test_a_place_is_lifted_over_the_base_and_decoded(made: run.Decoded) -> None:
    mm = molecules_map.molecule_map()
    np.testing.assert_allclose(mm.plane.project(made.z), [0.4, 0.5], atol=1e-6)
    off = (made.z - mm.mu[1]) - (made.z - mm.mu[1]) @ mm.plane.axes.T @ mm.plane.axes
    np.testing.assert_allclose(off, 0, atol=1e-6)  # only the plane's two coordinates moved
    assert [made.trace.smiles] == molecules.shared_decoder().decode(made.z[None])
    assert made.valid == smiles.is_valid(made.trace.smiles)


def test_what_opens_is_the_sum_that_made_it(made: run.Decoded) -> None:
    for name in run.NAMES:
        found = arithmetic.predicted(made, name)
        assert evaluate(found.expression) == pytest.approx(found.value, abs=1e-9)
        assert found.value == pytest.approx(made.predicted[name])
    whole = arithmetic.probability(made)
    assert evaluate(whole.expression) == pytest.approx(whole.value, rel=1e-9)
    tokens = [arithmetic.token(made, t) for t in range(len(made.chosen))]
    for t, one in enumerate(tokens):
        assert evaluate(one.expression) == pytest.approx(one.value, rel=1e-9)
        assert one.value == pytest.approx(made.trace.probabilities[t].max())
    assert math.prod(one.value for one in tokens) == pytest.approx(whole.value, rel=1e-9)


def test_the_molecules_own_properties_open() -> None:
    there = run.decoded(1, "", *run.base(1).xy.tolist())
    assert there.valid
    for opener, name in ((arithmetic.own_logp, "logp"), (arithmetic.own_qed, "qed")):
        found = opener(there)
        assert evaluate(found.expression) == pytest.approx(found.value, abs=1e-9)
        assert found.value == there.own(name)[name] == smiles.measure(there.trace.smiles, name)
    none = next(one.made for one in run.climb(5, "", "logp") if not one.made.valid)
    assert none.own("logp", "weight") == {}
    assert not none.is_base
    with pytest.raises(ValueError, match="SMILES"):
        arithmetic.own_logp(none)


def test_the_base_is_known_however_it_is_written() -> None:
    start = run.base(run.OWN, ASPIRIN)
    for text, same in (("O=C(O)c1ccccc1OC(C)=O", True), ("O=C(O)c1ccccc1OCC", False)):
        trace = molecules.DecodeTrace(text, (), np.zeros((0, 0)), True)
        assert run.Decoded(start, (0, 0), start.mu, trace, None, None, {}).is_base == same


def test_a_string_cut_off_has_no_end_token() -> None:
    far = run.at(run.base(1), np.full(24, 6.0))
    assert len(far.chosen) == len(far.trace.tokens) + far.trace.ended
    assert arithmetic.token(far, len(far.chosen) - 1).value > 0


def test_ones_own_molecule_is_a_base() -> None:
    found = run.base(run.OWN, f" {ASPIRIN} ")
    mu = molecules.shared().encode([ASPIRIN])[0][0]
    np.testing.assert_allclose(found.mu, mu)
    assert found.given is None
    assert run.decoded(run.OWN, ASPIRIN, *found.xy.tolist()).base.smiles == ASPIRIN


@pytest.mark.parametrize(
    "text, words",
    [
        ("C1CC", "ring 1 opened and never closed"),
        ("C(C)(C)(C)(C)C", r"C \(atom 1\) must have at most 4 bonds; it has 5"),
        ("<b>x</b>", "character 1"),
        ("🧪", "character 1"),
        ("C" * 60, "at most"),
        ("C" * 1_000_000, "at most"),
        ("[Fe]", "Fe|token"),
        ("c1cccc1", "alternating"),
    ],
)
def test_what_no_base_can_be_is_said(text: str, words: str) -> None:
    assert re.search(words, run.own_problem(text) or "")
    with pytest.raises(ValueError):
        run.base(run.OWN, text)


def test_an_empty_field_is_no_problem_and_bad_numbers_are_refused() -> None:
    assert run.own_problem("") is None
    for number in (-1, 2000 + 5):
        with pytest.raises(ValueError, match="0 to 1999"):
            run.base(number)
    with pytest.raises(ValueError, match="seed must be"):
        run.sheet(-1, 0.0)
    with pytest.raises(ValueError, match="temperature must be one of"):
        run.sheet(0, 0.5)
    with pytest.raises(ValueError, match="property must be one of"):
        run.climb(1, "", "mass")


def test_a_sheet_is_judged_and_its_share_opens() -> None:
    drawn = run.sheet(3, 1.0)
    assert len(drawn) == run.SHEET
    assert run.sheet(3, 1.0) == drawn
    for one in drawn:
        assert one.valid == smiles.is_valid(one.smiles)
        assert (one.drawing is not None) == one.valid
        assert one.valid or (one.problem and one.smiles not in one.problem)
    share = arithmetic.validity(drawn)
    assert evaluate(share.expression) == pytest.approx(share.value)
    assert share.value == np.mean([one.valid for one in drawn])
    # The same z: greedy strings are what they are whatever was drawn.
    z = np.random.default_rng(3).standard_normal((run.SHEET, 24))
    assert [one.smiles for one in run.sheet(3, 0.0)] == molecules.shared_decoder().decode(z)


def test_a_climb_goes_along_the_direction() -> None:
    rungs = run.climb(5, "", "logp")
    predicted = [rung.made.predicted["logp"] for rung in rungs]
    np.testing.assert_allclose(np.diff(predicted), np.diff(predicted)[0], rtol=1e-6)
    assert predicted[-1] > predicted[0]
    assert all((rung.judged is None) == (not rung.made.valid) for rung in rungs)
    for rung in rungs:
        if rung.made.valid:
            assert rung.judged == smiles.measure(rung.made.trace.smiles, "logp")
    assert any(rung.judged is not None for rung in rungs)
    assert run.climbed("logp")["predicted"] > run.climbed("logp")["judged"] > 0


def test_the_live_route_answers_and_refuses(made: run.Decoded) -> None:
    operation = Molecules()
    head = struct.Struct("<Iff")
    (answer,) = operation.run([operation.parse(head.pack(1, 0.4, 0.5))])
    assert isinstance(answer, bytes)
    told = json.loads(answer)
    assert (
        told["smiles"] == run.live(run.decoded(1, "", *np.float32([0.4, 0.5]).tolist()))["smiles"]
    )
    (own,) = operation.run([operation.parse(head.pack(run.OWN, 0, 0) + ASPIRIN.encode())])
    assert json.loads(own)["base"]["smiles"] == ASPIRIN  # type: ignore[arg-type]
    (bad,) = operation.run([operation.parse(head.pack(run.OWN, 0, 0) + b"C1CC")])
    assert isinstance(bad, ValueError)
    for payload, words in (
        (b"", "bytes"),
        (head.pack(1, math.nan, 0), "numbers within"),
        (head.pack(1, 1e9, 0), "numbers within"),
        (head.pack(4000, 0, 0), "base must be"),
        (head.pack(1, 0, 0) + b"CC", "and with no other"),
        (head.pack(run.OWN, 0, 0), "must come with base"),
        (head.pack(run.OWN, 0, 0) + "é".encode(), "ASCII"),
        (head.pack(run.OWN, 0, 0) + b"C" * 5000, "bytes"),
    ):
        with pytest.raises(ValueError, match=words):
            operation.parse(payload)


def test_what_the_browser_says_is_checked() -> None:
    start = Place(1, (0.0, 0.0))
    good = {"base": 3, "at": [1, 2], "start_id": "a"}
    assert molecule_pad.place({"place": good}, start, "a") == Place(3, (1.0, 2.0))
    for bad in (
        None,
        {},
        {**good, "start_id": "b"},
        {**good, "at": ["x", 1]},
        {**good, "at": [math.inf, 1]},
        {**good, "base": -1},
        {**good, "base": run.OWN},
        {**good, "at": [1]},
    ):
        assert molecule_pad.place({"place": bad}, start, "a") == start
    assert [molecule_pad.token({"token": t}) for t in (None, 0, 3, 99, "3")] == [
        None, None, 3, None, None,
    ]  # fmt: skip


def test_what_is_handed_out_comes_to_the_same(made: run.Decoded) -> None:
    place = (1, "", 0.4, 0.5)
    told = json.loads(run.point_json(*place))
    assert told["smiles"] == made.trace.smiles
    assert [len(told["atoms"]), len(told["bonds"])] == [
        smiles.parse(made.trace.smiles).GetNumAtoms(),
        smiles.parse(made.trace.smiles).GetNumBonds(),
    ]
    rows = run.map_csv().splitlines()
    assert len(rows) == 2001
    assert ElementTree.fromstring(run.structure_svg(*place)).tag.endswith("svg")


@pytest.mark.parametrize("number, valid", [(1, True), (0, False)])
def test_the_script_prints_the_pages_numbers(number: int, valid: bool, tmp_path: Path) -> None:
    place = (number, "", *run.base(number).xy.tolist())
    there = run.decoded(*place)
    path = tmp_path / "molecule.py"
    path.write_text(run.script(*place))
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert there.valid == valid == ("no molecule" not in lines)
    printed = {
        tuple(line.split()[:2]): float(line.split()[2]) for line in lines if line != "no molecule"
    }
    own = there.own("logp", "qed", "weight")
    assert printed == pytest.approx(
        {("predicted", name): value for name, value in there.predicted.items()}
        | {("own", name): value for name, value in own.items()},
        abs=1e-9,
    )
