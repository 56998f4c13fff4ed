"""Where there are no buttons, choices are numbered lines: what people would type for one of them, and what only looks so."""

import pytest

from content.hearing import Hearing
from flows.speech import Offer, Pick

HEARING = Hearing()

THREE = ("Gõ xong rồi", "Chưa thấy mã", "Báo mã sai")
EIGHT = (
    "Chưa làm gì cả", "Mới tạo tài khoản trong VNeID", "Làm hồ sơ rồi, đang chờ duyệt", "Có thông báo duyệt rồi",
    "Đang kích hoạt, bị vướng", "Kích hoạt xong rồi", "Đang giúp người khác làm", "Việc của trường học, cơ quan",
)  # fmt: skip
BESIDE = ("Có, ngồi bên cạnh", "Không, ở xa hoặc vắng mặt", "Giúp nhiều người một lúc")
TWO = ("Bấm được rồi", "Vẫn không được")
LEVELS = ("Mức 1", "Mức 2", "Chưa rõ")

BY_NUMBER = """
    1 | 1. | 1) | (1) | 1/ | #1 | 1️⃣ | １ | 01 | 1!!! | số 1 | so 1 | Số 1. | SỐ 1 | sô 1 | số1 | so1 | một | MỘT
    mot | môt | mọt | số một | so mot | cái 1 | cái số 1 | cai so 1 | chọn 1 | chọn số 1 | chon so 1 | Chọn 1 ạ
    chọn câu 1 nhé | câu 1 | cau 1 | câu1 | câu số 1 | ý 1 | y 1 | ý số 1 | ý thứ nhất | thứ nhất | thu nhat
    cái thứ nhất | câu thứ 1 | cái đầu | cai dau | cái đầu tiên | đầu tiên | câu đầu tiên | dòng đầu | dòng đầu tiên ạ
    dòng trên cùng | trên cùng | dòng 1 | mục 1 | nút 1 | nút đầu | bấm 1 | bấm số 1 | ấn 1 | nhấn số 1 | phương án 1
    lựa chọn 1 | lựa chọn số 1 | lựa chọn đầu tiên | đáp án 1 | trường hợp 1 | dạ 1 | dạ số 1 ạ | da 1 a | vâng, số 1
    1 ạ | 1 a | 1 nha | 1nha | 1 nhé | 1 nhe | 1nhé | 1 nha con | 1 nhé cháu | số 1 cháu nhé | số 1 em ơi
    số 1 nha cháu ơi | một ạ | một nhé | dạ một ạ | em chọn 1 | bác chọn số 1 | bác chọn câu số 1 cháu nhé
    tôi chọn cái đầu tiên | mình lấy số 1 nha | cho tôi số 1 | cho bác xem câu 1 | chắc là số 1 | thì số 1 | ok 1
    là số 1 | 1 thôi | chọn 1 giúp bác | số 1 đi | con số 1 | trả lời 1 | option 1 | number one | the first
    first one | chốt 1 | xem mục 1 với
"""  # 1 of THREE
OTHERS = """
    2 | hai | số hai | cái số 2 | câu 2 nhé | ý thứ hai | ý thứ 2 | câu thứ hai ạ | 2 ạ | dạ hai | lựa chọn 2
    bấm 2 | cái thứ nhì | thứ nhì
"""  # 2 of THREE
LAST = """
    3 | ba | BA | số ba | so ba | chọn 3 | cái cuối | cai cuoi | cái cuối cùng | câu cuối cùng | câu cuối
    cuối cùng | cuoi cung
    dòng dưới cùng | ý cuối ạ | lấy cái cuối nhé | cái thứ ba | câu thứ 3 | dạ ba ạ | the last one | chọn cái chót | last
"""  # 3 of THREE
OF_EIGHT = {
    4: "4 | bốn | bon | bôn | tư | số tư | so tu | câu thứ tư | câu bốn",
    5: "5 | năm | số năm | so nam | cau nam | câu thứ năm | năm ạ",
    6: "6 | sáu | số sáu | so sau | câu sáu nha | cái thứ sáu",
    7: "7 | bảy | bay | bẩy | số bảy | cái số 7",
    8: "8 | tám | tam | số tám | câu tám | cái cuối | câu cuối cùng | số 8 nghen",
}
BY_LABEL: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (THREE, 1, "Gõ xong rồi | go xong roi | GÕ XONG RỒI! | gõ xong | go xong | dạ gõ xong rồi ạ | gõ xong r | gox xong rồi"),
    (THREE, 1, "gõ xonh rồi | goxongroi | 1. Gõ xong rồi | 1 gõ xong rồi | chọn gõ xong rồi"),
    (THREE, 2, "chưa thấy mã | chua thay ma | chưa thấy | chưa thấy mã ạ | chưa thấy mã cháu ạ | chưa tháy mã | chua thya ma"),
    (THREE, 2, "2) chưa thấy mã"),
    (THREE, 3, "báo mã sai | bao ma sai | báo mã sia | bao ma"),
    (EIGHT, 1, "chưa làm gì | chua lam gi ca | chưa làm j cả | chưa lmà gì cả"),
    (EIGHT, 2, "mới tạo tài khoản | moi tao tai khoan trong vneid | mới tạo | mới tạo tài khỏan"),
    (EIGHT, 3, "làm hồ sơ rồi | lam ho so roi dang cho duyet | làm hồ sơ"),
    (EIGHT, 6, "kích hoạt xong rồi | kich hoat xong | kích hoat xong r | kich hoatj xong roi | kích"),
    (EIGHT, 8, "việc của trường học | viec cua truong"),
    (BESIDE, 1, "có | dạ có | co a | Có, ngồi bên cạnh"),
    (BESIDE, 2, "không | dạ không | ko | không ạ | khong, o xa"),
    (TWO, 1, "bấm được rồi | bam dc roi | cái trên | bấm đc r"),
    (TWO, 2, "vẫn không được | van ko dc | vẫn k được | cái dưới | dòng dưới"),
    (LEVELS, 1, "mức 1 | muc 1 | dạ mức 1"),
    (LEVELS, 2, "mức 2 | 2"),
)  # fmt: skip
NONE_OF_THREE = """
    4 | 0 | số 4 | 11 | 100 | 1 2 | 1,2 | 1 và 2 | 1 hoặc 2 | 1-2 | 1.5 | 1/2 | 2/3 | cả hai | cả 2 | hai cái
    2 số | 2 câu | một trong hai
    không phải 1 | ko phải số 2 | đừng chọn 1 | thứ ba tuần sau | thứ ba | thứ hai | thứ 2 | thứ 2 tuần tới
    chủ nhật | hôm thứ ba
    2 hôm rồi | 2 hôm nay | 2 ngày | hai ngày rồi | 1 tuần | một tuần trước | 3 hôm nữa | 3 lần rồi | lần 2
    lần thứ hai | 1 lần
    1 mình tôi | một mình tôi | 1 mình | một con vịt | một lúc nữa | một chút | 1 phút | 2 mẹ con | 2 cháu
    ba mẹ tôi | hai vợ chồng
    bác hai | chị hai | anh ba | bà | ba ơi | năm ngoái | năm nay | mức 2 | mức 1 | thẻ 2 | bước 2 | chặng 3
    ngày 1 | tháng 2
    cuối tuần | cuối tháng | đầu tháng | cuối năm | đầu năm | ban đầu | cái này | cái kia | cái giữa | bấm 1 cái
    nhấn 2 lần | mốt
    1 hả | số 1 phải không | số 1900 | số cuối | ba số cuối | 2 triệu | một trăm | cháu 3 tuổi | 2 tuổi rồi | có 2 máy | mã 2
    2 gõ xong rồi | 1. báo mã sai
"""
NONE_OF_EIGHT = (
    "sau | sau nhé | nam | năm ngoái | thứ năm | thứ sáu | thứ bảy | để sau | 5 năm | bay mất rồi | đang | 9 | mười"
)
NONE_OF_OTHERS: dict[tuple[str, ...], str] = {
    LEVELS: "mức 3 | muc 4 | mức | thứ 2",
    ("Đăng ký mức 1", "Thẻ cấp năm 2016"): "đăng ký mức 2 | dang ky muc 3 | thẻ cấp năm 2017",
    ("Màn hình đăng nhập", "Màn hình khác"): "màn hình | man hinj | màn hình nào",
    ("Có thấy mã", "Chưa thấy mã"): "ko thay ma | k thấy mã | thấy mã | vừa thấy mã",
    ("Bật rồi", "Tắt rồi"): "mắt rồi | bật",
    EIGHT: "chưa làm được căn cước | có con | kích hoạt kiểu gì | làm",
    BESIDE: "có đâu | không biết | không ở xa | có con ở nhà",
}


