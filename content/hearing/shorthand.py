"""How people shorten words, how their region says them and how names are spelled, each with the word it stands for."""

from collections.abc import Mapping


def _table(written: str) -> Mapping[str, str]:
    """Lines of `word: form form form` → form → word. A form under two words is a mistake of ours and refused."""
    table: dict[str, str] = {}
    for line in written.strip().splitlines():
        word, _, forms = line.strip().partition(": ")
        for form in forms.split():
            if table.setdefault(form, word) != word:
                raise ValueError(f"“{form}” stands for “{table[form]}” and for “{word}”; keep one.")
    return table


# Only what stands for one word in nearly every message; the rest ("mk", "bn", "o") is left for the classifier to weigh.
TEXTING = _table("""
    không: ko k hok hông hổng khum hem hk kg khg khong kô hônk kh0ng hog kog khoq khôg hôg hổg hơm hongg kh
    được: đc dc đựoc đuợc đươc đưoc đuoc đcc dcc
    rồi: r rùi ròi ròy rùii
    gì: j ji gj zì giề
    vậy: v z zậy vầy vại zạy zay dzậy dzay
    sao: s seo
    làm sao: lsao lmsao
    làm: lm lèm
    giờ: h bh bgio bjo bgiờ
    như thế nào: ntn nhtn
    bao lâu: blau
    với: vs zới dzới
    mới: ms
    cũng: cx cg cũg
    nữa: nx
    nói: ns
    trước: trc trk
    biết: bik bít bjt
    phải: p pk fai fải
    người: ng ngừi ngừoi nguời ngưòi
    người ta: ngta nta
    mọi người: mn mng
    luôn: lun luông
    thôi: thui
    nhiều: nhìu
    tôi: toy
    em: e iem
    vào: vô zô dzô zào dô
    qua: wa qa
    quá: wá qá
    quên: wên
    trong: trg
    đang: đg
    bạn: pạn bợn
    yêu: iu
    cái: kái
    cách: kách
    hôm qua: hqua
    hôm nay: hnay
    cảm ơn: tks thks thanks thank camon cảmơn cám
    xin chào: hello helo hellô alo
    điện thoại: đt dt đthoai đthoại dthoai dthoại đtdđ đth
    số điện thoại: sđt sdt sđth
    tài khoản: tk acc tkhoan tkhoản nick account
    mật khẩu: pass pw pwd password mkhau mkhẩu pasword passwork passwod matkhau
    đăng ký: đk đky dky dki đki đkí đký dkí dký dangky đăngký
    đăng nhập: đn đnhap đnhập dnhap login loggin dangnhap
    kích hoạt: khoat kichhoat kíchhoạt active activate actived aktive
    xác nhận: xn
    xác thực: xthuc xthực
    định danh: đdanh ddanh dinhdanh địnhdanh
    hướng dẫn: hd hdan hdẫn huongdan hướngdẫn
    tin nhắn: tn tnhan tnhắn sms tinnhan tinnhắn
    nhắn tin: nt
    trả lời: trl rep reply
    công ty: cty
    công an: cand
    nhân viên: nv nvien
    tổng đài: tongdai tổngđài
    dịch vụ công: dvc dichvucong
    dịch vụ công quốc gia: dvcqg
    bảo hiểm y tế: bhyt
    bảo hiểm xã hội: bhxh
    giấy phép lái xe: gplx blx
    học sinh: hs
    sinh viên: sv
    ngân hàng: nh bank
    thông tin: tt info
    việt nam: vn
    ứng dụng: app áp aap ap appp áppp ứngdụng ungdung
    lỗi: error
    cập nhật: update
    trực tuyến: online onl
    quét: scan
    thiết bị: tbi device
    uỷ ban: ub ubnd
    """)

