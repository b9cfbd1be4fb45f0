"""What the page and the schedule tell each other, and what came of each crawl."""

import sqlalchemy as sa
from alembic import op

from indexer.store.migrations.types import NUMBER

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create their tables."""
    op.create_table(
        "orders",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("declaration", sa.Text, nullable=False),
        sa.Column("basis", sa.String(64), nullable=False),
        sa.Column("given_at", sa.DateTime, nullable=False),
        sa.Column("answered_at", sa.DateTime),
        sa.Column("refusal", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("orders_of_source", "orders", ["source", "kind"])
    op.create_table(
        "declarations",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("trouble", sa.Text, nullable=False),
        sa.Column("next_at", sa.DateTime),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("running_since", sa.DateTime),
    )
    op.create_table(
        "schedules",
        sa.Column("worker", sa.String(64), primary_key=True),
        sa.Column("seen_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "outcomes",
        sa.Column("run", NUMBER, nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("run", "outcome"),
    )
