"""The console of a house that runs: `bot run` and `bot staff` as anybody starts them, and an officer's first half hour."""

import subprocess
import sys
import time
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page, expect

from tests.kit.served import ROOT, environment, served

OWN = "hoa mười giờ nở sớm"
PATIENCE = 15_000  # milliseconds: this machine may be busy


def command(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=ROOT, env=environment(folder), capture_output=True, text=True,
        encoding="utf-8", check=True,
    )  # fmt: skip
    return done.stdout


def test_from_an_empty_folder_to_a_citizen_who_was_answered(page: Page, chromium: Browser, tmp_path: Path) -> None:
    expect.set_options(timeout=PATIENCE)
    with served(tmp_path) as house:
        told = command(tmp_path, "staff", "add", "hanh", "--name", "Nguyễn Thị Hạnh").splitlines()
        password = told[1].removeprefix("Password: ")
        page.goto(f"{house.url}/console")
        page.get_by_label("Tên đăng nhập").fill("hanh")
        page.get_by_label("Mật khẩu").fill(password)
        page.get_by_role("button", name="Tiếp tục").click()
        seed = "".join(page.locator(".seed span").all_inner_texts())
        page.get_by_label("Mật khẩu mới").fill(OWN)
        page.get_by_label("Nhập lại một lần nữa").fill(OWN)
        page.get_by_label("Sáu số").fill(pyotp.TOTP(seed).now())
        page.get_by_role("button", name="Xong").click()
        page.get_by_role("link", name="Chép xong rồi").click()
        expect(page.get_by_text("Chưa có ai chờ")).to_be_visible()

        citizen = chromium.new_context(locale="vi-VN").new_page()
        citizen.goto(house.url)
        first = citizen.locator("#choices button").first
        expect(first).to_be_visible()
        step = citizen.locator("#choices button").all_inner_texts()
        citizen.get_by_role("button", name="Gặp người").click()
        asked = time.monotonic()
        expect(page.locator(".waits")).to_have_count(1)
        print(f"the officer saw it after {time.monotonic() - asked:.2f} s")
        page.locator(".waits").click()
        page.get_by_role("button", name="Nhận trả lời").click()
        expect(citizen.get_by_text("Nguyễn Thị Hạnh").first).to_be_visible()
        page.get_by_label("Trả lời").fill("Bác cứ bấm nút đóng ở góc trên ạ.")
        page.get_by_role("button", name="Gửi").click()
        expect(citizen.get_by_text("Bác cứ bấm nút đóng ở góc trên ạ.")).to_be_visible()
        page.get_by_role("button", name="trả lại cho Đồng Hành").click()
        citizen.get_by_role("button", name="Giúp được", exact=True).click()
        citizen.get_by_role("button", name="Làm tiếp", exact=True).click()
        expect(first).to_have_text(step[0])
        assert citizen.locator("#choices button").all_inner_texts() == step
        assert "nothing changed" in command(tmp_path, "audit", "verify")
        assert house.stop() == 0  # although two streams are open
