"""The officers' console: units, staff, the audit, handovers, ready answers, and the log they search"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

import storage.tables

revision: str = "r0005_console"
down_revision: str | None = "r0004_secrets"

STAYS = "the audit is append-only"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=24), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_staff_id", ["staff_id", "number"], unique=False)
        batch_op.create_index("ix_audit_subject", ["subject", "number"], unique=False)

    op.create_table(
        "canned",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("changed", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned")),
    )
    with op.batch_alter_table("canned", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_canned_unit"), ["unit"], unique=False)

    op.create_table(
        "handover",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_by", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.String(length=24), nullable=False),
        sa.Column("asked_at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("back_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("words", sa.String(length=40), nullable=False),
        sa.Column("read_upto", sa.BigInteger(), nullable=False),
        sa.Column("read_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("unread_since", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("unread_told", sa.Boolean(), nullable=False),
        sa.Column("escalated", sa.BigInteger(), nullable=False),
        sa.Column("rating", sa.String(length=8), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index("ix_handover_waiting", ["state", "asked_at"], unique=False)
        batch_op.create_index(
            "uq_handover_open",
            ["conversation_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'back'"),
            postgresql_where=sa.text("state <> 'back'"),
        )

    op.create_table(
        "log_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index("ix_log_entry_message", ["conversation_id", "number"], unique=False)

    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=24), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("own_password", sa.Boolean(), nullable=False),
        sa.Column("totp_seed", sa.LargeBinary(), nullable=False),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("enrolled", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "staff_lock",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("until", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_staff_lock")),
    )
    with op.batch_alter_table("staff_lock", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_lock_until"), ["until"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(length=8), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("created", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("seen", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("sure_until", storage.tables.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "unit",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("parent", sa.String(length=24), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("week", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_unit")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_parent"), ["parent"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_path"), ["path"], unique=False)

    op.create_table(
        "unit_door",
        sa.Column("door", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("door", name=op.f("pk_unit_door")),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit", sa.String(length=24), server_default="", nullable=False))
        batch_op.add_column(sa.Column("followed", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.create_index(
            "ix_conversation_ahead",
            ["id"],
            unique=False,
            sqlite_where=sa.text("last > followed"),
            postgresql_where=sa.text("last > followed"),
        )
        batch_op.create_index("ix_conversation_unit", ["unit", "changed"], unique=False)

    # Whoever has the database open by hand meets this too; the hashes are for whoever removes it first.
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit BEGIN SELECT RAISE(ABORT, '{STAYS}'); END"
            )
    else:
        op.execute(
            f"CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{STAYS}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()"
        )
