"""Alembic's entry: runs on the connection it is handed, inside the transaction that is open there."""

from alembic import context

from storage.migrations import configure

configure(context, context.config.attributes["connection"])
context.run_migrations()
