"""One history of the tables for both databases. Alembic is imported only when there is something to do."""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from storage.engines import engine_for

HERE = Path(__file__).parent
_REVISION = re.compile(r'^(down_)?revision(?:: [^=]+)? = (?:"(\w+)"|None)', re.MULTILINE)


def head() -> str:
    """The newest revision, read from the files without importing them."""
    revisions, parents = set[str](), set[str]()
    for file in (HERE / "versions").glob("*.py"):
        for down, name in _REVISION.findall(file.read_text(encoding="utf-8")):
            if name:
                (parents if down else revisions).add(name)
    (newest,) = revisions - parents
    return newest


def known() -> frozenset[str]:
    """Every revision this house knows."""
    files = (HERE / "versions").glob("*.py")
    found = (_REVISION.findall(file.read_text(encoding="utf-8")) for file in files)
    return frozenset(name for revisions in found for _, name in revisions if name)


def standing(unit: Connection) -> str | None:
    """The revision a database stands at; None for an empty one."""
    if not inspect(unit).has_table("alembic_version"):
        return None
    return unit.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(url: str) -> bool:
    """Bring the database to the head. False, and no import of Alembic, when it is there already."""
    engine = engine_for(url, reading=False)
    try:
        with engine.connect() as unit:
            if standing(unit) == head():
                return False
        with engine.begin() as unit:
            run(unit)
        return True
    finally:
        engine.dispose()


def run(unit: Connection, to: str = "head") -> None:
    """Bring a database to a revision, in the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = unit
    command.upgrade(config, to)


def configure(context: Any, unit: Connection) -> None:
    """What `env.py` and the autogeneration have in common."""
    from sqlmodel import SQLModel

    import storage.tables  # noqa: F401

    context.configure(connection=unit, target_metadata=SQLModel.metadata, render_as_batch=True, compare_type=True)
