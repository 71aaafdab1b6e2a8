"""Imports run one way, modules stay small, nothing dangerous gets in: parsed from the source."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*ROOT.glob("genmodels/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"])
FRONTEND = sorted((ROOT / "genmodels/widgets/frontend").iterdir())

# Layer of a file (by path prefix, longest first) -> what of ours and of others it may not import.
FORBIDDEN = {
    "genmodels/gmm": ("genmodels.", "streamlit", "starlette", "plotly", "torch", "sklearn"),
    "genmodels/kmeans": (  # may use the mixture's starts and checks
        "genmodels.hmm",
        "genmodels.naive_bayes",
        "genmodels.vae",
        "genmodels.datasets",
        "genmodels.arithmetic",
        "genmodels.runs",
        "genmodels.widgets",
        "genmodels.live",
        "genmodels.figures",
        "genmodels.frame",
        "streamlit",
        "starlette",
        "plotly",
        "torch",
        "sklearn",
    ),
    "genmodels/calibration": (
        "genmodels.",
        "streamlit",
        "starlette",
        "plotly",
        "torch",
        "sklearn",
        "scipy",
    ),
    "genmodels/strokes": (  # a sign is a hidden Markov model
        "genmodels.gmm",
        "genmodels.naive_bayes",
        "genmodels.vae",
        "genmodels.datasets",
        "genmodels.arithmetic",
        "genmodels.runs",
        "genmodels.widgets",
        "genmodels.live",
        "genmodels.figures",
        "genmodels.frame",
        "streamlit",
        "starlette",
        "plotly",
        "torch",
        "sklearn",
    ),
    "genmodels/tagging": (  # tags are the states of a hidden Markov model
        "genmodels.gmm",
        "genmodels.naive_bayes",
        "genmodels.vae",
        "genmodels.datasets",
        "genmodels.arithmetic",
        "genmodels.runs",
        "genmodels.widgets",
        "genmodels.live",
        "genmodels.figures",
        "genmodels.frame",
        "streamlit",
        "starlette",
        "plotly",
        "torch",
        "sklearn",
    ),
    "genmodels/hmm": ("genmodels.", "streamlit", "starlette", "plotly", "torch", "sklearn"),
    "genmodels/naive_bayes": ("genmodels.", "streamlit", "starlette", "plotly", "torch", "sklearn"),
    "genmodels/vae/": (
        "genmodels.gmm",
        "genmodels.hmm",
        "genmodels.naive_bayes",
        "genmodels.widgets",
        "genmodels.live",
        "genmodels.figures",
        "streamlit",
        "starlette",
        "plotly",
    ),
    "genmodels/datasets/": (
        "genmodels.widgets",
        "genmodels.live",
        "genmodels.figures",
        "genmodels.arithmetic",
        "streamlit",
        "starlette",
        "plotly",
        "torch",
    ),
    "genmodels/arithmetic/": (
        "genmodels.widgets",
        "genmodels.live",
        "genmodels.figures",
        "streamlit",
        "starlette",
        "plotly",
        "torch",
    ),
    "genmodels/figures/": (
        "genmodels.widgets",
        "genmodels.live",
        "streamlit",
        "starlette",
        "torch",
    ),
    "genmodels/live/": (
        "genmodels.widgets",
        "genmodels.figures",
        "genmodels.frame",
        "plotly",
        "torch",
    ),
    "genmodels/runs/": ("genmodels.live", "genmodels.frame", "streamlit", "starlette", "torch"),
    "genmodels/widgets/": ("genmodels.live", "starlette", "torch"),
    "genmodels/sections/": ("genmodels.live", "starlette", "torch", "numpy", "sklearn", "scipy"),
    "genmodels/export/": (
        "genmodels.widgets",
        "genmodels.live",
        "genmodels.frame",
        "streamlit",
        "starlette",
        "torch",
    ),
    "genmodels/frame.py": ("genmodels.live", "genmodels.widgets", "genmodels.vae", "torch"),
    "pages/": ("genmodels.live", "starlette", "torch", "numpy", "sklearn", "scipy"),
    "app.py": ("genmodels.widgets", "genmodels.figures", "genmodels.frame", "plotly", "torch"),
}


def imported(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    place = str(path.relative_to(ROOT))
    package = ".".join(path.relative_to(ROOT).parts[:2]).removesuffix(".py")
    for prefix, banned in FORBIDDEN.items():
        if not place.startswith(prefix):
            continue
        for name in imported(path):
            # A package may import its own parts; ASSETS is a path, not a layer.
            if f"{name}.".startswith(f"{package}.") or name == "genmodels.ASSETS":
                continue
            hit = [b for b in banned if f"{name}.".startswith(b.rstrip(".") + ".")]
            assert not hit, f"{place} imports {name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450


def test_only_the_vae_imports_torch() -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if any(name == "torch" or name.startswith("torch.") for name in imported(path))
    }
    assert all(user.startswith("genmodels/vae/") for user in users), users


def test_light_imports_leave_torch_and_rdkit_out() -> None:
    """A page's first paint must not wait for Torch, nor for RDKit; nor must the server's start."""
    code = (
        "import sys, genmodels.frame, genmodels.gmm, genmodels.hmm, genmodels.naive_bayes, "
        "genmodels.vae, genmodels.live; genmodels.live.routes(); "
        "sys.exit('torch' in sys.modules or 'rdkit' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


DANGERS = {
    "innerHTML|outerHTML|insertAdjacentHTML|document\\.write": "text can become markup",
    "unsafe_allow_html|unsafe_allow_javascript": "text can become markup",
    "\\bpickle\\b|weights_only *= *False|allow_pickle *= *True": "unsafe loading",
    "https?://(?!127\\.0\\.0\\.1|localhost|www\\.w3\\.org/2000/svg)": "network at run time",
}


@pytest.mark.parametrize(
    "path",
    [p for p in [*SOURCES, *FRONTEND] if p.suffix in {".py", ".js", ".css"}],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_nothing_dangerous(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":  # addresses in docstrings are citations
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                text = text.replace(str(node.value.value), "")
    for pattern, why in DANGERS.items():
        assert not re.search(pattern, text), f"{path.name}: {why} ({pattern})"


def test_assets_fit() -> None:
    total = sum(p.stat().st_size for p in (ROOT / "assets").rglob("*") if p.is_file())
    assert total < 40e6
    provenance = (ROOT / "assets/PROVENANCE.md").read_text(encoding="utf-8")
    for path in (ROOT / "assets").rglob("*"):
        if path.is_file() and path.name != "PROVENANCE.md":
            assert path.name in provenance, f"{path.name} has no entry in PROVENANCE.md"
