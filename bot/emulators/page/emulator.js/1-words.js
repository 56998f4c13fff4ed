/* Making things, and what they are called. */
window.emulator = {};
(function (here) {
  "use strict";

  here.$ = function (id) { return document.getElementById(id); };

  /** An element with a class, and text or children in it. */
  here.make = function (tag, name, inside) {
    var node = document.createElement(tag);
    if (name) node.className = name;
    (Array.isArray(inside) ? inside : inside === undefined ? [] : [inside]).forEach(function (part) {
      if (part) node.appendChild(typeof part === "string" ? document.createTextNode(part) : part);
    });
    return node;
  };

  here.button = function (name, words, press) {
    var node = here.make("button", name, words);
    node.type = "button";
    node.addEventListener("click", press);
    return node;
  };

  here.empty = function (node) {
    while (node.firstChild) node.removeChild(node.firstChild);
    return node;
  };

  here.product = here.$("page").dataset.product;
  here.isOa = here.product === "zalo-oa";

  here.KINDS = {
    photo: "Ảnh", image: "Ảnh", gif: "Ảnh động", sticker: "Nhãn dán", voice: "Ghi âm", audio: "Ghi âm", link: "Đường dẫn",
    file: "Tệp", video: "Phim", location: "Vị trí", template: "Tin theo mẫu", list: "", request_user_info: "Xin thông tin",
    business_card: "Danh thiếp"
  };

  here.SENDS = here.isOa
    ? ["image", "audio", "sticker", "file", "location"]
    : ["photo", "voice", "sticker", "link", "file", "video"];

  here.WAYS = {
    webhook: "Đã giao tới webhook.",
    polling: "Đang chờ tài khoản tới lấy (getUpdates).",
    lost: "Không ai nhận: chưa có webhook, hoặc webhook đã bị tắt, hoặc không ai hỏi.",
    unheard: "Tài khoản không được báo"
  };

  here.REASONS = {
    "in a group the bot gets only what mentions it or replies to it": "trong nhóm, bot chỉ nhận tin nhắc tên nó hoặc trả lời nó",
    "the platform tells bots nothing of this": "nền tảng không báo việc này cho bot",
    "the platform does not pass this kind on": "nền tảng không chuyển loại tin này",
    "the package has room for fifty people": "gói chỉ cho năm mươi người",
    "the package has no messages left this month": "gói đã hết tin tháng này",
    "The webhook must be reachable from the internet.": "Zalo thật không gọi được địa chỉ trong máy này. Muốn thử ở đây, chọn “Cho, để thử” ở dòng “Địa chỉ trong máy, trong mạng riêng”.",
    "The webhook must be an https address.": "Webhook phải bắt đầu bằng https://. Muốn thử với http:// trong máy này, chọn “Cho, để thử” ở dòng “Địa chỉ trong máy, trong mạng riêng”.",
    "it opens something on the phone": "nút này chỉ mở một thứ trên điện thoại"
  };

  here.HAPPENED = {
    call: "Gọi", poll: "Đang hỏi tin mới", struck: "Sự cố", event: "Sự kiện", delivery: "Giao", probe: "Kiểm tra webhook", shown: "Hiện trên máy",
    unheard: "Không báo", person: "Người mới", group: "Nhóm mới", switches: "Đổi thiết lập", fault: "Bật sự cố",
    faults: "Bỏ sự cố", clock: "Chỉnh giờ", webhook: "Đặt webhook", webhook_off: "Webhook bị tắt", consent: "Mở trang xin phép",
    console: "Đổi kết nối"
  };

  /** "08:05:09 thứ bảy, 21/11/2026", in Vietnam. */
  here.moment = function (iso, day) {
    var zone = { timeZone: "Asia/Ho_Chi_Minh", hour12: false, hour: "2-digit", minute: "2-digit", second: "2-digit" };
    var when = new Date(iso);
    var time = when.toLocaleTimeString("vi-VN", zone);
    if (!day) return time;
    return time + ", " + when.toLocaleDateString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", weekday: "long", day: "numeric", month: "numeric", year: "numeric" });
  };
})(window.emulator);
