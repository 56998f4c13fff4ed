"""The sentences of the console in English, for officers who chose it; each under its Vietnamese, which is the one that counts."""

import re

from bot.console import passwords
from bot.handover.guard import LINKS, LONGEST

_SENTENCES = {
    "Cần ghi lý do xuất danh sách, vài chữ là đủ.": "An export needs a reason; a few words will do.",
    "Không có đơn vị này trong phần việc của bạn.": "There is no such unit among yours.",
    "Cơ sở dữ liệu chưa trả lời. Chưa có gì được ghi; tải lại trang sau vài giây.": (
        "The database does not answer. Nothing was kept; load the page again in a few seconds."
    ),
    "Nội dung gửi lên dài quá.": "That is too long.",
    "Trang này chỉ mở qua HTTPS, hoặc ngay trên máy đang chạy nó (http://127.0.0.1). Mật khẩu gửi qua đường không mã hoá thì "
    "ai cùng mạng cũng đọc được. Cách bật HTTPS: docs/console.md.": (
        "This page opens by HTTPS alone, or on the machine it runs on (http://127.0.0.1). A password that travels in the "
        "clear is read by anybody on the same network. How to have HTTPS: docs/console.md."
    ),
    "Trang này đã cũ. Tải lại trang rồi làm lại giúp.": "This page is old. Load it again, then do it once more.",
    "Vai trò của bạn không có việc này. Cần thì hỏi quản trị viên.": "This is not for your role. Ask an administrator.",
    "Yêu cầu này không đến từ trang của chúng ta.": "This was not sent by a page of ours.",
    "Câu này cần một tên ngắn để tìm.": "It needs a short name to be found by.",
    "Không có câu này trong phần việc của bạn.": "There is no such answer among yours.",
    "Không có người này trong phần việc của bạn, hoặc đó là chính bạn.": "There is nobody like that among yours, or it is you.",
    "Kênh này chưa bật.": "This channel is not on.",
    "Tin này không còn trong danh sách.": "This message is not in the list any more.",
    "Mật khẩu mới dễ đoán quá. Hãy dùng một câu ngắn, đừng có tên đăng nhập trong đó.": (
        "The new password is easy to guess. Take a short sentence without your login in it."
    ),
    f"Mật khẩu mới cần ít nhất {passwords.SHORTEST} chữ cái. Một câu ngắn dễ nhớ là được, dấu cách cũng tính.": (
        f"The new password needs at least {passwords.SHORTEST} letters. A short sentence will do, blanks count."
    ),
    f"Mật khẩu mới dài quá {passwords.LONGEST} chữ cái.": f"The new password is longer than {passwords.LONGEST} letters.",
    "Hai lần nhập mật khẩu mới chưa giống nhau.": "The new password was not typed twice the same.",
    "Mật khẩu chưa khớp. Quay lại và nhập lại mật khẩu của bạn.": "The password does not match. Go back and type yours again.",
    "Nhập sai mật khẩu nhiều lần. Chờ ít phút rồi làm lại.": "Too many wrong passwords. Wait a few minutes.",
    "Sáu số chưa khớp, hoặc đã dùng rồi. Chờ ứng dụng hiện số mới rồi nhập số đó.": (
        "The six digits do not match, or were used already. Wait for the next ones and enter those."
    ),
    "Tài khoản này đã cài mã rồi. Đăng nhập lại giúp.": "This account is enrolled already. Sign in again.",
    "Tên đăng nhập hoặc mật khẩu chưa khớp. Xem lại cả hai rồi nhập lại.": (
        "The login or the password does not match. Look at both and try again."
    ),
    "Bạn chưa nhận cuộc này, nên tin chưa gửi. Bấm “Nhận trả lời” trước.": (
        "You have not taken this one, so nothing was sent. Press “Answer this” first."
    ),
    "Chỉ báo vào nhóm của nhân viên được, không báo vào cuộc của người dân.": (
        "Only a group of the staff can be told, never a citizen's conversation."
    ),
    "Cuộc này không phải bạn đang nhận.": "You do not have this one.",
    "Cần chọn lý do mở phần che; “việc khác” thì ghi rõ việc gì.": "Choose a reason; for “something else” say what.",
    "Ghi chú đi cùng một lần nhận trả lời; cuộc này đang không có ai nhận.": (
        "A note goes with a conversation that waits or is being answered; this one is neither."
    ),
    "Không có cuộc trò chuyện này trong phần việc của bạn.": "There is no such conversation among yours.",
    "Người khác vừa nhận cuộc này rồi.": "Somebody else has just taken this one.",
    "Đây là một nhóm, không trả lời thay ở nhóm được.": "This is a group; nobody answers in a group.",
    # ---- what an officer may not send ----
    "Tin chưa có chữ nào.": "There is nothing to send yet.",
    f"Tin dài quá {LONGEST} chữ cái. Chia thành vài tin ngắn, mỗi tin một ý.": (
        f"Longer than {LONGEST} letters. Make it a few short messages, one thing in each."
    ),
    "Tin này xin mã, mật khẩu, câu trả lời bí mật hoặc ảnh giấy tờ. Không ai của đơn vị được xin những thứ đó, kể cả để "
    "giúp. Hãy dặn người dân tự gõ vào VNeID.": (
        "It asks for a code, a password, a secret answer or a photo of a paper. Nobody here may ask for these, not even to "
        "help. Tell them to type it into VNeID themselves."
    ),
    "Trong tin có dãy số hoặc chữ giống mã, mật khẩu, số giấy tờ. Bỏ nó ra: gửi rồi thì nằm lại trên máy khác.": (
        "It holds what looks like a code, a password or the number of a paper. Take it out: once sent it stays elsewhere."
    ),
    "Tin có nói đến tiền hoặc phí. Không ai thu tiền qua đây. Để báo là không phải trả, viết rõ “không mất tiền”.": (
        "It speaks of money. Nobody is paid through here. To say that nothing is to be paid, write “không mất tiền”."
    ),
    f"Tin có đường dẫn ngoài danh sách. Chỉ gửi được: {', '.join(LINKS)}.": (
        f"It holds a link off the list. Only these may be sent: {', '.join(LINKS)}."
    ),
    "Tin nói đến tệp cài ngoài, chia sẻ màn hình hoặc điều khiển từ xa. Kẻ lừa đảo làm đúng việc này; hãy hẹn người dân đến "
    "nơi.": (
        "It speaks of a file to install, of sharing a screen or of remote control. That is what scammers do; have them come."
    ),
}
_WAIT = re.compile(r"Nhập chưa khớp nhiều lần, nên phải chờ (\d+) (giây|phút) mới nhập tiếp được\.")


def in_english(sentence: str) -> str:
    """The sentence in English; one that has none stays as it is."""
    if found := _WAIT.fullmatch(sentence):
        return f"Too many tries: wait {found[1]} {'seconds' if found[2] == 'giây' else 'minutes'}."
    return _SENTENCES.get(sentence, sentence)
