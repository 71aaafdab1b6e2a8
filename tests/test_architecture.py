"""Who may import what from outside, and that nothing dangerous gets in: parsed from the source."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*ROOT.glob("genmodels/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"])
FRONTEND = sorted((ROOT / "genmodels/frontend").rglob("*.*"))


def imported(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


PLAIN = ("streamlit", "starlette", "plotly", "genmodels.kit", "genmodels.live", "pages")
OF_A_PAGE = ("genmodels.live", "starlette", "torch", "numpy", "sklearn", "scipy")


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_algorithms_draw_nothing_and_pages_compute_nothing(path: Path) -> None:
    """Data and algorithms know no screen, and a page's script, run anew each time, no arrays."""
    parts = path.relative_to(ROOT).parts
    library = parts[0] == "genmodels" and parts[1] not in ("kit", "live")
    banned = PLAIN if library else OF_A_PAGE if path.name.endswith("page.py") else ()
    hit = [name for name in imported(path) if any(f"{name}.".startswith(f"{b}.") for b in banned)]
    assert not hit, f"{path.relative_to(ROOT)} imports {hit}"


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
        "import sys, genmodels.kit.frame, genmodels.gmm, genmodels.hmm, genmodels.naive_bayes, "
        "genmodels.vae, pages.live; pages.live.routes(); "
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
