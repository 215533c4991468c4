"""What readers of a blind sample found."""

import sqlalchemy as sa
from alembic import op

from feeds.archive.schema import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "audits",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False, comment="grows"),
        sa.Column("at", Moment(), nullable=False, comment="UTC, when it was recorded"),
        sa.Column(
            "rules_version",
            sa.String(length=16),
            nullable=False,
            comment="rules the tagger read the sample with",
        ),
        sa.Column("items", sa.Integer(), nullable=False, comment="articles that every reader judged"),
        sa.Column("readers", sa.Integer(), nullable=False, comment="people who read it, 1 or 2"),
        sa.Column(
            "result",
            sa.JSON(),
            nullable=False,
            comment="agreement, rates and intervals as `metrics audit` measured them; unknown ones are null",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
        comment="Blind samples that people read, against what the tagger said of them.",
        info={"kind": "records"},
    )
