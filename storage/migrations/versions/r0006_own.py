"""Self-service: links, people of one chat, consents, resends and their limits, moving, reminders; what helped whom"""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision: str = "r0006_own"
down_revision: str | None = "r0005_console"


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("conversation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("given_at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("withdrawn_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", "subject_id", "kind", name=op.f("pk_consent")),
    )
    op.create_table(
        "helped",
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("exit", sa.String(length=48), nullable=False),
        sa.Column("tried", sa.BigInteger(), nullable=False),
        sa.Column("helped", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", "exit", name=op.f("pk_helped")),
    )
    op.create_table(
        "link",
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("blind", sa.String(length=32), nullable=False),
        sa.Column("scopes", sa.String(length=60), nullable=False),
        sa.Column("since", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_link")),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_blind"), ["blind"], unique=False)
        batch_op.create_index(batch_op.f("ix_link_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "member",
        sa.Column("conversation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kin", sa.String(length=16), nullable=False),
        sa.Column("added", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("talk", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "subject_id", name=op.f("pk_member")),
    )
    op.create_table(
        "move_code",
        sa.Column("blind", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("until", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("blind", name=op.f("pk_move_code")),
    )
    with op.batch_alter_table("move_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_move_code_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_move_code_until"), ["until"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("conversation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("due", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("last", storage.tables.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", "subject_id", "kind", name=op.f("pk_reminder")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_due"), ["due"], unique=False)

    op.create_table(
        "resend",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("blind", sa.String(length=32), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("request", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resend")),
    )
    with op.batch_alter_table("resend", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resend_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index("ix_resend_whom", ["blind", "at"], unique=False)

    op.create_table(
        "spent",
        sa.Column("key", sa.String(length=48), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_spent")),
    )
    with op.batch_alter_table("spent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spent_until"), ["until"], unique=False)

    with op.batch_alter_table("errand", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("key", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
