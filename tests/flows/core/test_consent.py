"""Consent: no, unless a clear yes stands."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.core.consent import Consent, Consents, Expressed, Outcome, Purpose, allows, answer, withdraw

NOW = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
NOBODY = Consents("subject-1")


@pytest.mark.parametrize("purpose", list(Purpose))
def test_the_default_is_no(purpose: Purpose) -> None:
    assert not allows(NOBODY, purpose, NOW)


@pytest.mark.parametrize("expressed", [Expressed.NO, Expressed.UNCLEAR, Expressed.SILENCE])
def test_silence_and_whatever_is_no_clear_yes_gives_nothing(expressed: Expressed) -> None:
    decision = answer(NOBODY, Purpose.REMIND, expressed, "v1", NOW)
    assert (decision.outcome, decision.consents) == (Outcome.NOT_CONSENT, NOBODY)


def test_a_yes_opens_its_own_purpose_only_and_from_its_moment_on() -> None:
    given = answer(NOBODY, Purpose.REMIND, Expressed.YES, "v1", NOW).consents
    assert given == Consents("subject-1", (Consent(Purpose.REMIND, NOW, "v1"),))
    assert [purpose for purpose in Purpose if allows(given, purpose, LATER)] == [Purpose.REMIND]
    assert allows(given, Purpose.REMIND, NOW)
    assert not allows(given, Purpose.REMIND, NOW - timedelta(seconds=1))


def test_a_second_yes_adds_nothing_and_a_later_no_takes_nothing_back() -> None:
    given = answer(NOBODY, Purpose.REMIND, Expressed.YES, "v1", NOW).consents
    again = answer(given, Purpose.REMIND, Expressed.YES, "v2", LATER)
    assert (again.outcome, again.consents) == (Outcome.ALREADY_GIVEN, given)
    assert answer(given, Purpose.REMIND, Expressed.NO, "v1", LATER).consents == given


def test_withdrawn_consent_ends_at_once_and_stays_as_proof() -> None:
    given = answer(NOBODY, Purpose.REMIND, Expressed.YES, "v1", NOW).consents
    given = answer(given, Purpose.ASK_REGISTRY, Expressed.YES, "v1", NOW).consents
    decision = withdraw(given, Purpose.REMIND, LATER)
    assert decision.outcome is Outcome.WITHDRAWN
    assert decision.consents.kept[0] == Consent(Purpose.REMIND, NOW, "v1", LATER)
    assert not allows(decision.consents, Purpose.REMIND, LATER)
    assert allows(decision.consents, Purpose.REMIND, NOW)
    assert allows(decision.consents, Purpose.ASK_REGISTRY, LATER)


def test_consent_can_be_given_again_after_it_was_withdrawn() -> None:
    given = answer(NOBODY, Purpose.REMIND, Expressed.YES, "v1", NOW).consents
    withdrawn = withdraw(given, Purpose.REMIND, LATER).consents
    again = answer(withdrawn, Purpose.REMIND, Expressed.YES, "v2", LATER)
    assert (again.outcome, len(again.consents.kept)) == (Outcome.GIVEN, 2)
    assert allows(again.consents, Purpose.REMIND, LATER)


def test_nothing_can_be_withdrawn_where_nothing_stands() -> None:
    assert withdraw(NOBODY, Purpose.REMIND, NOW).outcome is Outcome.NOTHING_TO_WITHDRAW
