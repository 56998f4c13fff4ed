"""Every word a person reads of the registry, in Vietnamese, and the label that stands beside each of them.

Official words are quoted letter by letter (`flows.core`); the rest is ours and says what happened and what to do next.
"""

from flows.core.activation import ALREADY_ACTIVATED, DONE, NOT_IDENTIFIED
from flows.core.codes import Checked, Sending
from flows.core.credentials import PasscodeFault, PasswordFault, QuestionFault
from flows.core.vietnamese import bare
from storage.registry.sms import Kind

LABEL = "MÔ PHỎNG"
SENDER = "VNeID"
TITLE = "MÔ PHỎNG: sổ định danh điện tử để tập dượt, với người không có thật"

# The genuine message comes without accents; its words are those of S2-13.
APPROVED = (
    "Cuc Canh sat QLHC ve TTXH thong bao: Ho so dang ky tai khoan dinh danh dien tu cua cong dan {name} da duoc phe "
    "duyet. De nghi truy cap ung dung VNeID hoac dia chi https://vneid.gov.vn de kich hoat tai khoan"
)
# How a code reads in reality no document says.
CODES = {
    Kind.REGISTRATION: "MO PHONG: Ma xac thuc dang ky tai khoan ung dung la {code}. Tu go vao ung dung, khong dua ma cho ai.",
    Kind.LINK: "MO PHONG: Ma lien ket cuoc tro chuyen la {code}. Chi go vao trang lien ket, khong dua ma cho ai.",
    Kind.ACTIVATION: "MO PHONG: Ma kich hoat tai khoan dinh danh la {code}. Tu go vao ung dung, khong dua ma cho ai.",
}
IN_THE_APP = "Hồ sơ đăng ký tài khoản định danh điện tử đã được phê duyệt. Mời kích hoạt tài khoản."


def sms(kind: Kind, name: str, code: str) -> str:
    """The text of an SMS, without accents as in reality."""
    return APPROVED.format(name=bare(name).upper()) if kind is Kind.APPROVED else CODES[kind].format(code=code)


QUESTIONS = {
    "q1": "Ngôi trường đầu tiên bạn học tên là gì?",
    "q2": "Món ăn bạn thích nhất hồi nhỏ là món gì?",
    "q3": "Con vật đầu tiên bạn nuôi tên là gì?",
    "q4": "Người bạn thân nhất hồi nhỏ tên là gì?",
    "q5": "Con đường hoặc xóm nơi bạn lớn lên tên là gì?",
    "q6": "Cuốn sách hoặc bài hát bạn nhớ lâu nhất là gì?",
}

