// Faults, time, pace, and the journal.
const drawWeather = () => {
  const { faults, clock, pace } = world.state;
  $("faults").replaceChildren(...faults.map((fault) => {
    const often = fault.every > 1 ? `cứ ${fault.every} lần một lần` : "lần nào cũng vậy";
    const left = fault.times ? `, ${fault.times} lần` : "";
    return make("div", "card bad", WORDS.faults[fault.kind], make("small", "", `${often}${left} · đã xảy ra ${fault.struck} lần`),
      press("quiet", "Tắt", async () => { await act("no_fault", { number: fault.number }); refresh(); }));
  }));
  const speed = clock.factor === 1 ? "" : ` · nhanh gấp ${clock.factor}`;
  $("time").textContent = new Date(clock.time * 1000).toLocaleString("vi-VN", { weekday: "long", day: "numeric", month: "numeric", hour: "2-digit", minute: "2-digit" }) + speed;
  $("pace").checked = pace.on;
};

const callWords = (given) => Object.entries(given).map(([name, value]) => `${name}: ${String(value).slice(0, 120)}`).join(" · ");

const entryWords = (entry) => {
  if (entry.what === "call") return `${entry.method} ${callWords(entry.parameters)}`;
  if (entry.what === "refused") return `${entry.method}: ${entry.answer.error_code} ${entry.answer.description}`;
  if (entry.what === "update") return Object.keys(entry.update).filter((name) => name !== "update_id").join("") + ` ${entry.update.update_id}`;
  if (entry.what === "delivery") return `cập nhật ${entry.update}, lần ${entry.attempt}`;
  if (entry.what === "delivered") return `cập nhật ${entry.update}: ${entry.status || entry.reason}`;
  if (entry.what === "phone") return `tin ${entry.message} trong ${entry.chat}`;
  if (entry.what === "fault") return WORDS.faults[entry.kind] || entry.kind;
  if (entry.what === "act") return WORDS.acts[entry.do] || entry.do;
  if (entry.what === "knob") return entry.fault ? `bật: ${WORDS.faults[entry.fault.kind]}` : "tắt";
  return entry.method || "";
};

const BAD = ["refused", "fault", "dropped"];

const addEntries = (entries) => {
  // A bot that polls asks every few seconds; that would bury the rest.
  entries.filter((entry) => String(entry.method).toLowerCase() !== "getupdates" || BAD.includes(entry.what)).forEach((entry) => {
    const bad = BAD.includes(entry.what) || (entry.what === "delivered" && !(entry.status >= 200 && entry.status < 300));
    const line = make("li", "", make("time", "", new Date(entry.at * 1000).toLocaleTimeString("vi-VN")),
      make("span", bad ? "bad" : "", `${WORDS.journal[entry.what] || entry.what} `), entryWords(entry).slice(0, 300));
    $("entries").prepend(line);
  });
  while ($("entries").children.length > 200) $("entries").lastChild.remove();
};
