"""What helped is credited to the way that led there, and comes first once it was tried often enough."""

from flows.outcomes import ENOUGH, counted, ordered
from flows.script import BOOK
from flows.speech import Answer, Talk


def test_what_helped_is_credited_to_the_way_that_led_there() -> None:
    tried = Talk("trouble.code", opened=True)
    assert counted(BOOK, tried, "pick_other_sim") == ("trouble.code", "other_sim", False)
    there = Talk("trouble.code_sim", opened=True, answers=(Answer("trouble.code", "other_sim"),))
    assert counted(BOOK, there, "pick_helped") == ("trouble.code", "other_sim", True)
    further = Talk(
        "trouble.code_inbox", opened=True,
        answers=(Answer("trouble.code", "other_sim"), Answer("trouble.code_sim", "not_helped")),
    )  # fmt: skip
    assert counted(BOOK, further, "pick_helped") == ("trouble.code", "other_sim", True)


def test_nothing_else_is_counted() -> None:
    assert counted(BOOK, Talk("activate.code", opened=True), "pick_arrived") is None
    assert counted(BOOK, Talk("trouble.code", opened=True), "missed") is None
    assert counted(BOOK, Talk("trouble.code_sim", opened=True), "pick_helped") is None  # nobody knows what led there


def test_the_order_waits_for_evidence_and_leaves_what_is_no_try_in_its_place() -> None:
    written = ordered(BOOK, "own.causes", {})
    few = dict.fromkeys(written, (ENOUGH - 1, ENOUGH - 1))
    assert ordered(BOOK, "own.causes", few) == written
    often = {exit_: (ENOUGH, n) for n, exit_ in enumerate(written)}
    best = ordered(BOOK, "own.causes", often)
    assert best[0] == "roaming"  # the last of the ways, and the one that helped most
    assert best[-2:] == written[-2:] == ("none", "go_on")
    assert sorted(best) == sorted(written)
