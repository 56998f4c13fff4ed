"""What came to what, as an officer reads it: the words of the log for causes, and of the sender for what was not sent."""

Both = tuple[str, str]  # Vietnamese, English

_WHOLE: dict[str, Both] = {
    "opened": ("mở cuộc trò chuyện", "opened the talk"),
    "resumed": ("quay lại sau một lúc", "came back"),
    "old_press": ("bấm nút của câu cũ", "pressed an old button"),
    "unknown_press": ("bấm nút không còn", "pressed no button of ours"),
    "guess_none": ("không phải câu máy đoán", "none of the guesses"),
    "guessing": ("máy hỏi lại cho chắc", "asked back"),
    "late_outcome": ("kết quả về muộn", "an outcome, late"),
    "not_followed": ("thay đổi không theo dõi", "a change nobody follows"),
    "removed": ("máy đã xoá chỗ bí mật", "a secret was removed"),
    "missed": ("máy chưa hiểu", "not understood"),
    "with_a_person": ("máy im lặng, có người đáp", "silent, a person answers"),
    "taken_over": ("cán bộ nhận trả lời", "an officer took it"),
    "taken_by_another": ("người khác đã nhận", "somebody else has it"),
    "taken_already": ("đã nhận rồi", "theirs already"),
    "officer": ("cán bộ nhắn", "an officer wrote"),
    "not_theirs": ("không phải người đang nhận", "not theirs"),
    "given_back": ("trả lại cho máy", "given back"),
    "again": ("không ai đọc, chờ người khác", "unread, waits again"),
    "repeat": ("tin lặp, đã bỏ qua", "a repeat"),
    "dead_letter": ("máy trục trặc ở tin này", "we failed at this one"),
    "moved": ("cuộc trò chuyện đổi chỗ", "the chat moved"),
    "blocked": ("đã chặn hoặc rời đi", "blocked us or left"),
    "told_staff": ("báo cho nhóm nhân viên", "the staff's group was told"),
}
_BEGINS: dict[str, Both] = {
    "sign_menu": ("xin menu", "asked for the menu"),
    "sign_back": ("quay lại câu trước", "went back"),
    "sign_again": ("xin nghe lại", "asked again"),
    "sign_slower": ("xin nói chậm", "asked slower"),
    "sign_stop": ("xin dừng", "asked to stop"),
    "sign_help": ("cần giúp", "asked for help"),
    "sign_person": ("xin gặp người", "asked for a person"),
    "sign_restart": ("làm lại từ đầu", "started over"),
    "sign_": ("nói một câu lệnh", "a word of command"),
    "pick_": ("bấm nút", "pressed"),
    "guess_": ("chọn câu máy đoán", "took a guess"),
    "asked_": ("hỏi, máy đã đáp", "asked, and was answered"),
    "outcome_": ("có kết quả từ bên ngoài", "an outcome came"),
    "changed_": ("hồ sơ có thay đổi", "the case changed"),
    "read_": ("máy đọc được", "understood"),
    "group_": ("nhắn trong nhóm", "in a group"),
    "refused_": ("tin của cán bộ bị giữ lại", "an officer's words were refused"),
    "unread_picture": ("gửi ảnh, máy không mở", "a picture, not opened"),
    "unread_file": ("gửi tệp, máy không mở", "a file, not opened"),
    "unread_voice": ("gửi tiếng nói", "a voice message"),
    "unread_too_long": ("tin dài quá", "too long"),
    "unread_forwarded": ("tin chuyển tiếp", "forwarded"),
    "unread_edited": ("sửa tin cũ", "edited"),
    "unread_": ("gửi thứ máy không đọc", "something we do not read"),
}
_NOT_SENT: dict[str, Both] = {
    "blocked": ("người dân đã chặn", "they blocked us"),
    "forbidden": ("người dân đã chặn hoặc rời", "they blocked us or left"),
    "not_found": ("không còn cuộc trò chuyện đó", "the chat is gone"),
    "not_following": ("họ thôi quan tâm", "they do not follow any more"),
    "outside_window": ("quá hạn được nhắn của Zalo", "outside Zalo's window"),
    "inactive": ("tài khoản của họ không hoạt động", "their account is inactive"),
    "restricted": ("tài khoản của họ bị hạn chế", "their account is restricted"),
    "out_of_quota": ("hết lượt gửi", "out of quota"),
    "too_fast": ("gửi nhanh quá, nền tảng bắt chờ", "too fast"),
    "platform_trouble": ("nền tảng trục trặc", "the platform has trouble"),
    "not_reached": ("không nối được tới nền tảng", "the platform was not reached"),
    "token_refused": ("khoá của bot bị từ chối", "the token was refused"),
    "answer_lost": ("mất câu trả lời, có thể đã tới", "perhaps it arrived"),
    "unreadable_answer": ("không đọc được câu trả lời, có thể đã tới", "perhaps it arrived"),
    "too_long": ("tin dài quá", "too long"),
    "empty": ("tin trống", "empty"),
    "refused": ("nền tảng từ chối tin này", "refused"),
    "stale": ("để lâu quá, không gửi nữa", "too old by now"),
    "policy": ("trái quy định của nền tảng", "against their policy"),
    "no_money": ("tài khoản OA hết tiền", "the account has no money"),
    "no_consent": ("họ chưa đồng ý nhận", "no consent"),
}


def cause(name: str) -> Both:
    """What an event came to; a cause without words of its own is shown as it is."""
    if name in _WHOLE:
        return _WHOLE[name]
    return next((both for begin, both in _BEGINS.items() if name.startswith(begin)), (name, name))


def not_sent(reason: str) -> Both:
    """Why a message was not sent."""
    return _NOT_SENT.get(reason, (reason, reason))
