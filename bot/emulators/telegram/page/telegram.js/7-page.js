// Putting it together: what is open, and looking again when something happened.
const view = (name) => {
  $("board").dataset.view = name;
  document.querySelectorAll(".tab").forEach((tab) => {
    if (tab.dataset.view === name) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  });
};

const DRAWERS = [["about", drawAbout], ["attach", drawAttach], ["slash", () => {}]];

const closeDrawers = () => DRAWERS.forEach(([name]) => {
  $(`${name}-box`).hidden = true;
  $(name).setAttribute("aria-expanded", "false");
});

const look = async () => {
  if (!phone.who) return;
  const place = phone.chat;
  const screen = await act("screen", here());
  if (screen && place === phone.chat) draw(screen, false);
};

const refresh = async () => {
  const state = await act("state");
  if (!state) return;
  world.state = state;
  drawPeople();
  drawWeather();
  if (!phone.who && places().length) choosePlace(places()[0], false);
  await look();
};

const listen = async () => {
  let last = 0;
  for (;;) {
    try {
      const told = await heard(last);
      last = told.last;
      addEntries(told.entries);
      await refresh();
    } catch {
      toast("Máy mô phỏng không trả lời. Đang thử lại.");
      await new Promise((done) => { setTimeout(done, 2000); });
    }
  }
};

const values = (form) => Object.fromEntries(new FormData(form));

document.querySelectorAll(".tab").forEach((tab) => tab.addEventListener("click", () => view(tab.dataset.view)));
DRAWERS.forEach(([name, fill]) => $(name).addEventListener("click", () => {
  const open = $(`${name}-box`).hidden;
  closeDrawers();
  fill();
  $(`${name}-box`).hidden = !open;
  $(name).setAttribute("aria-expanded", String(open));
}));

$("write").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value;
  if (text.trim() && (await say(text))) $("text").value = "";
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("write").requestSubmit();
  }
});
$("not-replying").addEventListener("click", () => { phone.reply = 0; look(); });
$("start").addEventListener("click", async () => {
  await act("starts", { who: phone.who, bot: Number(phone.chat.split(":")[1]) });
  refresh();
});

$("add-person").addEventListener("submit", async (event) => {
  event.preventDefault();
  const person = await act("person", values(event.target));
  if (!person) return;
  $("add-person-box").open = false;
  await refresh();
  choosePlace(places().find((place) => place.who === person.id));
});
$("add-group").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { title, who, kind } = values(event.target);
  if (!who) return void toast("Thêm một người dân trước, rồi người đó lập nhóm.");
  const key = await act("founds", { who: Number(who), title, supergroup: kind !== "group", forum: kind === "forum" });
  if (!key) return;
  const bot = world.state.bots[0];
  if (bot) await act("adds", { who: Number(who), chat: key, whom: bot.id });
  await refresh();
  choosePlace(places().find((place) => place.chat === key));
});

Object.entries(WORDS.faults).forEach(([kind, words]) => $("fault-kinds").append(new Option(words, kind)));
$("add-fault").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { kind, every, times, seconds } = values(event.target);
  await act("fault", { kind, every: Number(every), times: Number(times), seconds: Number(seconds) });
  refresh();
});
document.querySelectorAll("[data-pass]").forEach((button) => button.addEventListener("click", async () => {
  await post("/control/clock", { jump: Number(button.dataset.pass) });
  refresh();
}));
$("pace").addEventListener("change", async () => { await act("settings", { on: $("pace").checked }); refresh(); });

view("phone");
refresh().then(() => {
  if (!phone.who) view("people");
  return listen();
});
