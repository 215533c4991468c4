"""Days whose counts were loaded from another archive's open data."""

import sqlalchemy as sa
from alembic import op

from feeds.archive.schema import Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "frozen_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rules_version", sa.String(length=16), nullable=False),
        sa.Column("vintage", Moment(), nullable=True),
        sa.Column("package", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("loaded", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_frozen_days")),
    )
