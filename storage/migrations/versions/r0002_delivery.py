"""What the sender keeps: when a conversation may be written to again, what may not go, how often it was unsure"""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision: str = "r0002_delivery"
down_revision: str | None = "r0001_first_tables"


def upgrade() -> None:

    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("send_after", storage.tables.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("muted", sa.String(length=24), server_default="", nullable=False))
        batch_op.add_column(sa.Column("link", sa.String(length=64), server_default="", nullable=False))

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("parts", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("unsure", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("reason", sa.String(length=60), server_default="", nullable=False))
        batch_op.drop_index(batch_op.f("ix_outbox_waiting"))
        batch_op.create_index(batch_op.f("ix_outbox_waiting"), ["state", "lane", "priority", "due"], unique=False)

    # Channels that are read instead of written to stand outside the sender's lanes.
    op.execute("UPDATE conversation SET lane = -1 WHERE channel IN ('web', 'terminal')")
    op.execute("UPDATE outbox SET lane = -1 WHERE conversation_id IN (SELECT id FROM conversation WHERE lane = -1)")
