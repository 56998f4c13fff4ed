"""What an app on a handset asks: registration, log-in, level 1, activation, and the handset itself."""

from fastapi import APIRouter, Response

from bot.registry import activation, handsets, level1, login, registration, subjects
from bot.registry.answers import (
    AccountAnswer,
    ActivationAnswer,
    ConsentAnswer,
    HandsetAnswer,
    InboxAnswer,
    Level1Answer,
    LogInAnswer,
    RegistrationAnswer,
)
from bot.registry.api import forms
from bot.registry.api.callers import AnyHandset, House, OpenHandset
from bot.registry.api.forms import Cursor, Id, IdempotencyKey, Seconds
from bot.registry.api.problems import documented
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.registry import Registry
from storage.registry.handsets import App

router = APIRouter(prefix="/v1", tags=["phone"], responses=documented(400, 401, 403, 404, 409, 413, 422, 429, 503))


def person_of(registry: Registry, number: str) -> int:
    """Whose national id this is; RefusedError NOBODY if nobody's."""
    return _found(registry.people.of_number(number))


def phone_of(registry: Registry, phone: str) -> int:
    """Whose phone this is; RefusedError NOBODY if nobody's."""
    return _found(registry.people.of_phone(phone))


def _found(person: int | None) -> int:
    if person is None:
        raise RefusedError(Refusal.NOBODY)
    return person


@router.get("/handset")
async def look_at_handset(registry: House, handset: AnyHandset) -> HandsetAnswer:
    """The handset, and the accounts that are signed in or activated on it."""
    return await handsets.look_at(registry, handset)


@router.put("/handset/app")
async def press_app(registry: House, handset: AnyHandset, asked: forms.AppPressed) -> HandsetAnswer:
    """F1: put the app on the handset, then open it."""
    return await handsets.press_app(registry, handset, App(asked.app))


@router.get("/handset/messages")
async def read_messages(registry: House, handset: AnyHandset, after: Cursor = "0", wait: Seconds = 0) -> InboxAnswer:
    """The SMS in the SIM of this handset."""
    return await handsets.messages(registry, handset, int(after), wait)


@router.post("/registrations", status_code=201)
async def begin_registration(
    registry: House, handset: OpenHandset, asked: forms.NumberAndPhone, key: IdempotencyKey
) -> RegistrationAnswer:
    """F2: number and phone, “Đăng ký”."""
    person, phone = person_of(registry, asked.number), phone_of(registry, asked.phone)
    once = registry.key(handset.id, "registrations", key, person, phone)
    return await registration.begin(registry, handset, person, phone, once)


@router.get("/registrations/{request_id}")
async def look_at_registration(registry: House, handset: OpenHandset, request_id: Id) -> RegistrationAnswer:
    """What the registration waits for."""
    return await registration.look_at(registry, handset, request_id)


@router.post("/registrations/{request_id}/card")
async def read_card(
    registry: House, handset: OpenHandset, request_id: Id, asked: forms.RegistrationCard
) -> RegistrationAnswer:
    """F2: the QR of the card fills the form; null for typing it."""
    return await registration.read_card(registry, handset, request_id, asked.qr)


@router.post("/registrations/{request_id}/form")
async def check_form(
    registry: House, handset: OpenHandset, request_id: Id, asked: forms.RegistrationForm, key: IdempotencyKey
) -> RegistrationAnswer:
    """F2: “Đăng ký”: the check against the population. “Đạt” sends a code."""
    once = registry.key(handset.id, f"registrations/{request_id}/form", key, asked.name, asked.born)
    return await registration.check_form(registry, handset, request_id, asked.name, asked.born, once)


@router.post("/registrations/{request_id}/codes")
async def send_registration_code(
    registry: House, handset: OpenHandset, request_id: Id, key: IdempotencyKey
) -> RegistrationAnswer:
    """Another code, if one may go out."""
    once = registry.key(handset.id, f"registrations/{request_id}/codes", key)
    return await registration.send_again(registry, handset, request_id, once)


@router.post("/registrations/{request_id}/code")
async def enter_registration_code(
    registry: House, handset: OpenHandset, request_id: Id, asked: forms.CodeTyped
) -> RegistrationAnswer:
    """F2: the code from the SMS."""
    return await registration.enter_code(registry, handset, request_id, asked.code)


@router.post("/registrations/{request_id}/password")
async def choose_registration_password(
    registry: House, handset: OpenHandset, request_id: Id, asked: forms.PasswordChosen
) -> RegistrationAnswer:
    """F2: the password that completes the app account."""
    return await registration.choose_password(registry, handset, request_id, asked.password)


@router.post("/logins")
async def log_in(registry: House, handset: OpenHandset, asked: forms.NumberAndPassword) -> LogInAnswer:
    """F3 and F14: number and password. One account is on one handset at a time."""
    return await login.log_in(registry, handset, person_of(registry, asked.number), asked.password)


@router.get("/accounts/{account}")
async def look_at_account(registry: House, handset: OpenHandset, account: Id) -> AccountAnswer:
    """F6: an account that is signed in here, with notices in the app."""
    here = await login.accounts_on(registry, handset)
    found = next((shown for shown in here if shown.account == account and shown.signed_in), None)
    if found is None:
        raise RefusedError(Refusal.NOT_THERE)
    return found


