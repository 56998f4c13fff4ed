// One message as a phone draws it.
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

// A text with its entities: cut at every border, each piece wrapped by what covers it, the widest outside.
const formatted = (text, entities) => {
  const whole = document.createDocumentFragment();
  const cuts = new Set([0, text.length]);
  entities.forEach((e) => cuts.add(e.offset).add(e.offset + e.length));
  const borders = [...cuts].sort((a, b) => a - b);
  borders.slice(0, -1).forEach((start, n) => {
    let piece = document.createTextNode(text.slice(start, borders[n + 1]));
    const around = entities.filter((e) => e.offset <= start && e.offset + e.length > start);
    around.reverse().forEach((e) => { piece = wrapped(e, piece, text.slice(e.offset, e.offset + e.length)); });
    whole.append(piece);
  });
  return whole;
};

const wrapped = (entity, piece, words) => {
  const address = entity.url || (entity.type === "url" ? words : "");
  if (address) {
    const link = make("a", "", piece);
    const full = address.includes("://") ? address : `https://${address}`;
    if (/^https?:/.test(full)) Object.assign(link, { href: full, target: "_blank", rel: "noreferrer noopener" });
    return link;
  }
  if (entity.type === "spoiler") return make("span", "spoiler", piece);
  return TAGS[entity.type] ? make(TAGS[entity.type], "", piece) : piece;
};

const thing = (message) => {
  const content = message.content || {};
  if (message.kind === "contact") return `Danh thiếp: ${content.first_name} ${content.last_name || ""} · ${content.phone_number}`;
  if (message.kind === "location") return `Vị trí: ${content.latitude}, ${content.longitude}`;
  if (message.kind === "document") return `Tệp: ${content.file_name}`;
  if (message.kind === "sticker") return `Hình dán ${content.emoji}`;
  return WORDS.things[message.kind] || message.kind;
};

const serviceWords = (message) => {
  const names = (list) => list.map((user) => user.first_name).join(", ");
  const content = message.service;
  const about = WORDS.service[message.about] || message.about;
  const who = content.new_chat_members ? names(content.new_chat_members) : content.left_chat_member ? content.left_chat_member.first_name : "";
  const topic = content.forum_topic_created ? content.forum_topic_created.name : "";
  return `${message.who} ${about} ${who}${topic}`.trim();
};

const bubble = (message, all, inGroup) => {
  const box = make("div", "bubble");
  const replied = message.reply_to && all.find((other) => other.id === message.reply_to);
  if (inGroup && !message.mine) box.append(make("div", "by", message.who));
  if (message.forwarded) box.append(make("div", "by", `Chuyển tiếp từ ${message.forwarded}`));
  if (replied) box.append(make("div", "quote", replied.text.slice(0, 80) || thing(replied)));
  if (message.photo) {
    const picture = make("img");
    Object.assign(picture, { src: `/control/media/${message.photo}`, alt: message.text || "Ảnh" });
    box.append(picture);
  } else if (message.kind !== "text") {
    box.append(make("div", "thing", thing(message)));
  }
  if (message.text) box.append(formatted(message.text, message.entities));
  if (message.preview) box.append(make("span", "preview", `Xem trước: ${message.preview}`));
  const notes = [message.edited && "đã sửa", message.protected && "không chuyển tiếp được", clockWords(message.date)];
  box.append(make("span", "meta", notes.filter(Boolean).join(" · ")));
  return box;
};

// The buttons under a message; one that waits for its answer says so.
const under = (message, waits, pressed) => {
  if (!message.buttons.length) return null;
  const box = make("div", "under");
  message.buttons.forEach((row) => {
    const line = make("div", "row");
    row.forEach((button) => {
      const waiting = waits(button);
      const key = press("choice", button.url ? `${button.text} (mở trang)` : button.text, () => pressed(button));
      if (waiting) {
        key.classList.add("waiting");
        key.append(" …");
      }
      line.append(key);
    });
    box.append(line);
  });
  return box;
};
