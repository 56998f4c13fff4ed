"""`python -m tests.registry.fuzz`: thousands of requests made from the OpenAPI document, valid and broken ones, from
strangers and from those who may; any 5xx and any answer the document does not have is printed and fails the run."""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from bot.registry.api.application import document
from bot.registry.options import Scope
from bot.registry.registry import Registry
from tests.registry.office import CODE, IN_TESTS
from tests.registry.running import in_thread

ALL_LENT = 503  # a problem of ours, and what the registry says when everybody is lent out
# What ends things for all others comes last.
ENDING = {"PUT /v1/handset/app": 1, "POST /v1/counter/moves": 1, "DELETE /v1/loan": 3}


@dataclass
class Someone:
    """Who the requests come from: tokens by the name of the security scheme, and things that are really there."""

    tokens: dict[str, str]
    there: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class Fuzz:
    """One run over every path of the document."""

    url: str
    cases: int
    seed: int
    askers: dict[str, Someone]
    answers: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        schema = schemathesis.openapi.from_dict(document())
        schema.config.checks.negative_data_rejection.expected_statuses += ["413"]
        # OAuth's endpoints answer what they do not want with 400 and a word for it (RFC 6749, 5.2), whatever the document says.
        schema.config.checks.positive_data_acceptance.expected_statuses += ["400"]
        schema.config.generation.with_security_parameters = False  # who asks is ours to choose
        self.chance = random.Random(self.seed)
        with requests.Session() as session:
            self.session = session
            found = [one.ok() for one in schema.get_all_operations()]  # type: ignore[union-attr]
            for operation in sorted(found, key=lambda one: ENDING.get(one.label, one.method == "delete")):
                self.try_all(operation)

    def try_all(self, operation: Any) -> None:
        modes = list(schemathesis.GenerationMode)
        for mode in modes:
            strategy = operation.as_strategy(generation_mode=mode)

            @seeded(self.seed)
            @settings(
                max_examples=max(self.cases // len(modes), 1),
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=strategy)
            def one(case: Any) -> None:
                self.try_one(case, positive=mode is schemathesis.GenerationMode.POSITIVE)  # noqa: B023

            try:
                one()
            except (Exception, BaseExceptionGroup) as error:
                if type(error).__name__ != "Unsatisfiable":
                    self.wrong.append(f"{operation.label}: {type(error).__name__}: {error}")

    def try_one(self, case: Any, *, positive: bool) -> None:
        """One request, from everybody who asks: making it costs more than sending it."""
        if case.query and "wait" in case.query:
            case.query["wait"] = 0
        for name, someone in self.askers.items():
            if positive:
                self.make_real(case, someone.there)
            self.send(case, name, someone)

    def send(self, case: Any, name: str, someone: Someone) -> None:
        scheme = next((n for one in case.operation.definition.raw.get("security", []) for n in one), "")
        token = someone.tokens.get(scheme, "")
        headers = {"authorization": f"Bearer {token}"} if token else {}
        try:
            answer = case.call(base_url=self.url, session=self.session, headers=headers, timeout=20)
        except (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, UnicodeEncodeError):
            return  # what no client can send
        self.answers[name][f"{answer.status_code}"] += 1
        if answer.status_code >= 500 and answer.status_code != ALL_LENT:
            self.wrong.append(f"{case.operation.label}: {answer.status_code}")
        try:
            case.validate_response(answer, headers=headers)
        except (Exception, BaseExceptionGroup) as error:
            self.wrong.append(f"{case.operation.label}: {error}"[:1500])

    def make_real(self, case: Any, there: dict[str, list[Any]]) -> None:
        """Two times in three, put what is really there where the document only knows a pattern."""
        if case.headers and "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = f"fuzz-{self.chance.getrandbits(64):016x}"
        for place in (case.path_parameters, case.body):
            if isinstance(place, dict):
                for name in place:
                    known = there.get(name)
                    if known and self.chance.random() < 0.67:
                        place[name] = self.chance.choice(known)


def those_who_may(url: str, registry: Registry) -> Someone:
    """A handset in the middle of things, a loan, a client with every scope, and the names of what is there."""
    with httpx.Client(base_url=f"{url}/v1", timeout=20) as client:
        keys = iter(range(1_000_000))

        def ask(verb: str, path: str, token: str = "", **body: Any) -> Any:
            headers = {"idempotency-key": f"setup-{next(keys):06}", "authorization": f"Bearer {token or 'none'}"}
            answer = client.request(verb, path, headers=headers, json=body if verb != "GET" else None)
            assert answer.is_success, answer.text
            return answer.json()

        people = [p for p in ask("GET", "/people?most=30")["people"] if p["card"]]
        loan = ask("POST", "/loans", start="approved2_with_app")
        lent = loan["person"]
        handset = ask("POST", "/handsets", sim=lent["phone"], loan=loan["token"])
        token = handset["token"]
        for app in ("installed", "open"):
            ask("PUT", "/handset/app", token, app=app)
        account = ask("POST", "/logins", token, number=lent["number"], password=loan["password"])["account"]
        there: dict[str, list[Any]] = {
            "number": [lent["number"], *(p["number"] for p in people)], "sim": [p["phone"] for p in people],
            "phone": [lent["phone"], *(p["phone"] for p in people)], "card": [lent["card"]], "qr": [lent["card"]],
            "name": [lent["name"]], "born": [lent["born"]], "password": [loan["password"], "Suoi-Mat-19"],
            "passcode": ["704915"], "account": [account], "client": ["donghanh"], "handset": [handset["handset"]],
            "mail": [lent["mail"]],
        }  # fmt: skip
        requests_: list[str] = []
        for person in people[:12]:
            begun = ask("POST", "/registrations", token, number=person["number"], phone=person["phone"])
            path = f"/registrations/{begun['id']}"
            requests_.append(begun["id"])
            if len(requests_) % 2:
                ask("POST", f"{path}/card", token, qr=person["card"])
                ask("POST", f"{path}/form", token, name=person["name"], born=person["born"])
        ask("POST", "/loan/time", loan["token"], forward_seconds=600)
        for _ in range(3):
            begun = ask("POST", "/activations", token, number=lent["number"], phone=lent["phone"])
            requests_.append(begun["id"])
        texts = [sms["text"] for sms in ask("GET", "/handset/messages?wait=2", token)["messages"]]
        there["code"] = [found[1] for text in texts if (found := CODE.search(text))] + ["123456"]
        requests_.append(ask("POST", f"/accounts/{account}/level1", token)["id"])
        there["request_id"] = requests_
        secret = registry.clients.secret("donghanh")
        given_ = client.post("/token", data={
            "grant_type": "client_credentials", "client_id": "donghanh", "client_secret": secret,
        }).json()  # fmt: skip
        access = given_["access_token"]
        followed = ask("POST", "/followed-loans", access, start="approved2")
        there["subject"] = [followed["subject"]]
        taken = ask("POST", "/loans", start="taken2")
        there["application"] = [taken["applications"][0]["id"]]
        there["client_id"], there["client_secret"] = ["donghanh"], [secret]
        there["grant_type"] = ["client_credentials"]
        return Someone({"handset": token, "loan": loan["token"], "client": access}, there)


def fuzz(folder: Path, cases: int, seed: int) -> Fuzz:
    """Every path, `cases` times from strangers and as often from those who may."""
    options = replace(IN_TESTS, people=900, clients={"donghanh": frozenset(Scope)})
    with in_thread(f"sqlite:///{folder}/fuzz.db", options) as (url, registry):
        run = Fuzz(url, cases, seed, {"strangers": Someone({}), "those who may": those_who_may(url, registry)})
        run.run()
    return run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=70, help="for each path, and each of the two who ask")
    parser.add_argument("--seed", type=int, default=1)
    given_ = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="registry-fuzz-") as folder:
        run = fuzz(Path(folder), given_.cases, given_.seed)
    for who, answers in run.answers.items():
        print(f"{who}: {sum(answers.values())} requests; {dict(answers)}")
    print(f"{len(run.wrong)} wrong, {time.monotonic() - begun:.0f} s")
    for sentence in {" ".join(wrong.split()[:12]): wrong for wrong in run.wrong}.values():
        print(f"  {sentence}")
    return 1 if run.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
