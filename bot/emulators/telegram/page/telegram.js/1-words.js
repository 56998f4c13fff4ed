// What the page says, and the smallest of tools.
const WORDS = {
  faults: {
    "429": "Bị chê gửi nhanh (429)", "5xx": "Máy chủ lỗi (5xx)", html: "Trả về một trang HTML hỏng",
    timeout_before: "Im lặng, chưa làm gì", timeout_after: "Làm xong rồi im lặng",
    reset_before: "Cắt mạng, chưa làm gì", reset_after: "Làm xong rồi cắt mạng",
    slow: "Trả lời chậm", duplicate: "Một cập nhật đến hai lần", outage: "Mất hẳn, cả hai chiều",
  },
  kinds: { private: "riêng", group: "nhóm", supergroup: "siêu nhóm" },
  things: { photo: "Ảnh", voice: "Tin thoại", video: "Phim", document: "Tệp", sticker: "Hình dán", location: "Vị trí" },
  ranks: { creator: "lập nhóm", administrator: "quản trị", member: "thành viên", left: "đã ra", kicked: "bị đưa ra" },
  journal: {
    call: "gọi", effect: "đã làm", answer: "đã trả lời", refused: "bị từ chối", update: "có cập nhật", delivery: "giao",
    delivered: "giao xong", dropped: "bỏ", phone: "người dân", fault: "sự cố", knob: "nút", clock: "giờ", act: "việc",
  },
  acts: {
    person: "thêm người", bot: "thêm bot", settings: "đổi cài đặt", founds: "lập nhóm", adds: "thêm vào nhóm", removes: "đưa ra khỏi nhóm",
    ranks: "đổi quyền", upgrades: "nâng thành siêu nhóm", opens_topic: "mở chủ đề", closes_topic: "đóng chủ đề", blocks: "chặn bot",
    unblocks: "thôi chặn bot", presses: "bấm nút", corrects: "sửa tin", takes_back: "xóa tin",
  },
  service: {
    group_chat_created: "lập nhóm", supergroup_chat_created: "lập nhóm", new_chat_members: "thêm vào nhóm:", left_chat_member: "ra khỏi nhóm:",
    migrate_to_chat_id: "nhóm thành siêu nhóm", migrate_from_chat_id: "siêu nhóm từ nhóm cũ",
    forum_topic_created: "mở chủ đề", forum_topic_closed: "đóng chủ đề",
  },
};

const $ = (id) => document.getElementById(id);

// make("p", "hint", "words", child…): an element; a class may be empty.
const make = (tag, kind = "", ...inside) => {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  element.append(...inside.filter((part) => part !== null && part !== undefined));
  return element;
};

const press = (kind, words, work) => {
  const button = make("button", kind, words);
  button.type = "button";
  button.addEventListener("click", work);
  return button;
};

const clockWords = (seconds) => new Date(seconds * 1000).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
