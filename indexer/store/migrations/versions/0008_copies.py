"""Copies of pages as they came."""

import sqlalchemy as sa
from alembic import op

from indexer.store.migrations.types import NUMBER

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "copies",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("url", sa.Text, nullable=False, unique=True),
        sa.Column("first", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("fetched_at", sa.DateTime, nullable=False),
        sa.Column("charset", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("copies_of_article", "copies", ["first", "number"])
