"""SMILES read, drawn and compared; the VAE over them, its map and its figures."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from genmodels.datasets import molecules as data_set
from genmodels.vae import (
    describe,
    loop,
    molecules,
    molecules_figures,
    molecules_map,
    molecules_train,
    smiles,
)


def formula(text: str) -> str:
    """The formula as drawn, in plain digits."""
    return smiles.drawing(text).formula.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("C", "CH4"),
        ("c1ccccc1", "C6H6"),
        ("C1=CC=CC=C1", "C6H6"),
        ("CC(=O)Oc1ccccc1C(=O)O", "C9H8O4"),  # aspirin
        ("Cn1c(=O)c2c(ncn2C)n(C)c1=O", "C8H10N4O2"),  # caffeine
        ("c1ccc2ccccc2c1", "C10H8"),  # naphthalene
        ("c1ccc2c(c1)ccc1ccccc12", "C14H10"),  # phenanthrene
        ("O=[N+]([O-])c1ccccc1", "C6H5NO2"),
        ("O=N(=O)c1ccccc1", "C6H5NO2"),
        ("c1cc[nH]c1", "C4H5N"),
        ("c1ccsc1", "C4H4S"),
        ("CS(=O)(=O)N", "CH5NO2S"),
        ("C[N+](C)(C)C", "C4H12N⁺"),
        ("[Mg+2]", "Mg²⁺"),
        ("FC(F)(Cl)Br", "CBrClF2"),
        ("C%12CC%12", "C3H6"),
        ("[2H]O[H]", "H2O"),
        ("OP(=O)(O)O", "H3O4P"),
        ("c1cc[n+]([O-])cc1", "C5H5NO"),
        ("F/C=C/F", "C2H2F2"),
        ("c1ccc(-c2ccccc2)cc1", "C12H10"),
        ("c1ccc(cc1)c1ccccc1", "C12H10"),  # the bond between the rings is single
    ],
)
def test_hydrogens_are_filled_in(text: str, expected: str) -> None:
    assert formula(text) == expected


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "at least one atom; it is empty"),
        ("C1CC", "ring 1 opened and never closed"),
        ("C12CC1[13C]", "ring 2 opened and never closed"),
        ("C(C", r"character 2, .*never closed"),
        ("CC)", r"character 3, .*never opened"),
        ("C(C)(C)(C)(C)C", r"C \(atom 1\) must have at most 4 bonds; it has 5"),
        ("C(=O)(=O)=O", "at most 4"),
        ("CN(C)(C)C", r"N \(atom 2\) must have at most 3 bonds; it has 4"),
        ("F(C)C", "at most 1 bond; it has 2"),
        ("CO(C)C", "at most 2"),
        ("[NH4]", "at most 3"),
        ("[O-](C)C", "at most 1 bond; it has 2"),
        ("[N+](C)(C)(C)(C)C", "at most 4 bonds; it has 5"),
        ("CC(C)(C)(C)C=O(C)C", r"C \(atom 2\).*; O \(atom 7\) must have at most 2"),
        ("c1cccc1", "alternating double bonds; not so at atoms 1, 2, 3, 4, 5"),
        ("n1cccc1", "alternating"),
        ("c1ccccc1c", r"C \(atom 7\) must be in a ring"),
        ("cc", "must be in a ring"),
        ("C=", r"character 2, “=”"),
        ("=C", r"character 1, “=”"),
        ("C==C", r"character 3, “=”: an atom, bond, branch or ring number"),
        ("C()C", "character 3"),
        ("(C)C", "character 1"),
        ("C(=)C", "character 4"),
        ("C11", "ring 1 joins one to itself"),
        ("C12CC12", "ring 2 joins two twice"),
        ("[nH", "character 3"),
        ("[Xq]", "character 2"),
        ("C]", "character 2"),
        ("C%1", "character 3"),
        ("1CC1", "character 1"),
        ("Xe", r"character 1, “X”"),
        ("C.", "character 2"),
        ("[999999999999C]", "number too large"),
        ("C" * 301, "at most 300"),
        ("C²", "character 2: .*got '²'"),
        ("CC C", "character 3: .*got ' '"),
        ("CC\x00C", "character 3: .*got"),
        ("<script>", r"character 1, “<”"),
    ],
)
def test_broken_strings_are_refused_with_the_reason(text: str, reason: str) -> None:
    found = smiles.problem(text)
    assert found is not None
    assert re.search(reason, found), found
    assert not smiles.is_valid(text)
    with pytest.raises(ValueError, match="SMILES"):
        smiles.parse(text)


def test_rdkit_prints_nothing_and_each_thread_hears_its_own(capfd: pytest.CaptureFixture) -> None:
    broken = {"C==C": "character 3", "C(C": "character 2", "C1CC": "ring", "CN(C)(C)C": "atom 2"}
    with ThreadPoolExecutor(4) as pool:
        asked = list(broken) * 50
        for text, found in zip(asked, pool.map(smiles.problem, asked), strict=True):
            assert broken[text] in (found or "")
    assert capfd.readouterr() == ("", "")


def test_every_shipped_molecule_is_accepted() -> None:
    shipped = molecules_map.molecule_map().smiles
    assert len(shipped) == 2000
    assert [s for s in shipped if smiles.problem(s)] == []
    # The sheets look for a sample's canonical string among them.
    assert [s for s in shipped[:200] if smiles.canonical(s) != s] == []
    found = molecules_map.figures()["floor"]
    for which in ("moses", "qm9"):
        assert found[which]["given"] == 20_000
        assert found[which]["accepted_of_given"] > 0.999


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("CCO", "OCC", True),
        ("c1ccncc1", "n1ccccc1", True),
        ("C1=CC=CC=C1", "c1ccccc1", True),
        ("CC(=O)Oc1ccccc1C(=O)O", "O=C(O)c1ccccc1OC(C)=O", True),
        ("CCO", "COC", False),
        ("Cc1ccccc1C", "Cc1cccc(C)c1", False),
        ("C1CC1", "C=CC", False),
        ("[NH3+]C", "NC", False),
    ],
)
def test_a_canonical_string_names_the_molecule_not_its_writing(
    one: str, other: str, same: bool
) -> None:
    assert (smiles.canonical(one) == smiles.canonical(other)) == same


def test_properties_are_the_given_ones() -> None:
    """MOSES gives logP and QED, rounded to 0.01 and 0.001; weights are the textbooks'."""
    held = molecules_map.molecule_map()
    for name, rounding in (("logp", 0.005), ("qed", 0.0005)):
        computed = np.array([smiles.measure(s, name) for s in held.smiles[:200]])
        assert np.abs(computed - held.properties[name][:200]).max() < rounding + 1e-6
    for text, weight in (("O", 18.015), ("CCO", 46.069), ("CC(=O)Oc1ccccc1C(=O)O", 180.16)):
        assert smiles.measure(text, "weight") == pytest.approx(weight, abs=0.005)


