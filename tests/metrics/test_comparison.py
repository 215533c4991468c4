"""The published comparison is of the thresholds in use, and keeps what it promises."""

from __future__ import annotations

from metrics import calibration


def test_the_published_table_keeps_the_targets_and_names_its_command():
    table = calibration.comparison()
    ours = table.lines[0]
    assert table.series >= 5000
    assert table.command.startswith("python benchmarks/detect.py")
    assert ours.method == "ours"
    assert ours.threshold == calibration.rule().alert, "the table is of the thresholds in use"
    assert ours.false_alerts.value <= 1.15
    assert ours.worst.value <= 2.7
    assert ours.shift.value >= 0.83
    assert ours.spike.value >= 0.68
    assert ours.ramp.value >= 0.92
    assert ours.in_alarm.value >= 0.75
    assert ours.second.value >= 0.80
    assert max(one.value for one in table.by_mean.values()) <= 2.5
    assert all(one.low <= one.value <= one.high for one in (ours.false_alerts, ours.shift, ours.in_alarm))


def test_the_other_methods_are_in_it_as_published_and_made_equal():
    lines = calibration.comparison().lines
    assert sum(not one.as_published for one in lines) >= 6
    assert {one.method for one in lines if one.as_published} == {
        "EARS C2",
        "EARS C3",
        "epitweetr",
        "HDX Signals record",
        "Farrington Flexible, daily",
        "CUSUM on residuals",
        "rolling z-score, 28 days",
    }
