"""What the house keeps sealed and changes by use: token pairs"""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision: str = "r0004_secrets"
down_revision: str | None = "r0003_registry"


def upgrade() -> None:
    op.create_table(
        "secret",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("lease_until", storage.tables.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
    )