def said(written: str) -> list[str]:
    return [one.strip() for line in written.strip().splitlines() for one in line.split("|") if one.strip()]


def answers() -> list[tuple[str, tuple[str, ...], int]]:
    """What is typed, the lines on show, and the number of the line meant; 0 means none."""
    told: list[tuple[str, tuple[str, ...], int]] = []
    told += [(one, THREE, 1) for one in said(BY_NUMBER)]
    told += [(one, THREE, 2) for one in said(OTHERS)]
    told += [(one, THREE, 3) for one in said(LAST)]
    told += [(one, EIGHT, number) for number, written in OF_EIGHT.items() for one in said(written)]
    told += [(one, shown, number) for shown, number, written in BY_LABEL for one in said(written)]
    told += [(one, THREE, 0) for one in said(NONE_OF_THREE)]
    told += [(one, EIGHT, 0) for one in said(NONE_OF_EIGHT)]
    return told + [(one, shown, 0) for shown, written in NONE_OF_OTHERS.items() for one in said(written)]


def test_there_are_two_hundred_answers_and_thirty_that_pick_nothing() -> None:
    told = answers()
    assert len(told) == len({(one, shown) for one, shown, _ in told})
    assert sum(1 for _, _, number in told if number) >= 200
    assert sum(1 for _, _, number in told if not number) >= 30


@pytest.mark.parametrize(
    ("typed", "shown", "number"), answers(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_line_is_picked_as_people_answer(typed: str, shown: tuple[str, ...], number: int) -> None:
    offer = Offer("x.y", tuple((f"exit_{n}", label) for n, label in enumerate(shown, 1)))
    heard = HEARING.read(typed, offer)
    picked = heard.exit if isinstance(heard, Pick) else ""
    assert picked == (f"exit_{number}" if number else "")
