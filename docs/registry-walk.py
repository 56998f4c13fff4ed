"""The whole way through the simulated registry (MÔ PHỎNG) by its API alone: F1 to F14, as an integrator would try it.

    .venv/bin/python -m bot registry --port 8090 --approval hand
    .venv/bin/python docs/registry-walk.py http://127.0.0.1:8090/v1

It uses httpx and nothing of this project. Two roads: an app account, then level 1 in the app, approval, activation; and
level 2 at the counter from nothing, approval, activation with a password. `docs/registry-walk.md` tells it in words.
"""

import re
import sys
import uuid
from typing import Any

import httpx

CODE = re.compile(r" la ([0-9]+)\.")
PASSWORD, PASSCODE = "Duong-Lang-26", "271828"


class Api:
    """One caller of the API: a handset, the holder of a loan, or nobody in particular."""

    def __init__(self, client: httpx.Client, token: str = "") -> None:
        self._client = client
        self._token = token

    def __call__(self, verb: str, path: str, **body: Any) -> dict[str, Any]:
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        answer = self._client.request(verb, path, headers=headers, json=body if verb in ("POST", "PUT") else None)
        said: dict[str, Any] = answer.json() if answer.content else {}
        if answer.is_error:
            raise SystemExit(f"{verb} {path}: {answer.status_code} {said.get('code')} {said.get('title')}")
        if said and said["label"] != "MÔ PHỎNG":
            raise SystemExit(f"{verb} {path} does not say that it is simulated")
        step = said.get("step") or said.get("outcome") or said.get("status") or ""
        sys.stdout.write(f"  {verb:6} {path:60.60} {answer.status_code} {step}\n")
        return said


def title(words: str) -> None:
    sys.stdout.write(f"\n{words}\n")


def newest_code(phone: Api) -> str:
    """The last code that came by SMS to this phone."""
    arrived = phone("GET", "/handset/messages?wait=10")["messages"]
    codes = [found[1] for sms in arrived if (found := CODE.search(sms["text"]))]
    return codes[-1]


def expect(said: dict[str, Any], **wanted: str) -> dict[str, Any]:
    for name, value in wanted.items():
        if said[name] != value:
            raise SystemExit(f"expected {name} {value}, got {said[name]}: {said.get('says')}")
    return said


def new_phone(client: httpx.Client, loan: dict[str, Any]) -> Api:
    """F1: a handset with the person's SIM in it, the app installed and opened."""
    nobody = Api(client)
    handset = nobody("POST", "/handsets", sim=loan["person"]["phone"], nfc=True, loan=loan["token"])
    phone = Api(client, handset["token"])
    for app in ("installed", "open"):
        phone("PUT", "/handset/app", app=app)
    return phone


def approve(trainee: Api) -> None:
    """F6: the officer answers the application; the notice goes out."""
    (application,) = trainee("GET", "/applications")["applications"]
    decided = trainee("POST", f"/applications/{application['id']}/decision", verdict="approve")
    expect(decided, outcome="moved")


def activate(phone: Api, trainee: Api, who: dict[str, Any], *, asks_password: bool) -> None:
    """F7 to F14: number and phone, level check, device check, code, password, passcode, questions, done."""
    trainee("POST", "/loan/time", forward_seconds=120)  # two codes to one phone lie at least a minute apart
    begun = phone("POST", "/activations", number=who["number"], phone=who["phone"])
    expect(begun, step="code", outcome="notice_activation")
    path = f"/activations/{begun['id']}"
    wrong = phone("POST", f"{path}/code", code="000000")
    expect(wrong, outcome="code_not_right")
    entered = phone("POST", f"{path}/code", code=newest_code(phone))
    expect(entered, step="password" if asks_password else "passcode")
    if asks_password:
        expect(phone("POST", f"{path}/password", password="qua ngan"), outcome="faulty")
        expect(phone("POST", f"{path}/password", password=PASSWORD), step="passcode")
    expect(phone("POST", f"{path}/passcode", passcode=PASSCODE), step="questions")
    chosen = [{"question": "q1", "answer": "Trường làng"}, {"question": "q4", "answer": "Tí"}]
    done = phone("POST", f"{path}/questions", chosen=chosen)
    expect(done, step="done", says="Bạn đã kích hoạt tài khoản định danh điện tử thành công")
    account = expect(phone("POST", "/logins", number=who["number"], password=PASSWORD), outcome="in")["account"]
    expect(phone("GET", f"/accounts/{account}"), status="activated")