@router.delete("/accounts/{account}/session", status_code=204)
async def log_out(registry: House, handset: OpenHandset, account: Id) -> Response:
    """Log out, before the handset is lent to somebody (S2-37)."""
    await login.log_out(registry, handset, account)
    return Response(status_code=204)


@router.put("/accounts/{account}/consents/{client}")
async def give_consent(registry: House, handset: OpenHandset, account: Id, client: forms.ClientName) -> ConsentAnswer:
    """Let a gateway be told of this account."""
    return await _consent(registry, handset, account, client, yes=True)


@router.delete("/accounts/{account}/consents/{client}")
async def withdraw_consent(
    registry: House, handset: OpenHandset, account: Id, client: forms.ClientName
) -> ConsentAnswer:
    """Take it back: from this moment the gateway knows no such subject."""
    return await _consent(registry, handset, account, client, yes=False)


async def _consent(registry: Registry, handset: OpenHandset, account: str, client: str, *, yes: bool) -> ConsentAnswer:
    file = await login.signed_in(registry, handset, account)
    if client not in registry.options.clients:
        raise RefusedError(Refusal.NOT_THERE)
    return await subjects.consented(registry, file.person, client, yes)


@router.post("/accounts/{account}/level1", status_code=201)
async def begin_level1(registry: House, handset: OpenHandset, account: Id, key: IdempotencyKey) -> Level1Answer:
    """F4: “Đăng ký tài khoản mức 1”."""
    return await level1.begin(registry, handset, account, registry.key(handset.id, f"level1 {account}", key))


@router.get("/level1/{request_id}")
async def look_at_level1(registry: House, handset: OpenHandset, request_id: Id) -> Level1Answer:
    """What the level 1 request waits for."""
    return await level1.look_at(registry, handset, request_id)


@router.post("/level1/{request_id}/presses")
async def press(registry: House, handset: OpenHandset, request_id: Id, asked: forms.Pressed) -> Level1Answer:
    """F4: “Bắt đầu”, “Tôi đã hiểu”, “Tiếp tục”, “Bỏ qua”, the portrait (no picture is taken)."""
    return await level1.press(registry, handset, request_id, asked.press)


@router.post("/level1/{request_id}/card")
async def read_level1_card(
    registry: House, handset: OpenHandset, request_id: Id, asked: forms.Level1Card
) -> Level1Answer:
    """F4: the chip by NFC, or the QR."""
    return await level1.read_card(registry, handset, request_id, asked.by, asked.card)


@router.post("/level1/{request_id}/confirmation")
async def confirm_level1(
    registry: House, handset: OpenHandset, request_id: Id, asked: forms.Confirmation, key: IdempotencyKey
) -> Level1Answer:
    """F4: “Xác nhận thông tin đăng ký”."""
    once = registry.key(handset.id, f"level1/{request_id}/confirmation", key, asked.mail)
    return await level1.confirm(registry, handset, request_id, asked.mail, once)


@router.post("/activations", status_code=201)
async def begin_activation(
    registry: House, handset: OpenHandset, asked: forms.NumberAndPhone, key: IdempotencyKey
) -> ActivationAnswer:
    """F7 to F10: “Gửi yêu cầu”: level check, device check, and a code to the registered phone."""
    person, phone = person_of(registry, asked.number), phone_of(registry, asked.phone)
    once = registry.key(handset.id, "activations", key, person, phone)
    return await activation.begin(registry, handset, person, phone, once)


@router.get("/activations/{request_id}")
async def look_at_activation(registry: House, handset: OpenHandset, request_id: Id) -> ActivationAnswer:
    """What the activation waits for."""
    return await activation.look_at(registry, handset, request_id)


@router.post("/activations/{request_id}/codes")
async def send_activation_code(
    registry: House, handset: OpenHandset, request_id: Id, key: IdempotencyKey
) -> ActivationAnswer:
    """Another code, if one may go out."""
    once = registry.key(handset.id, f"activations/{request_id}/codes", key)
    return await activation.send_again(registry, handset, request_id, once)


@router.post("/activations/{request_id}/code")
async def enter_activation_code(
    registry: House, handset: OpenHandset, request_id: Id, asked: forms.CodeTyped
) -> ActivationAnswer:
    """F10: the code from the SMS."""
    return await activation.enter_code(registry, handset, request_id, asked.code)


@router.post("/activations/{request_id}/password")
async def choose_password(
    registry: House, handset: OpenHandset, request_id: Id, asked: forms.PasswordChosen
) -> ActivationAnswer:
    """F11: the password, where there was no account before approval."""
    return await activation.choose_password(registry, handset, request_id, asked.password)


@router.post("/activations/{request_id}/passcode")
async def choose_passcode(
    registry: House, handset: OpenHandset, request_id: Id, asked: forms.PasscodeChosen
) -> ActivationAnswer:
    """F12: the passcode."""
    return await activation.choose_passcode(registry, handset, request_id, asked.passcode)


@router.post("/activations/{request_id}/questions")
async def answer_questions(
    registry: House, handset: OpenHandset, request_id: Id, asked: forms.QuestionsChosen
) -> ActivationAnswer:
    """F13 and F14: two security questions, and the account is activated."""
    chosen = [(one.question, one.answer) for one in asked.chosen]
    return await activation.answer_questions(registry, handset, request_id, chosen)
