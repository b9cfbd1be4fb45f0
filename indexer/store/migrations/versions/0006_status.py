"""The password and the sessions of the status page, and the log of queries it shows."""

import sqlalchemy as sa
from alembic import op

from indexer.store.migrations.types import NUMBER

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create their tables."""
    op.create_table("passwords", sa.Column("hash", sa.Text, nullable=False))
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "queries",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("hits", sa.Integer, nullable=False),
    )
    op.create_index("queries_in_time", "queries", ["asked_at"])
