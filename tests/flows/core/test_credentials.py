"""What may be chosen at activation: every fault is named, all at once, and no secret comes back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.core.credentials import (
    FACTS,
    PasscodeFault,
    PasswordFault,
    QuestionFault,
    passcode_faults,
    password_faults,
    question_faults,
)

P = PasswordFault


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("Abcdef1!", set()),
        ("Aa1!" * 5, set()),
        ("Abcde1!", {P.TOO_SHORT}),
        ("Aa1!" * 5 + "x", {P.TOO_LONG}),
        ("Abcdefg!", {P.NO_DIGIT}),
        ("abcdef1!", {P.NO_UPPER}),
        ("ABCDEF1!", {P.NO_LOWER}),
        ("Abcdefg1", {P.NO_SPECIAL}),
        ("Ngọc@123456", {P.ACCENTED_LETTER}),
        ("Ngo\u0323c@123456", {P.ACCENTED_LETTER}),
        ("Đabcdef1!A", {P.ACCENTED_LETTER}),
        ("Abcdef１!", {P.NO_DIGIT, P.OTHER_SIGN}),
        ("Abcdef٣!", {P.NO_DIGIT, P.OTHER_SIGN}),
        ("Abcde 1!", {P.OTHER_SIGN}),
        ("Abcdef1\U0001f600", {P.NO_SPECIAL, P.OTHER_SIGN}),
        ("", {P.TOO_SHORT, P.NO_DIGIT, P.NO_UPPER, P.NO_LOWER, P.NO_SPECIAL}),
        ("ổ", {P.TOO_SHORT, P.NO_DIGIT, P.NO_UPPER, P.NO_LOWER, P.NO_SPECIAL, P.ACCENTED_LETTER}),
    ],
)
def test_a_password_is_told_all_its_faults_at_once(password: str, faults: set[PasswordFault]) -> None:
    assert set(password_faults(password)) == faults
    assert len(password_faults(password)) == len(faults)


@pytest.mark.parametrize("special", list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"))
def test_every_sign_of_the_keyboard_is_special(special: str) -> None:
    assert password_faults("Abcdef1" + special) == ()


@pytest.mark.parametrize(
    ("passcode", "faults"),
    [
        ("000000", ()),
        ("194073", ()),
        ("12345", (PasscodeFault.NOT_SIX,)),
        ("1234567", (PasscodeFault.NOT_SIX,)),
        ("12345a", (PasscodeFault.NOT_DIGITS,)),
        ("１２３４５６", (PasscodeFault.NOT_DIGITS,)),
        ("١٢٣٤٥٦", (PasscodeFault.NOT_DIGITS,)),
        ("12345²", (PasscodeFault.NOT_DIGITS,)),
        ("12345\n", (PasscodeFault.NOT_DIGITS,)),
        ("", (PasscodeFault.NOT_SIX,)),
        ("12 34", (PasscodeFault.NOT_SIX, PasscodeFault.NOT_DIGITS)),
    ],
)
def test_a_passcode_is_exactly_six_plain_digits(passcode: str, faults: tuple[PasscodeFault, ...]) -> None:
    assert passcode_faults(passcode) == faults


FIRST, SECOND = ("Con vật nuôi đầu tiên?", "mực"), ("Món ăn ưa thích?", "phở")
Q = QuestionFault


@pytest.mark.parametrize(
    ("chosen", "faults"),
    [
        ([FIRST, SECOND], set()),
        ([], {Q.NOT_TWO}),
        ([FIRST], {Q.NOT_TWO}),
        ([FIRST, SECOND, ("Nơi sinh?", "Huế")], {Q.NOT_TWO}),
        ([FIRST, FIRST], {Q.SAME_QUESTION}),
        ([FIRST, ("CON VAT  NUOI dau tien?", "miu")], {Q.SAME_QUESTION}),
        ([FIRST, (SECOND[0], "")], {Q.EMPTY_ANSWER}),
        ([FIRST, (SECOND[0], " \u200b\t ")], {Q.EMPTY_ANSWER}),
        ([FIRST, ("  ", "phở")], {Q.EMPTY_QUESTION}),
        ([FIRST, ("\u200b", "")], {Q.EMPTY_QUESTION, Q.EMPTY_ANSWER}),
        ([(FIRST[0], "")] * 3, {Q.NOT_TWO, Q.SAME_QUESTION, Q.EMPTY_ANSWER}),
    ],
)
def test_exactly_two_different_questions_are_answered(chosen: list[tuple[str, str]], faults: set[Q]) -> None:
    assert set(question_faults(chosen)) == faults


def test_a_question_outside_the_list_is_named_only_when_the_list_is_known() -> None:
    assert question_faults([FIRST, SECOND], {FIRST[0]}) == (Q.NOT_ON_THE_LIST,)
    assert question_faults([FIRST, SECOND], {FIRST[0], SECOND[0].upper()}) == ()


def test_every_fault_cites_who_says_so() -> None:
    assert set(FACTS) == {*PasswordFault, *PasscodeFault, *QuestionFault}
    assert FACTS[P.OTHER_SIGN] == ("unsaid",)


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=30))
def test_any_text_is_judged_without_error_and_nothing_of_it_comes_back(secret: str) -> None:
    for fault in (*password_faults(secret), *passcode_faults(secret), *question_faults([(secret, secret)])):
        assert isinstance(fault, PasswordFault | PasscodeFault | QuestionFault)
    if not password_faults(secret):
        assert secret.isascii()
        assert 8 <= len(secret) <= 20
