/* The journal, newest first, each entry to be opened. */
(function (here) {
  "use strict";

  var make = here.make;
  var seen = 0;

  var WAYS = { webhook: "giao tới webhook", polling: "chờ lấy", lost: "không ai nhận" };

  function told(entry) {
    if (entry.what === "call") return [entry.method, entry.fault, refused(entry) || "xong"].filter(Boolean).join(" · ");
    if (entry.what === "struck") return entry.method + " · " + entry.fault;
    if (entry.what === "event") return (entry.event.event_name || "") + " · " + WAYS[entry.way];
    if (entry.what === "delivery") {
      return (entry.try_ ? "lần " + (entry.try_ + 1) + " · " : "") + entry.answered + (entry.taken ? " · đã nhận" : " · chưa nhận");
    }
    if (entry.what === "shown") return (entry.text || here.KINDS[entry.kind] || "").slice(0, 80);
    if (entry.what === "unheard") return here.REASONS[entry.why] || entry.why;
    if (entry.what === "person" || entry.what === "group") return entry.name;
    return "";
  }

  function answerOf(entry) {
    if (typeof entry.answer !== "string") return entry.answer || {};
    try { return JSON.parse(entry.answer); } catch (error) { return {}; }
  }

  function refused(entry) {
    var answer = answerOf(entry);
    if (answer.ok === false) return answer.error_code + " " + answer.description;
    if (answer.error) return answer.error + " " + (answer.message || answer.error_name || "");
    return "";
  }

  function how(entry) {
    if (entry.what === "call") return refused(entry) && answerOf(entry).error_code !== 408 ? "bad" : "good";
    if (entry.what === "delivery" || entry.what === "probe") return entry.taken ? "good" : "bad";
    return entry.what === "struck" || entry.what === "webhook_off" || entry.way === "lost" ? "bad" : "";
  }

  function drawn(entry) {
    var time = make("time", "", here.moment(entry.at));
    var summary = make("summary", "", [time, make("strong", "", here.HAPPENED[entry.what] || entry.what), " " + told(entry)]);
    var more = make("pre", "", JSON.stringify(entry, null, 1));
    return make("li", "", [make("details", "entry " + how(entry), [summary, more])]);
  }

  here.journal = function (state) {
    var place = here.$("entries");
    if (state.version < seen) {
      here.empty(place);
      seen = 0;
    }
    state.journal.forEach(function (entry) {
      if (entry.number <= seen) return;
      seen = entry.number;
      place.insertBefore(drawn(entry), place.firstChild);
    });
    while (place.children.length > 200) place.removeChild(place.lastChild);
    here.$("no-journal").hidden = place.children.length > 0;
  };
})(window.emulator);
