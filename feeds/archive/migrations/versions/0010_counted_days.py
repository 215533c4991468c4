"""When each day was counted last, so that what was read of the others holds."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "counted_days",
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["rules"], ["rules.id"], name=op.f("fk_counted_days_rules")),
        sa.PrimaryKeyConstraint("rules", "day", name=op.f("pk_counted_days")),
    )
