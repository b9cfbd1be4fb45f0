"""Pages that go on with the article of another."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Let a page be part of another; none is yet."""
    op.add_column("pages", sa.Column("part_of", sa.Text))
