"""The pages of sources, and the runs that visit them."""

import sqlalchemy as sa
from alembic import op

from indexer.store.migrations.types import NUMBER

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the crawler's tables."""
    op.create_table(
        "runs",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("finished_at", sa.DateTime),
    )
    op.create_index("runs_of_source", "runs", ["source", "id"])
    op.create_table(
        "pages",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("hops", sa.Integer, nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("visited_at", sa.DateTime),
        sa.Column("outcome", sa.String(12)),
        sa.Column("reason", sa.Text),
        sa.Column("status", sa.Integer),
        sa.Column("article_id", sa.String(16)),
        sa.UniqueConstraint("source", "url"),
    )
    op.create_index("pages_in_order", "pages", ["source", "run", "id"])
