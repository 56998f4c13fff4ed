// The people, their chats, the groups and the bots; and what can be done with them.
const world = { state: null, seen: new Map() };

const personNamed = (id) => world.state.people.find((p) => p.id === id);
const botOf = (chat) => world.state.bots.find((b) => b.id === (chat.bot || Number(Object.keys(chat.members).find((m) => world.state.bots.some((one) => one.id === Number(m))))));

// A phone for each person and bot, and each person's place in each group.
const places = () => {
  const { people, bots, chats } = world.state;
  const own = people.flatMap((p) => bots.map((b) => ({ who: p.id, chat: `${p.id}:${b.id}`, name: p.name, about: bots.length > 1 ? `riêng với ${b.name} @${b.username}` : "riêng với bot" })));
  const groups = chats.filter((c) => c.kind !== "private" && !c.moved_to).flatMap((c) => people.filter((p) => ["creator", "administrator", "member"].includes(c.members[p.id])).map((p) => ({ who: p.id, chat: c.key, name: p.name, about: `trong ${WORDS.kinds[c.kind]} ${c.title}` })));
  return [...own, ...groups];
};

const choosePlace = (place, show = true) => {
  Object.assign(phone, { who: place.who, chat: place.chat, thread: 0, reply: 0, open: 0, shown: "", entered: true });
  $("title").textContent = place.name;
  $("sub").textContent = place.about;
  $("about").hidden = false;
  closeDrawers();
  if (show) view("phone");
  drawPeople();
  look().then(() => { $("log").scrollTop = $("log").scrollHeight; });
};

const drawPeople = () => {
  const all = places();
  $("empty").hidden = all.length > 0;
  $("chats").replaceChildren(...all.map((place) => {
    const item = press("item", make("span", "", place.name, make("small", "", place.about)), () => choosePlace(place));
    if (place.who === phone.who && place.chat === phone.chat) item.setAttribute("aria-current", "true");
    return item;
  }));
  $("add-group").elements.who.replaceChildren(...world.state.people.map((p) => new Option(p.name, p.id)));
  $("bots").replaceChildren(...world.state.bots.map(drawBot));
};

const drawBot = (bot) => {
  const hears = bot.webhook ? `nghe qua webhook ${bot.webhook}` : bot.polls ? "đang hỏi getUpdates" : "chưa nghe (chưa có webhook, chưa hỏi)";
  const box = make("div", bot.error ? "card bad" : "card", `${bot.name} @${bot.username}`,
    make("small", "", hears), make("small", "", `${bot.pending} cập nhật đang chờ`), bot.error ? make("small", "", `Lỗi gần nhất: ${bot.error}`) : null);
  const wide = make("input");
  Object.assign(wide, { type: "checkbox", checked: bot.can_read_all_group_messages });
  wide.addEventListener("change", async () => { await act("settings", { bot: bot.id, reads_all: wide.checked }); refresh(); });
  box.append(make("label", "check", wide, "Đọc mọi tin trong nhóm (tắt chế độ riêng tư)"));
  return box;
};

// What the button "Việc khác" offers for the chat that is open.
const drawAbout = () => {
  const chat = world.state.chats.find((c) => c.key === phone.chat);
  const row = make("div", "row");
  const does = (words, work) => row.append(press("choice", words, async () => { await work(); closeDrawers(); await refresh(); }));
  const bot = chat && botOf(chat);
  if (!chat || chat.kind === "private") {
    const id = Number(phone.chat.split(":")[1]);
    does("Mở bằng liên kết t.me…", async () => {
      const payload = window.prompt("Phần sau ?start= trong liên kết (chữ không dấu, số, _ và -, nhiều nhất 64)", "");
      if (payload !== null) await act("starts", { who: phone.who, bot: id, payload });
    });
    does("Chặn bot", () => act("blocks", { who: phone.who, bot: id }));
    $("about-box").replaceChildren(row);
    return;
  }
  world.state.bots.forEach((one) => {
    const rank = chat.members[one.id];
    const inside = rank && !["left", "kicked"].includes(rank);
    const to = { ...here(), whom: one.id };
    if (!inside) does(`Thêm ${one.name}`, () => act("adds", to));
    else {
      does(`Đưa ${one.name} ra`, () => act("removes", to));
      does(rank === "administrator" ? `Thôi cho ${one.name} quản trị` : `Cho ${one.name} quản trị`, () => act("ranks", { ...to, administrator: rank !== "administrator" }));
    }
  });
  world.state.people.filter((p) => !["creator", "administrator", "member"].includes(chat.members[p.id])).forEach((p) => does(`Thêm ${p.name}`, () => act("adds", { ...here(), whom: p.id })));
  if (chat.kind === "group") does("Nâng thành siêu nhóm", async () => {
    const key = await act("upgrades", here());
    if (key) Object.assign(phone, { chat: key, shown: "" });
  });
  if (chat.forum) does("Mở chủ đề mới", async () => {
    const name = window.prompt("Tên chủ đề", "Định danh điện tử");
    if (name) phone.thread = (await act("opens_topic", { ...here(), name })) || phone.thread;
  });
  const members = Object.entries(chat.members).map(([id, rank]) => `${(personNamed(Number(id)) || world.state.bots.find((b) => b.id === Number(id)) || {}).name} (${WORDS.ranks[rank]})`);
  $("about-box").replaceChildren(make("p", "hint", `${members.join(", ")}. ${bot ? "" : "Chưa có bot."}`), row);
};

const drawAttach = () => {
  const row = make("div", "row");
  const does = (words, work) => row.append(press("choice", words, async () => { await work(); closeDrawers(); look(); }));
  does("Số của tôi", () => act("contact", here()));
  const others = world.state.people.filter((p) => p.id !== phone.who);
  if (others.length) does(`Số của ${others[0].name}`, () => act("contact", { ...here(), of: others[0].id }));
  does("Số của người ngoài", () => act("contact", { ...here(), phone: "84900000999", name: "Người quen" }));
  Object.entries(WORDS.things).forEach(([kind, words]) => does(words, () => act("sends", { ...here(), kind, thread: phone.thread })));
  does("Chuyển tiếp tin của người khác", async () => {
    const text = window.prompt("Tin được chuyển tiếp", "Tài khoản định danh điện tử của bạn đã được phê duyệt.");
    if (text) await act("forwards", { ...here(), text, hidden: "Người gửi ẩn" });
  });
  $("attach-box").replaceChildren(row);
};