def test_properties_are_the_sums_they_open_to() -> None:
    for text in molecules_map.molecule_map().smiles[:20]:
        assert sum(share for *_, share in smiles.logp_parts(text)) == pytest.approx(
            smiles.measure(text, "logp")
        )
        _, _, d, weight = zip(*smiles.qed_parts(text), strict=True)
        assert np.exp(np.average(np.log(d), weights=weight)) == pytest.approx(
            smiles.measure(text, "qed")
        )


# -- drawing -----------------------------------------------------------------------------------


def laid(text: str) -> tuple[np.ndarray, list[list]]:
    atoms, bonds = smiles.structure(text)
    return np.array([[atom["x"], atom["y"]] for atom in atoms]), bonds


def test_kekulisation_alternates() -> None:
    _, bonds = laid("c1ccc2ccccc2c1")
    doubles = [bond for bond in bonds if bond[2] == 2]
    assert len(doubles) == 5
    assert len({atom for a, b, *_ in doubles for atom in (a, b)}) == 10
    assert all(aromatic for *_, aromatic in bonds)
    assert sum(bond[2] == 2 for bond in laid("O=c1cc[nH]cc1")[1]) == 3  # pyridone


def test_benzene_is_a_regular_hexagon() -> None:
    xy, _ = laid("c1ccccc1")
    assert np.allclose(np.linalg.norm(xy - xy.mean(0), axis=1), 1.0, atol=1e-3)
    assert np.allclose(np.linalg.norm(xy - np.roll(xy, 1, 0), axis=1), 1.0, atol=1e-3)


def test_a_chain_zigzags_and_a_triple_bond_is_straight() -> None:
    def angle(xy: np.ndarray, i: int) -> float:
        a, b = xy[i - 1] - xy[i], xy[i + 1] - xy[i]
        return float(np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))))

    xy, _ = laid("CCCCC")
    assert [round(angle(xy, i)) for i in (1, 2, 3)] == [120, 120, 120]
    assert np.linalg.norm(xy[4] - xy[0]) > 3  # not curled up
    assert angle(laid("CC#CC")[0], 1) == pytest.approx(180, abs=0.1)


