"""The registry: links begun by a chat, what a consent covers, and when a client looked"""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision: str = "r0007_linking"
down_revision: str | None = "r0006_own"


def upgrade() -> None:
    op.create_table(
        "registry_link",
        sa.Column("device", sa.String(length=32), nullable=False),
        sa.Column("typed", sa.String(length=32), nullable=False),
        sa.Column("client", sa.String(length=40), nullable=False),
        sa.Column("scopes", sa.String(length=60), nullable=False),
        sa.Column("asked_from", sa.String(length=12), nullable=False),
        sa.Column("asked_since", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("phrase", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("browser", sa.String(length=32), nullable=True),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("phone", sa.BigInteger(), nullable=False),
        sa.Column("request", sa.String(length=32), nullable=False),
        sa.Column("said", sa.String(length=16), nullable=False),
        sa.Column("sent_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("granted", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("taken", sa.String(length=32), nullable=False),
        sa.Column("made", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("until", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("polled", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("pause", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_registry_link")),
        sa.UniqueConstraint("typed", name=op.f("uq_registry_link_typed")),
    )
    with op.batch_alter_table("registry_link", schema=None) as batch_op:
        for column in ("browser", "person", "until"):
            batch_op.create_index(batch_op.f(f"ix_registry_link_{column}"), [column], unique=False)
    op.create_table(
        "registry_look",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_look")),
    )
    with op.batch_alter_table("registry_look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_look_at"), ["at"], unique=False)
        batch_op.create_index("ix_registry_look_subject", ["subject", "at"], unique=False)
    with op.batch_alter_table("registry_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_account_phone"), ["phone"], unique=False)
    # Whoever said yes before there were parts of it said yes to all of them.
    with op.batch_alter_table("registry_consent", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("scopes", sa.String(length=60), server_default="status resend notices", nullable=False)
        )
        batch_op.add_column(sa.Column("phone", sa.BigInteger(), nullable=True))
