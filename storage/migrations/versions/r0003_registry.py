"""The simulated registry's own tables"""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision: str = "r0003_registry"
down_revision: str | None = "r0002_delivery"


def upgrade() -> None:
    op.create_table(
        "registry_account",
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("had_account", sa.Boolean(), nullable=False),
        sa.Column("noticed", sa.Date(), nullable=True),
        sa.Column("phone", sa.BigInteger(), nullable=True),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("passcode", sa.Text(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("bound", sa.String(length=32), nullable=True),
        sa.Column("signed_in", sa.String(length=32), nullable=True),
        sa.Column("lent", sa.String(length=32), nullable=True),
        sa.Column("lent_until", storage.tables.Moment(timezone=True), nullable=True),
        sa.Column("ahead", sa.BigInteger(), nullable=False),
        sa.Column("sms_delay", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_registry_account")),
    )
    with op.batch_alter_table("registry_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_account_bound"), ["bound"], unique=False)
        batch_op.create_index(batch_op.f("ix_registry_account_lent"), ["lent"], unique=False)
        batch_op.create_index(batch_op.f("ix_registry_account_signed_in"), ["signed_in"], unique=False)

    op.create_table(
        "registry_answer",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_registry_answer")),
    )
    with op.batch_alter_table("registry_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_answer_at"), ["at"], unique=False)

    op.create_table(
        "registry_application",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("made", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due", storage.tables.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_application")),
    )
    with op.batch_alter_table("registry_application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_application_person"), ["person"], unique=False)
        batch_op.create_index("ix_registry_application_waiting", ["state", "due"], unique=False)

    op.create_table(
        "registry_change",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("move", sa.String(length=48), nullable=False),
        sa.Column("at", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_registry_change")),
    )
    with op.batch_alter_table("registry_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_change_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_registry_change_person"), ["person"], unique=False)

    op.create_table(
        "registry_code",
        sa.Column("request", sa.String(length=32), nullable=False),
        sa.Column("counter", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("phone", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("request", "counter", name=op.f("pk_registry_code")),
    )
    with op.batch_alter_table("registry_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_code_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_registry_code_phone"), ["phone"], unique=False)

    op.create_table(
        "registry_consent",
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("client", sa.String(length=40), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("notice", sa.String(length=40), nullable=False),
        sa.Column("given_at", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("withdrawn_at", storage.tables.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_registry_consent")),
    )
    with op.batch_alter_table("registry_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_consent_person"), ["person"], unique=False)

    op.create_table(
        "registry_counter",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_registry_counter")),
    )
    op.create_table(
        "registry_handset",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("sim", sa.BigInteger(), nullable=False),
        sa.Column("nfc", sa.Boolean(), nullable=False),
        sa.Column("app", sa.String(length=12), nullable=False),
        sa.Column("lent", sa.String(length=32), nullable=True),
        sa.Column("made", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_handset")),
        sa.UniqueConstraint("token", name=op.f("uq_registry_handset_token")),
    )
    with op.batch_alter_table("registry_handset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_handset_lent"), ["lent"], unique=False)
        batch_op.create_index(batch_op.f("ix_registry_handset_made"), ["made"], unique=False)

    op.create_table(
        "registry_limit",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_registry_limit")),
    )
    with op.batch_alter_table("registry_limit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_limit_until"), ["until"], unique=False)

    op.create_table(
        "registry_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("handset", sa.String(length=32), nullable=True),
        sa.Column("phone", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("had_account", sa.Boolean(), nullable=False),
        sa.Column("noticed", sa.Date(), nullable=True),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("passcode", sa.Text(), nullable=False),
        sa.Column("made", storage.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_request")),
    )
    with op.batch_alter_table("registry_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_request_made"), ["made"], unique=False)
        batch_op.create_index(batch_op.f("ix_registry_request_person"), ["person"], unique=False)

    op.create_table(
        "registry_sms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("phone", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("request", sa.String(length=32), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due", storage.tables.Moment(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", storage.tables.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_sms")),
    )
    with op.batch_alter_table("registry_sms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_sms_person"), ["person"], unique=False)
        batch_op.create_index("ix_registry_sms_waiting", ["state", "due"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("registry_sms", schema=None) as batch_op:
        batch_op.drop_index("ix_registry_sms_waiting")
        batch_op.drop_index(batch_op.f("ix_registry_sms_person"))

    op.drop_table("registry_sms")
    with op.batch_alter_table("registry_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_request_person"))
        batch_op.drop_index(batch_op.f("ix_registry_request_made"))

    op.drop_table("registry_request")
    with op.batch_alter_table("registry_limit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_limit_until"))

    op.drop_table("registry_limit")
    with op.batch_alter_table("registry_handset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_handset_made"))
        batch_op.drop_index(batch_op.f("ix_registry_handset_lent"))

    op.drop_table("registry_handset")
    op.drop_table("registry_counter")
    with op.batch_alter_table("registry_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_consent_person"))

    op.drop_table("registry_consent")
    with op.batch_alter_table("registry_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_code_phone"))
        batch_op.drop_index(batch_op.f("ix_registry_code_person"))

    op.drop_table("registry_code")
    with op.batch_alter_table("registry_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_change_person"))
        batch_op.drop_index(batch_op.f("ix_registry_change_at"))

    op.drop_table("registry_change")
    with op.batch_alter_table("registry_application", schema=None) as batch_op:
        batch_op.drop_index("ix_registry_application_waiting")
        batch_op.drop_index(batch_op.f("ix_registry_application_person"))

    op.drop_table("registry_application")
    with op.batch_alter_table("registry_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_answer_at"))

    op.drop_table("registry_answer")
    with op.batch_alter_table("registry_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_account_signed_in"))
        batch_op.drop_index(batch_op.f("ix_registry_account_lent"))
        batch_op.drop_index(batch_op.f("ix_registry_account_bound"))

    op.drop_table("registry_account")
