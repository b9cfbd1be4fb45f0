"""Run by Alembic: the migrations share the connection and transaction of their caller."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