def by_the_app(client: httpx.Client) -> None:
    title("An app account, level 1 in the app, approval, activation")
    loan = Api(client)("POST", "/loans", start="nothing")
    who, trainee = loan["person"], Api(client, loan["token"])
    phone = new_phone(client, loan)

    title("F2: the app account")
    begun = phone("POST", "/registrations", number=who["number"], phone=who["phone"])
    path = f"/registrations/{begun['id']}"
    expect(phone("POST", f"{path}/card", qr="không đọc được"), outcome="qr_unreadable")
    form = expect(phone("POST", f"{path}/card", qr=who["card"]), step="form")["form"]
    expect(phone("POST", f"{path}/form", name=form["name"], born="1900-01-01"), outcome="not_passed")
    expect(phone("POST", f"{path}/form", name=form["name"], born=form["born"]), step="code")
    expect(phone("POST", f"{path}/code", code=newest_code(phone)), step="password")
    expect(phone("POST", f"{path}/password", password=PASSWORD), step="done")

    title("F3: logging in; what an account that is not identified is shown")
    account = expect(phone("POST", "/logins", number=who["number"], password=PASSWORD), outcome="in")["account"]
    asked = phone("POST", "/activations", number=who["number"], phone=who["phone"])
    expect(asked, step="not_identified", says="tài khoản của bạn chưa được định danh điện tử")

    title("F4: level 1")
    path = f"/level1/{phone('POST', f'/accounts/{account}/level1')['id']}"
    for press in ("start", "understood"):
        phone("POST", f"{path}/presses", press=press)
    expect(phone("POST", f"{path}/card", by="nfc", card=who["card"]), step="shown")
    for press in ("continue", "skip", "portrait_taken"):
        phone("POST", f"{path}/presses", press=press)
    expect(phone("POST", f"{path}/confirmation", mail=who["mail"]), step="submitted")

    title("F6: approval")
    approve(trainee)

    title("F7 to F14: activation; the password is the one of the app account")
    activate(phone, trainee, who, asks_password=False)
    again = phone("POST", "/activations", number=who["number"], phone=who["phone"])
    expect(again, step="already_activated", says="Tài khoản của bạn đã thực hiện kích hoạt")
    trainee("DELETE", "/loan")


def at_the_counter(client: httpx.Client) -> None:
    title("F5: level 2 at the counter, from nothing")
    loan = Api(client)("POST", "/loans", start="nothing")
    who, trainee = loan["person"], Api(client, loan["token"])
    taken = trainee(
        "POST", "/counter/level2", number=who["number"], phone=who["phone"], card=who["card"],
        card_is_issued=who["card"] is None, portrait_taken=True, fingerprints_taken=True, consents=True,
    )  # fmt: skip
    expect(taken, outcome="moved")

    title("F6: approval")
    approve(trainee)

    title("F1, F7 to F14: activation, with a password of its own")
    activate(new_phone(client, loan), trainee, who, asks_password=True)
    trainee("DELETE", "/loan")


def main() -> int:
    if len(sys.argv) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    with httpx.Client(base_url=sys.argv[1], timeout=30) as client:
        about = client.get(sys.argv[1]).raise_for_status().json()
        sys.stdout.write(f"{about['title']}, {about['people']} people\n")
        by_the_app(client)
        at_the_counter(client)
    title("MÔ PHỎNG: the whole way was walked")
    return 0


if __name__ == "__main__":
    sys.exit(main())