def test_shipped_molecules_are_drawn_apart() -> None:
    for text in molecules_map.molecule_map().smiles[:100]:
        xy, bonds = laid(text)
        length = np.array([np.linalg.norm(xy[a] - xy[b]) for a, b, *_ in bonds])
        assert 0.9 < length.min() <= length.max() < 1.1, text
        apart = np.linalg.norm(xy[:, None] - xy[None], axis=2) + 9 * np.eye(len(xy))
        assert apart.min() > 0.3, text
    with pytest.raises(ValueError, match="ring 1"):
        smiles.structure("C1CC")


@pytest.mark.parametrize(
    "text",
    ["C", "CC", "C.C", "[H][H]", "C1CC1", "C12C3C4C1C5C2C3C45", "N[C@@H](C)C(=O)O", "F/C=C/F", "*"],
)
def test_small_parted_caged_and_handed_ones_are_drawn_too(text: str) -> None:
    picture = smiles.drawing(text)
    width, height = picture.box
    assert picture.lines or picture.letters
    for x1, y1, x2, y2 in picture.lines:
        assert 0 <= min(x1, x2) <= max(x1, x2) <= width
        assert 0 <= min(y1, y2) <= max(y1, y2) <= height
    for x, y, letter, size, _ in picture.letters:
        assert 0 <= x <= width
        assert 0 <= y - 0.8 * size <= y <= height + 0.01
        assert letter
    assert ElementTree.fromstring(smiles.svg(text)).tag.endswith("svg")


def test_a_structure_is_drawn_with_its_letters() -> None:
    def letters(text: str) -> str:
        return "".join(sorted(letter[2] for letter in smiles.drawing(text).letters))

    assert letters("CC(=O)Oc1ccccc1C(=O)O") == "HOOOO"
    assert letters("C[N+](C)(C)CC(=O)[O-]") == "+-NOO"
    assert {letter[4] for letter in smiles.drawing("NCCl").letters} == {"N", "Cl"}
    # Ethanol: two bonds. Ethene: two lines. Benzene: six, and three more within.
    assert [len(smiles.drawing(text).lines) for text in ("CCO", "C=C", "c1ccccc1")] == [2, 2, 9]
    plain = smiles.drawing("CCO").plain()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain


# -- the VAE -----------------------------------------------------------------------------------


def test_tokens_are_atoms_and_come_back() -> None:
    assert molecules.tokens_of("ClC[nH]Br(c1)") == ["Cl", "C", "[nH]", "Br", "(", "c", "1", ")"]
    codes = molecules.to_codes(["CCO", ""])
    assert codes.shape == (2, molecules.LENGTH)
    assert [molecules.VOCABULARY[c] for c in codes[0, :4]] == ["C", "C", "O", "<end>"]
    for bad in ("[Na]", "C" * 60, "<end>", "é"):
        with pytest.raises(ValueError, match="smiles must"):
            molecules.to_codes([bad])


