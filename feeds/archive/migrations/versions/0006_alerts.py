"""What the detector says of every day, alerts with all that made them so, and what people decided about them."""

import sqlalchemy as sa
from alembic import op

from feeds.archive.schema import Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("rules", sa.Column("judged_before", sa.Date(), nullable=True))
    op.add_column("rules", sa.Column("detector", sa.String(length=16), nullable=True))
    _judged_days()
    _alerts()
    _alert_decisions()


def _judged_days() -> None:
    op.create_table(
        "judged_days",
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("stance", sa.String(length=10), nullable=False),
        sa.Column("people", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("held", sa.String(length=60), nullable=False),
        sa.Column("count", sa.Float(), nullable=True),
        sa.Column("expected", sa.Float(), nullable=True),
        sa.Column("watch_from", sa.Float(), nullable=True),
        sa.Column("alert_from", sa.Float(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("window_count", sa.Float(), nullable=True),
        sa.Column("window_expected", sa.Float(), nullable=True),
        sa.Column("exposure", sa.Float(), nullable=True),
        sa.Column("observability", sa.Float(), nullable=True),
        sa.Column("families", sa.Float(), nullable=True),
        sa.Column("baseline_days", sa.Integer(), nullable=False),
        sa.Column("dispersion", sa.Float(), nullable=True),
        sa.Column("new_baseline_since", sa.Date(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["rules"], ["rules.id"], name=op.f("fk_judged_days_rules")),
        sa.PrimaryKeyConstraint("rules", "indicator", "stance", "people", "day", name=op.f("pk_judged_days")),
    )
    op.create_index(op.f("ix_judged_days_rules_day"), "judged_days", ["rules", "day"])
    op.create_index(op.f("ix_judged_days_rules_state_day"), "judged_days", ["rules", "state", "day"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("stance", sa.String(length=10), nullable=False),
        sa.Column("people", sa.String(length=60), nullable=False),
        sa.Column("opened", sa.Date(), nullable=False),
        sa.Column("last_alarm", sa.Date(), nullable=False),
        sa.Column("alarm_days", sa.Integer(), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("observed", sa.Float(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("exposure", sa.Float(), nullable=False),
        sa.Column("observability", sa.Float(), nullable=False),
        sa.Column("families", sa.Integer(), nullable=False),
        sa.Column("sides", sa.JSON(), nullable=False),
        sa.Column("baseline_days", sa.Integer(), nullable=False),
        sa.Column("dispersion", sa.Float(), nullable=False),
        sa.Column("new_baseline_since", sa.Date(), nullable=True),
        sa.Column("stories", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=160), nullable=True),
        sa.Column("rules_version", sa.String(length=16), nullable=False),
        sa.Column("detector", sa.String(length=16), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("made", Moment(), nullable=False),
        sa.Column("changed", Moment(), nullable=False),
        sa.Column("superseded", Moment(), nullable=True),
        sa.Column("superseded_why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(op.f("ix_alerts_indicator_opened"), "alerts", ["indicator", "opened"])


def _alert_decisions() -> None:
    op.create_table(
        "alert_decisions",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("alert", sa.String(length=160), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"], name=op.f("fk_alert_decisions_alert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_decisions")),
    )
    op.create_index(op.f("ix_alert_decisions_alert"), "alert_decisions", ["alert"])