# Words of the South, the Centre and the North, with their accents; without them "mo", "chi", "rang" are other words.
REGIONAL = _table("""
    không: nỏ
    sao: răng
    vậy: rứa rứ
    giờ: chừ
    làm: mần mằn
    đâu: mô
    gì: chi
    tôi: tui tau tớ
    này: ni
    đó: nớ
    kia: tê
    nó: hắn
    thấy: chộ
    nhanh: lẹ
    dùng: xài
    tìm: kiếm
    trời: giời
    chẳng: chả
    ông ấy: ổng
    bà ấy: bả
    mẹ: bu
    thật: thiệt
    nhất: nhứt
    chính: chánh
    gửi: gởi
    khoá: khóa
    hoá: hóa
    uỷ: ủy
    hoà: hòa
    toà: tòa
    xoá: xóa
    thuỷ: thủy
    huỷ: hủy
    hoạ: họa
    loá: lóa
    lý: lí
    ký: kí
    kỳ: kì
    kỹ: kĩ
    mỹ: mĩ
    tỷ: tỉ
    """)

# A regional word that keeps its meaning before these ("chi phí" is a fee everywhere).
NOT_REGIONAL = frozenset(
    (a, b)
    for a, words in {
        "chi": "phí tiết nhánh trả tiêu phi nhanh tiêt đoàn đội bộ", "kiếm": "tiền", "mô": "hình tả tô",
        "hắn": "", "tê": "liệt giác", "răng": "hàm miệng sữa sâu", "chừ": "",
    }.items()
    for b in words.split()
)  # fmt: skip

# An English word that the Vietnamese have a word for: a message in English is read beside its Vietnamese words.
ENGLISH = _table("""
    tài khoản: account accounts
    mật khẩu: password passwords
    điện thoại: phone phones smartphone handset cellphone mobile
    ứng dụng: app apps
    đăng ký: register registration registering registered enroll apply sign-up
    đăng nhập: login
    kích hoạt: activate activation activated activating active
    mức: level levels
    thẻ: card cards
    công an: police policeman policemen
    cán bộ: officer officers
    quên: forgot forget forgotten forgets
    mất: lost lose missing
    cũ: old previous
    mới: new
    mã: code codes
    tin nhắn: sms message messages text texts
    số: number numbers
    khoá: locked lock locks blocked
    mở khoá: unlock
    đổi: change changed changing
    quét: scan scanning scanned scanner
    chụp: photo picture selfie capture
    mặt: face
    ảnh: photos pictures portrait
    lỗi: error errors
    tải: download downloading
    cài: install installing installed installation
    cập nhật: update updated
    máy: device devices
    máy tính: computer laptop pc
    web: website browser
    cổng: portal
    dịch vụ công: dichvucong
    hộ chiếu: passport
    người nước ngoài: foreigner foreigners expat expats
    công ty: company business enterprise
    tổ chức: organization organisation
    phí: fee fees cost charge price
    tiền: money
    phạt: fine fined penalty punished
    bắt buộc: mandatory compulsory obligatory
    lừa đảo: scam scams fraud scammer fake phishing
    an toàn: safe secure
    bảo mật: security
    câu hỏi: question questions
    trả lời: answer answers
    duyệt: approved approval approve
    chờ: wait waiting pending
    hạn: deadline expired expire expires expiry
    giấy tờ: document documents papers paper
    bằng lái: licence license driving
    bảo hiểm: insurance
    tích hợp: integrate integrated
    mẹ: mother mom mum
    bố: father dad
    bà: grandma grandmother
    ông: grandpa grandfather
    con: son daughter child kid children kids baby
    tuổi: age
    nước ngoài: abroad overseas
    việt nam: vietnam vietnamese
    xoá: delete deleted remove erase
    dữ liệu: data database
    thông tin: information info
    sai: wrong incorrect mismatch
    tên: name
    cảm ơn: thanks thank
    chào: hello hi hey
    nhân viên: staff agent operator
    người: human person someone somebody people
    quay lại: back
    lặp lại: repeat again
    dừng: stop
    giúp: help
    ở đâu: where
    thế nào: how
    bao nhiêu: many much
    bao lâu: long
    tại sao: why
    không: not no cannot don't can't doesn't didn't won't isn't
    """)
