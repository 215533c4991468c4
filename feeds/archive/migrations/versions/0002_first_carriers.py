"""Which article of a source carried a sentence first, so that a repeated paragraph counts once."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "first_carriers",
        sa.Column("rules", sa.Integer(), nullable=False, comment="rules.id"),
        sa.Column(
            "fingerprint",
            sa.BigInteger(),
            nullable=False,
            comment="63 bits of the folded sentence, see metrics/repeats.py",
        ),
        sa.Column("source", sa.String(length=80), nullable=False, comment="Source.key"),
        sa.Column("article", sa.Integer(), nullable=False, comment="articles.id; in any of its versions"),
        sa.Column(
            "story",
            sa.Integer(),
            nullable=False,
            comment="story of that article: copies in the same story are no repeats",
        ),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_first_carriers_article")),
        sa.ForeignKeyConstraint(["rules"], ["rules.id"], name=op.f("fk_first_carriers_rules")),
        sa.PrimaryKeyConstraint("rules", "fingerprint", "source", name=op.f("pk_first_carriers")),
        comment="Which article of a source carried a sentence first: in its later stories the sentence is past.",
        info={"kind": "derived"},
    )
