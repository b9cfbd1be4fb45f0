"""Types of columns that several revisions use; they stay as they are."""

import sqlalchemy as sa

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""What numbers rows that come and go. SQLite does that by itself for INTEGER only."""