def test_the_numpy_decoder_is_the_networks() -> None:
    model, z = molecules.shared(), np.random.default_rng(0).standard_normal((3, molecules.LATENT))
    for row in z:
        trace = molecules.shared_decoder().trace(row)
        before = molecules.to_codes([trace.smiles])[0][: len(trace.tokens)]
        before = np.concatenate([[molecules.PLACE[molecules.START]], before])
        with torch.no_grad():
            logits = (
                model.logits(
                    torch.from_numpy(row[None].astype(np.float32)), torch.from_numpy(before[None])
                )[0]
                .double()
                .numpy()
            )
        logits[:, ~molecules.EMITTED] = -np.inf
        p = np.exp(logits - logits.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        assert np.allclose(trace.probabilities, p[: len(trace.probabilities)], atol=1e-4)
        assert trace.smiles == molecules.shared_decoder().decode(row[None])[0]


def test_draws_follow_the_probabilities() -> None:
    decoder = molecules.shared_decoder()
    z = molecules_map.molecule_map().mu[:1]
    p = decoder.trace(z[0]).probabilities[0]
    drawn = decoder.decode(np.repeat(z, 1500, 0), temperature=1.0, rng=np.random.default_rng(0))
    first = Counter(molecules.tokens_of(s)[0] for s in drawn if s)
    for token, place in molecules.PLACE.items():
        share = first[token] / 1500
        assert share == pytest.approx(p[place], abs=5 * np.sqrt(0.25 / 1500))


@pytest.mark.parametrize(
    "z, more",
    [
        (np.zeros((1, 3)), {}),
        (np.full((1, molecules.LATENT), np.nan), {}),
        (np.zeros((1, molecules.LATENT)), {"temperature": -1.0}),
        (np.zeros((1, molecules.LATENT)), {"temperature": 1.0}),
    ],
)
def test_decoding_refuses(z: np.ndarray, more: dict) -> None:
    with pytest.raises(ValueError, match=r"must be|must have"):
        molecules.shared_decoder().decode(z, **more)


def test_the_recorded_figures_come_out() -> None:
    held = molecules_map.molecule_map()
    got = molecules.negative_elbo(molecules.shared(), held.smiles[:500])
    recorded = describe("molecules")["test"]
    assert got["elbo"] == pytest.approx(recorded["elbo"], rel=0.05)
    assert recorded["elbo"] == pytest.approx(recorded["reconstruction"] + recorded["kl"])
    mu, _ = molecules.shared().encode(held.smiles[:50])
    assert np.allclose(mu, held.mu[:50], atol=1e-4)
    found = molecules_map.figures()
    for name, direction in held.directions.items():
        fit = molecules_figures.r2(held.properties[name], direction.predict(held.mu))
        assert fit == pytest.approx(direction.r2, abs=1e-4)
        assert fit == pytest.approx(found["regressions"][name]["latent_r2"], abs=1e-4)
    rng = np.random.default_rng(1)
    z = rng.standard_normal((300, molecules.LATENT))
    strings = molecules.shared_decoder().decode(z, temperature=1.0, rng=rng)
    valid = np.mean([smiles.is_valid(s) for s in strings])
    assert valid == pytest.approx(found["samples"]["prior"]["valid"], abs=0.12)


def test_the_plane_lifts_and_projects() -> None:
    held = molecules_map.molecule_map()
    plane = held.plane
    assert np.allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-6)
    assert np.allclose(plane.lift(held.xy[7], base=held.mu[7]), held.mu[7], atol=1e-6)
    z = plane.lift(np.array([1.0, -2.0]), base=held.mu[3])
    assert np.allclose(plane.project(z), [1.0, -2.0], atol=1e-6)
    kept = np.eye(len(z)) - plane.axes.T @ plane.axes
    assert np.allclose(kept @ z, kept @ held.mu[3], atol=1e-6)
    for bad in (np.zeros(3), np.array([np.nan, 0.0])):
        with pytest.raises(ValueError, match="xy must"):
            plane.lift(bad)


def test_a_markov_chain_that_remembers_all_repeats_its_strings() -> None:
    strings = ["CCO", "c1ccccc1", "CC(=O)N"]
    made = molecules_figures.markov_samples(strings, 12, 50, rng=np.random.default_rng(0))
    assert set(made) == set(strings)
    short = molecules_figures.markov_samples(strings, 1, 50, rng=np.random.default_rng(0))
    assert not set(short) <= set(strings)


def test_a_sheet_of_samples_is_judged() -> None:
    known = {"CCO"}
    found = molecules_figures.judged(["CCO", "OCC", "C1CC", "CCN"], known)
    assert (found["valid"], found["unique"], found["novel"]) == (0.75, 2 / 3, 0.5)


def test_bad_files_are_named(tmp_path: Path) -> None:
    weights = tmp_path / "molecules.safetensors"
    with pytest.raises(ValueError, match=weights.name):
        molecules.load(tmp_path)
    save_file({"a": torch.zeros(2)}, weights)
    with pytest.raises(ValueError, match=weights.name):
        molecules.load(tmp_path)
    table = tmp_path / "m.npz"
    with pytest.raises(ValueError, match=table.name):
        molecules_map.molecule_map(table)
    np.savez(table, mu=np.zeros((2, 24)), smiles=np.array([b"C"]))
    with pytest.raises(ValueError, match=table.name):
        molecules_map.molecule_map(table)
    (tmp_path / "f.json").write_text("[]")
    with pytest.raises(ValueError, match=r"f\.json"):
        molecules_map.figures(tmp_path / "f.json")
    with pytest.raises(ValueError, match="moses_train"):
        data_set.read(tmp_path)
    with pytest.raises(ValueError, match="one of"):
        data_set.read(tmp_path, "zinc")


def test_a_run_that_stops_goes_on_exactly(tmp_path: Path) -> None:
    held = molecules_map.molecule_map()
    codes = molecules.to_codes(held.smiles[:40])
    values = np.stack([held.properties[name][:40] for name in molecules.PROPERTIES], 1)

    def make() -> loop.Job:
        recipe = molecules_train.Recipe(epochs=2, batch=20)
        return molecules_train.make_job(recipe, codes, values)

    whole = loop.train(make(), tmp_path / "whole", tell=lambda line: None)
    half = make()
    half.epochs = 1
    loop.train(half, tmp_path / "part", tell=lambda line: None)
    rest = loop.train(make(), tmp_path / "part", resume=True, tell=lambda line: None)
    for key, value in whole.modules["model"].state_dict().items():
        assert torch.equal(value, rest.modules["model"].state_dict()[key]), key
