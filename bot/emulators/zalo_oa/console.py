"""What is set in the developer console: the app, the OA, its secrets, where people come back to, where events go."""

from dataclasses import dataclass
from typing import Any

APP_ID = "4283617050982716354"
OA_ID = "2619384705162839471"
APP_SECRET = "mo-phong-khoa-ung-dung"
OA_SECRET = "mo-phong-khoa-oa-cho-webhook"


@dataclass(slots=True)
class Console:
    """The settings of the one app and the one OA of this emulator."""

    name: str = "Đồng Hành (mô phỏng)"
    app_id: str = APP_ID
    app_secret: str = APP_SECRET
    oa_id: str = OA_ID
    oa_secret: str = OA_SECRET
    callback: str = ""
    challenge: str = ""
    webhook: str = ""
    webhook_on: bool = True

    def lines(self) -> dict[str, Any]:
        return {
            "app_id": self.app_id,
            "app_secret": self.app_secret,
            "oa_id": self.oa_id,
            "oa_secret": self.oa_secret,
            "callback": self.callback,
            "webhook": self.webhook,
            "webhook_on": self.webhook_on,
        }
