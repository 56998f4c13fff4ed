// The phone of the citizen who is played now.
const phone = { who: 0, chat: "", thread: 0, reply: 0, open: 0, shown: "", toasts: new Map(), entered: true, until: 0 };

const toast = (words) => {
  $("toast").textContent = words;
  $("toast").hidden = false;
  clearTimeout(phone.until);
  phone.until = setTimeout(() => { $("toast").hidden = true; }, 5000);
};

const here = () => ({ who: phone.who, chat: phone.chat });

// New answers to presses: a short one over the phone, an alert as a window of its own. What was answered before this chat
// was opened is not told again.
const tellPresses = (presses) => {
  presses.forEach((one, n) => {
    const key = `${phone.chat} ${n}`;
    const before = phone.toasts.get(key);
    phone.toasts.set(key, one.waiting ? "waiting" : "over");
    if (phone.entered || before === "over" || one.waiting || !one.toast) return;
    if (one.alert) {
      $("alert-words").textContent = one.toast;
      $("alert").showModal();
    } else {
      toast(one.toast);
    }
  });
  phone.entered = false;
};

const tools = (message, screen) => {
  const row = make("div", "acts");
  const does = (words, work) => row.append(press("quiet", words, async () => { phone.open = 0; await work(); look(); }));
  does("Trả lời", () => { phone.reply = message.id; $("text").focus(); });
  if (message.mine && message.kind === "text") {
    does("Sửa", async () => {
      const text = window.prompt("Sửa thành", message.text);
      if (text) await act("corrects", { ...here(), message: message.id, text });
    });
  }
  if (message.mine || screen.kind === "private") does("Xóa", () => act("takes_back", { ...here(), message: message.id }));
  does("Chuyển tiếp vào đây", () => act("forwards", { ...here(), message: message.id }));
  return row;
};

const drawMessage = (message, screen) => {
  if (message.kind === "service") return make("div", "message service", make("p", "", serviceWords(message)));
  const waits = (button) => screen.presses.some((p) => p.waiting && p.message === message.id && p.data === button.callback_data);
  const pressed = async (button) => {
    if (button.url) return void window.open(button.url, "_blank", "noopener,noreferrer");
    if (button.copy_text) return void toast(`Đã chép: ${button.copy_text.text}`);
    await act("presses", { ...here(), message: message.id, label: button.text, data: button.callback_data || "" });
    look();
  };
  const open = phone.open === message.id;
  const dots = press("quiet dots", open ? "Thôi" : "···", () => { phone.open = open ? 0 : message.id; draw(screen, true); });
  dots.setAttribute("aria-label", open ? "Thôi" : "Việc với tin này");
  const line = make("div", "line", bubble(message, screen.messages, screen.kind !== "private"), dots);
  return make("div", message.mine ? "message mine" : "message", line, under(message, waits, pressed), open ? tools(message, screen) : null);
};

const drawKeys = (screen) => {
  $("keys").hidden = !screen.keyboard.length;
  $("keys").replaceChildren(...screen.keyboard.map((row) => make("div", "row", ...row.map((button) =>
    press("choice", button.text, async () => {
      if (button.request_contact) await act("contact", here());
      else await act("writes", { ...here(), text: button.text, thread: phone.thread });
      look();
    })))));
};

const drawTopics = (screen) => {
  const topics = Object.entries(screen.topics);
  $("topics").hidden = !screen.forum;
  const choose = (thread, name) => {
    const key = press("choice", name, () => { phone.thread = thread; phone.shown = ""; look(); });
    if (phone.thread === thread) key.setAttribute("aria-current", "true");
    return key;
  };
  $("topics").replaceChildren(choose(0, "Chung"), ...topics.map(([thread, name]) => choose(Number(thread), name)));
};

// Redraw only what changed, or a finger would miss the button it goes for.
const draw = (screen, anyway) => {
  const now = JSON.stringify([screen, phone.thread, phone.reply, phone.open]);
  if (now === phone.shown && !anyway) return;
  phone.shown = now;
  tellPresses(screen.presses);
  const log = $("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  const messages = screen.messages.filter((m) => !screen.forum || m.thread === phone.thread);
  log.replaceChildren(...messages.map((message) => drawMessage(message, screen)));
  if (!messages.length) log.append(make("p", "hint", screen.kind === "private" ? "Chưa có tin nào. Bấm Bắt đầu như khi mới mở bot." : "Chưa có tin nào."));
  $("doing").hidden = !screen.doing;
  $("doing").textContent = screen.doing === "typing" ? "Bot đang soạn tin…" : "Bot đang gửi tệp…";
  const replied = screen.messages.find((m) => m.id === phone.reply);
  $("replying").hidden = !replied;
  $("replying-to").textContent = replied ? `Trả lời: ${replied.text.slice(0, 40)}` : "";
  drawKeys(screen);
  drawTopics(screen);
  const toStart = screen.kind === "private" && (!screen.started || screen.blocked);
  $("start").hidden = !toStart;
  $("start").textContent = screen.blocked ? "Khởi động lại bot" : "Bắt đầu";
  $("foot").hidden = toStart || Boolean(screen.moved_to);
  $("slash-box").replaceChildren(...(screen.commands.length ? screen.commands : []).map((c) =>
    press("item", `/${c.command} – ${c.description}`, () => say(`/${c.command}`))));
  if (!screen.commands.length) $("slash-box").append(make("p", "hint", "Bot chưa đặt lệnh nào (setMyCommands)."));
  if (atEnd) log.scrollTop = log.scrollHeight;
};

const say = async (text) => {
  const sent = await act("writes", { ...here(), text, thread: phone.thread, reply_to: phone.reply });
  if (sent) {
    phone.reply = 0;
    $("log").scrollTop = $("log").scrollHeight;
  }
  await look();
  return sent;
};
