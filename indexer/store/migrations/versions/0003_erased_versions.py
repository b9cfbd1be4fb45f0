"""Versions that a purge emptied."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Mark versions as erased; none is yet."""
    erased = sa.Column("erased", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("versions", erased)
