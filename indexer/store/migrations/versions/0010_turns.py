"""Turns at hosts, which the workers of all crawls take."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "turns",
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("next_at", sa.Float, nullable=False),
    )
