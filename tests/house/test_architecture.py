"""Who may import what: the drawing in the README holds, and the tool that says so is not asleep."""

import ast
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("flows", "content", "storage", "bot")

# One breach of each contract, as a new module, so that nothing in the house is touched to try it.
BREACHES = {
    "four packages, one direction": ("flows/core/planted_direction.py", "import storage"),
    "inside flows": ("flows/core/planted_layer.py", "import flows.speech"),
    "inside bot": ("bot/planted_stranger.py", ""),
    "no channel knows another": (
        "bot/channels/planted_one.py",
        "import bot.channels.planted_other",
    ),
    "flows decides and does nothing else": ("flows/core/planted_database.py", "import sqlalchemy"),
    "the core has no clock, no chance, no I/O": ("flows/core/planted_chance.py", "from random import choice"),
    "only storage knows the tables": ("bot/commands/planted_tables.py", "from storage import tables"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sysconfig.get_path("scripts")) / "lint-imports"
    return subprocess.run(
        [sys.executable, command, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_drawing_holds() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_each_contract_would_catch_its_breach(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=lambda _, names: {"__pycache__"} & set(names))
    for file, line in BREACHES.values():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).parent.joinpath("__init__.py").touch()
        (tmp_path / file).write_text(line + "\n")
    (tmp_path / "bot/channels/planted_other.py").touch()

    result = lint(tmp_path)

    assert result.returncode != 0
    verdicts = [line for line in result.stdout.splitlines() if line.endswith((" KEPT", " BROKEN"))]
    assert {line.rpartition(" ")[0] for line in verdicts if line.endswith(" BROKEN")} == set(BREACHES), result.stdout


def test_every_contract_has_a_breach_that_is_tried() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["name"] for contract in contracts} == set(BREACHES)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_folder_escapes_the_contracts(package: str) -> None:
    """A folder without `__init__.py` can be imported, but import-linter does not see it."""
    folders = {module.parent for module in (ROOT / package).rglob("*.py")} - {ROOT / "storage/migrations/versions"}
    assert not [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()]


FLOWS = sorted((ROOT / "flows").rglob("*.py"))


@pytest.mark.parametrize("module", FLOWS, ids=lambda module: str(module.relative_to(ROOT)))
def test_flows_stands_on_the_standard_library_and_asks_no_clock(module: Path) -> None:
    """Stronger than a list of what is forbidden: any other package would be a new one to name there."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                imported = [alias.name for alias in names]
            case ast.ImportFrom(module=str(name)):
                imported = [name]
            case ast.Call(func=ast.Attribute(attr=("now" | "utcnow" | "today" | "monotonic") as asked)):
                pytest.fail(f"{module.name}:{node.lineno} asks the clock ({asked}); the time is handed in")
            case _:
                continue
        for name in imported:
            top = name.partition(".")[0]
            assert top == "flows" or top in sys.stdlib_module_names, f"{module.name} imports {name}"
