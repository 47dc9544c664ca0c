"""Somebody is told when the autoscaler has fallen silent."""

from workers.alarm import SILENT_AFTER_SECONDS, Watch, counts

FIGURES = """\
# TYPE nomad_autoscaler_scale_evaluate_ms summary
nomad_autoscaler_scale_evaluate_ms{policy_id="a",target_name="nomad-target",quantile="0.5"} 0.1
nomad_autoscaler_scale_evaluate_ms_count{policy_id="a",target_name="nomad-target"} 12
nomad_autoscaler_scale_evaluate_ms_count{policy_id="b",target_name="nomad-target"} 7
"""


def test_a_policy_that_is_looked_at_no_more_turns_the_check_red_and_back() -> None:
    watch, now = Watch(policies=2, began=0.0), 2 * SILENT_AFTER_SECONDS
    watch.note({"a": 12, "b": 7}, now)
    assert watch.complaint(now) == ""

    later = now + SILENT_AFTER_SECONDS
    watch.note({"a": 13, "b": 7}, later)
    assert "looked at 1 of 2 policies" in watch.complaint(later)

    watch.note({"a": 14, "b": 8}, later)
    assert watch.complaint(later) == ""


def test_an_autoscaler_that_was_never_heard_is_complained_of_after_a_minute() -> None:
    watch = Watch(policies=2, began=0.0)
    assert watch.complaint(SILENT_AFTER_SECONDS - 1) == ""
    assert "looked at 0 of 2 policies" in watch.complaint(SILENT_AFTER_SECONDS + 1)


def test_its_figures_are_read_as_it_writes_them() -> None:
    assert counts(FIGURES) == {"a": 12, "b": 7}
