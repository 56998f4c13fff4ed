"""What an officer may not send, and what they may: the sentences a patient neighbour says must pass."""

import pytest

from bot.handover.guard import objections

REFUSED = {
    "asks": [
        "Bác đọc mã OTP cho cháu nhé",
        "Bác gửi cháu mật khẩu để cháu vào giúp",
        "Bác chụp hai mặt căn cước gửi cháu",
        "Cho cháu xin mã xác thực vừa về",
        "Đọc giúp em sáu số trong tin nhắn",
    ],
    "money": [
        "Bác chuyển khoản 50 nghìn giúp cháu",
        "Phí dịch vụ là 100k bác nhé",
        "Bác nộp tiền rồi cháu làm cho",
        "Gửi 20.000đ vào momo là xong",
        "Bác cho xin số tài khoản",
    ],
    "link": [
        "Bác vào https://vneid-gov.top/kichhoat",
        "Mở bit.ly/abc giúp cháu",
        "Vào trang vneid.gov.vn.xacthuc.com",
        "http://vneid.gov.vn",
        "Tải tại HTTPS://VNEID.GOV.VN@xau.com",
        "vào ｗｗｗ．xau．com",
        "vneid chấm com nhé bác",
        "https://192.168.1.4/x",
    ],
    "remote": ["Bác cài TeamViewer để cháu làm hộ", "Bác bật chia sẻ màn hình lên", "Tải file vneid.apk này"],
    "secret": ["Mã của bác là 482913", "Số căn cước 079305611223 đúng chưa ạ"],
    "empty": ["", "   ", "\u200b\u200b"],
    "long": ["dài " * 300],
}
FINE = [
    "Chào bác, cháu là Hạnh ở phường. Bác đang thấy chữ gì trên màn hình ạ?",
    "Bác bấm Kích hoạt ở màn hình đăng nhập giúp cháu.",
    "Mã đó bác tự gõ vào VNeID, đừng đọc cho ai, kể cả cháu.",
    "Việc này không mất tiền đâu bác.",
    "Bác đừng chuyển khoản cho ai cả.",
    "Bác xem ở https://vneid.gov.vn hoặc dichvucong.gov.vn nhé.",
    "Thứ ba, 3/12 bác ra phường lúc 8 giờ, mang theo thẻ căn cước ạ.",
    "Bác gọi số phường 0203 385 1234 trong giờ làm.",
    "Đúng rồi bác, ô đó để trống cũng được.",
    "Nếu có ai gọi đòi mã thì bác cúp máy.",
    "Không ai được hỏi mật khẩu của bác.",
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in REFUSED.items() for text in texts])
def test_it_is_refused_and_says_why(kind: str, text: str) -> None:
    found = {o.kind: o.sentence for o in objections(text)}
    assert kind in found, found
    assert found[kind].endswith(".")


@pytest.mark.parametrize("text", FINE)
def test_it_may_be_sent(text: str) -> None:
    assert objections(text) == []
