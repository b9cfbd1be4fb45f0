"""When pages are visited again, by whom, and what their hosts asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Extend the crawler's tables; every page known is due."""
    for column in (
        sa.Column("kind", sa.String(8), nullable=False, server_default="page"),
        sa.Column("digest", sa.String(64)),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("interval", sa.Float),
        sa.Column("due_at", sa.DateTime),
        sa.Column("misses", sa.Integer, nullable=False, server_default="0"),
        sa.Column("pattern", sa.Text, nullable=False, server_default=""),
        sa.Column("found_by", sa.Text, nullable=False, server_default=""),
        sa.Column("worker", sa.String(64)),
        sa.Column("leased_until", sa.DateTime),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    ):
        op.add_column("pages", column)
    op.create_index("pages_by_digest", "pages", ["source", "digest"])
    op.create_index("pages_under_way", "pages", ["source", "worker"])
    complete = sa.Column("complete", sa.Boolean, nullable=False, server_default=sa.true())
    op.add_column("runs", complete)
    op.add_column("runs", sa.Column("trouble", sa.Text))
    op.create_table(
        "hosts",
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("robots", sa.Text),
        sa.Column("robots_at", sa.DateTime),
        sa.Column("retry_at", sa.DateTime),
    )
