"""Secrets planted through every door, then every byte the house keeps is searched for them."""

import base64
import json
import subprocess
import sys
import unicodedata
import uuid
from pathlib import Path

import httpx

from tests.kit.served import ROOT, environment, served

HEADERS = {"x-requested-with": "donghanh"}
PLANTED = {
    "mã otp là 739154": "739154",
    "OTP: 8 2 6 4 1 9": "826419",
    "mật khẩu của tôi là ConMeoLuoi88#": "ConMeoLuoi88#",
    "mk: quaybuoisang": "quaybuoisang",
    "Xyz@739154Qw": "Xyz@739154Qw",
    "số căn cước 079305611223 nhé": "079305611223",
    "cmnd cũ 271828182": "271828182",
    "thẻ 4111 1111 1111 1111": "4111111111111111",
    "gọi con số 0912345678": "0912345678",
    "079305611224||Trần Văn Thử Nghiệm|01011990|Nam|Thôn Đồi Chè, Xã Mẫu|02022022": "Trần Văn Thử Nghiệm",
    "Cuc Canh sat QLHC ve TTXH thong bao: Ho so dang ky tai khoan dinh danh dien tu cua cong dan LE THI PHEP THU da duoc phe "
    "duyet. De nghi truy cap ung dung VNeID hoac dia chi https://vneid.gov.vn de kich hoat tai khoan": "LE THI PHEP THU",
}


def spellings(secret: str) -> list[bytes]:
    forms = {secret, unicodedata.normalize("NFD", secret), " ".join(secret), secret[::-1]}
    raw = [f.encode() for f in forms] + [secret.encode("utf-16-le"), json.dumps(secret)[1:-1].encode()]
    return [*raw, base64.b64encode(secret.encode())[:-4] or b"?", secret.encode().hex().encode()]


def found_in(folder: Path, extra: bytes) -> list[tuple[str, str]]:
    kept = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    kept["what the process printed"] = extra
    return [(s, name) for s in PLANTED.values() for form in spellings(s) for name, body in kept.items() if form in body]


def test_no_byte_the_house_keeps_holds_a_planted_secret(tmp_path: Path) -> None:
    canary = "không phải bí mật: hoa mười giờ"
    with served(tmp_path) as house, httpx.Client(base_url=house.url, headers=HEADERS) as client:
        client.post("/chat/open", json={})
        for text in [*PLANTED, canary]:
            answer = client.post("/chat/say", json={"id": str(uuid.uuid4()), "text": text})
            assert answer.status_code == 200
        for text in PLANTED:  # through the doors that refuse, too
            client.post("/chat/say", content=json.dumps({"id": text, "text": text}).encode())
            client.post("/chat/say", json={"id": str(uuid.uuid4()), "press": {"place": text, "exit": text}})
            client.get("/chat/messages", params={"after": text})
            client.post("/chat/say", json={"id": str(uuid.uuid4()), "text": text + "x" * 5000})
        assert house.stop() == 0
        printed = house.process.stdout.read().encode() if house.process.stdout else b""
    assert any(canary.encode() in p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()), (
        "the search itself must find"
    )
    assert found_in(tmp_path, printed) == []


def test_the_terminal_keeps_none_either(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("\n".join(PLANTED) + "\n", encoding="utf-8")
    said = subprocess.run(
        [sys.executable, "-m", "bot", "talk", "--script", str(script)], cwd=ROOT, env=environment(tmp_path), check=True,
        capture_output=True,
    )  # fmt: skip
    script.unlink()
    assert found_in(tmp_path, said.stdout + said.stderr) == []