REGISTRATION = {
    "card": "Đưa mã QR trên thẻ CCCD gắn chip vào khung hình. Không quét được thì tự nhập.",
    "form": "Kiểm tra hoặc điền các ô còn trống rồi ấn “Đăng ký”.",
    "qr_unreadable": "Chưa đọc được mã QR. Lau mặt thẻ, đưa ra chỗ sáng rồi thử lại, hoặc chọn “Không quét được QR code?”.",
    "not_passed": "Không đạt: thông tin chưa khớp với dữ liệu dân cư. Mời điều chỉnh lại thông tin.",
    "code": "Đạt. Nhập mã OTP được gửi bằng tin nhắn đến số điện thoại đã nhập.",
    "password": "Xác thực xong. Thiết lập mật khẩu để hoàn thành đăng ký tài khoản ứng dụng.",
    "done": "Đã đăng ký tài khoản ứng dụng. Mời đăng nhập bằng số định danh cá nhân và mật khẩu vừa đặt.",
    "has_account": "Số định danh này đã có tài khoản. Mời đăng nhập.",
    "activate_instead": "Hồ sơ định danh của số này đã được duyệt. Không cần đăng ký, mời chọn “Kích hoạt”.",
}
CODE = {
    Checked.WRONG: "Mã chưa đúng. Xem lại tin nhắn mới nhất rồi nhập lại.",
    Checked.EXPIRED: "Mã đã hết hạn. Chọn gửi lại mã.",
    Checked.USED: "Mã này đã dùng rồi. Chọn gửi lại mã.",
    Checked.SUPERSEDED: "Đã có mã mới hơn. Dùng mã trong tin nhắn mới nhất.",
    Checked.NO_TRIES_LEFT: "Đã nhập sai nhiều lần nên mã này không dùng được nữa. Chọn gửi lại mã.",
}
SENDING = {
    Sending.WAIT: "Chưa gửi mã mới được ngay, phải chờ thêm một lúc. Mã cũ (nếu còn hạn) vẫn dùng được.",
    Sending.DAY_USED_UP: "Hôm nay đã gửi đủ số mã cho số điện thoại này. Mời thử lại vào ngày mai.",
}
CODE_SENT = "Đã gửi mã mới bằng tin nhắn. Mã cũ không còn dùng được."
LOGIN = {
    "in": "Đã đăng nhập.",
    "not_right": "Số định danh hoặc mật khẩu chưa đúng.",
    "locked": "Tài khoản đang bị khóa. Mời đến công an xã, phường để được mở.",
}
LEVEL1 = {
    "guide": "Hướng dẫn đăng ký mức 1. Chọn “Bắt đầu”.",
    "understand": "Đọc xong hướng dẫn thì chọn “Tôi đã hiểu”.",
    "card": "Áp thẻ CCCD gắn chip vào mặt sau điện thoại để đọc bằng NFC, hoặc quét mã QR.",
    "no_nfc": "Điện thoại này không đọc được NFC. Mời quét mã QR trên thẻ.",
    "unreadable": "Chưa đọc được thẻ. Giữ thẻ yên một lúc rồi thử lại.",
    "other_card": "Đây không phải thẻ của người đang đăng nhập.",
    "shown": "Thông tin trên thẻ. Chọn “Tiếp tục”.",
    "video": "Xem xong video hướng dẫn thì chọn “Bỏ qua”.",
    "portrait": "Chụp ảnh chân dung theo hướng dẫn (bản tập dượt không chụp ảnh thật).",
    "confirm": "Kiểm tra lại thông tin, email không bắt buộc, rồi chọn “Xác nhận thông tin đăng ký”.",
    "submitted": "Đã gửi hồ sơ đăng ký mức 1. Chờ thông báo phê duyệt qua tin nhắn hoặc trong ứng dụng.",
    "refused": "Hồ sơ này không gửi được. Về màn hình chính để xem tài khoản đang ở bước nào.",
    "request_waits": "Đang có một hồ sơ chờ duyệt. Chờ thông báo rồi mới làm tiếp.",
    "has_this_level": "Tài khoản đã có mức này.",
    "needs_chip_card": "Cần có thẻ CCCD gắn chip. Mời đến công an xã, phường để làm thẻ.",
    "no_app_account": "Chưa có tài khoản ứng dụng. Mời đăng ký tài khoản ứng dụng trước.",
    "is_locked": LOGIN["locked"],
}
ACTIVATION = {
    "not_identified": NOT_IDENTIFIED.words,
    "already_activated": ALREADY_ACTIVATED.words,
    "done": DONE.words,
    "past_seven_days": "Đã quá bảy ngày kể từ ngày có thông báo duyệt. Tài khoản không mất: gọi tổng đài để được kích hoạt.",
    "notice_activation": "Thông báo kích hoạt tài khoản trên thiết bị này. Nhập mã được gửi bằng tin nhắn.",
    "notice_other_device": "Thông báo kích hoạt tài khoản trên thiết bị khác: máy này đang có tài khoản khác đã kích hoạt. "
    "Vẫn đi tiếp được: nhập mã được gửi bằng tin nhắn.",
    "device": "Chờ mở ứng dụng để kiểm tra thiết bị.",
    "code": "Nhập mã kích hoạt được gửi bằng tin nhắn đến số điện thoại đăng ký.",
    "password": "Thiết lập mật khẩu: 8 đến 20 ký tự, có chữ số, chữ hoa, chữ thường và ký tự đặc biệt.",
    "passcode": "Thiết lập passcode gồm 6 chữ số.",
    "questions": "Chọn 2 câu hỏi bảo mật và điền câu trả lời.",
}
FAULTS: dict[PasswordFault | PasscodeFault | QuestionFault, str] = {
    PasswordFault.TOO_SHORT: "Mật khẩu cần ít nhất 8 ký tự.",
    PasswordFault.TOO_LONG: "Mật khẩu dài quá 20 ký tự.",
    PasswordFault.NO_DIGIT: "Mật khẩu thiếu chữ số.",
    PasswordFault.NO_UPPER: "Mật khẩu thiếu chữ hoa.",
    PasswordFault.NO_LOWER: "Mật khẩu thiếu chữ thường.",
    PasswordFault.NO_SPECIAL: "Mật khẩu thiếu ký tự đặc biệt.",
    PasswordFault.ACCENTED_LETTER: "Mật khẩu có chữ mang dấu. Dùng chữ không dấu.",
    PasswordFault.OTHER_SIGN: "Mật khẩu có dấu cách hoặc ký tự lạ.",
    PasscodeFault.NOT_SIX: "Passcode phải đủ 6 số.",
    PasscodeFault.NOT_DIGITS: "Passcode chỉ gồm các số từ 0 đến 9.",
    QuestionFault.NOT_TWO: "Cần đúng 2 câu hỏi.",
    QuestionFault.SAME_QUESTION: "Hai câu hỏi phải khác nhau.",
    QuestionFault.EMPTY_QUESTION: "Còn câu hỏi chưa chọn.",
    QuestionFault.EMPTY_ANSWER: "Còn câu trả lời bỏ trống.",
    QuestionFault.NOT_ON_THE_LIST: "Câu hỏi phải lấy trong danh mục.",
}
COUNTER = {
    "moved": "Đã ghi nhận.",
    "no_consent": "Công dân chưa khẳng định đồng ý, nên chưa tạo tài khoản.",
    "not_taken": "Chưa đủ ảnh chân dung và vân tay, nên chưa gửi được hồ sơ.",
    "other_card": "Thẻ xuất trình không phải của số định danh này.",
    "needs_chip_card": "Chưa có thẻ gắn chip: cần làm thẻ cùng lúc.",
    "has_account": "Số định danh này đã có tài khoản.",
    "activate_instead": "Hồ sơ đã được duyệt, mời công dân kích hoạt.",
    "no_app_account": LEVEL1["no_app_account"],
    "request_waits": LEVEL1["request_waits"],
    "has_this_level": LEVEL1["has_this_level"],
    "nothing_requested": "Không có hồ sơ nào đang chờ.",
    "not_identified": "Tài khoản chưa được định danh.",
    "not_approved_yet": "Hồ sơ còn chờ duyệt.",
    "already_activated": "Tài khoản đã kích hoạt.",
    "past_seven_days": ACTIVATION["past_seven_days"],
    "not_activated": "Tài khoản chưa kích hoạt.",
    "already_locked": "Tài khoản đã bị khóa từ trước.",
    "not_locked": "Tài khoản không bị khóa.",
    "is_locked": LOGIN["locked"],
}
