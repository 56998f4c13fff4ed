/* What is seen: the messages in their order, one's own at once, the live choices, and how things stand. */
(function (chat) {
  "use strict";

  var PATIENT = 30000; // ms that three dots are believable
  var CUT = {
    net: "Mất mạng, đang nối lại. Cứ nhắn, có mạng sẽ gửi.",
    busy: "Đang đông người. Tin đã viết sẽ tự gửi lại."
  };

  var $ = chat.$;
  var view = chat.view;
  var steady = view.steady;
  var log = $("log");
  var field = $("text");
  var pending = {};     // one's own messages that have no number yet: id → {item, node, fate, last, tries}
  var last = null;      // the last numbered message
  var lastDay = "";
  var officer = false;
  var attended = null;  // {upto, at}: how far somebody of the staff has read
  var spoke = 0;        // the number of one's own last message
  var pressed = 0;      // the number of the message whose offer was used
  var patience = null;
  var line = new chat.Line({ messages: messages, cut: cut, opened: opened, anew: anew, person: person });
  var queue = new chat.Queue(line, { fate: fate });

  // ---- drawing ----

  function firstPending() {
    return log.querySelector(".pending");
  }

  /** The node of a message that has its number: below the numbered ones, above what is not sent yet. */
  function place(message) {
    var own = message.ref && pending[message.ref];
    if (message.mark === "anew") clear(); // it was erased in the talk: nothing of it stays in view
    var node = own ? own.node : chat.make("div");
    var day = chat.day(message.at, Date.now());
    if (own) {
      // The raw text must not outlive the house's: it may have held a secret.
      delete pending[message.ref];
    }
    if (message.ref) queue.settle(message.ref);
    view.fill(node, message);
    if (last && last.who === message.who && day === lastDay) node.className += " follows";
    // A node that already stands in its place is not moved: a screen reader would read it again.
    if (!own || node.nextElementSibling !== firstPending()) log.insertBefore(node, firstPending());
    if (day && day !== lastDay && (last || day !== "hôm nay")) log.insertBefore(chat.make("p", "day", day), node);
    lastDay = day || lastDay;
    last = message;
    if (message.who === "me") spoke = message.n;
    if (message.who !== "me") officer = message.who === "person" || attended !== null;
    return node;
  }

  function messages(fresh, progress) {
    var follow = view.nearEnd();
    var first = null;
    steady(function () {
      fresh.forEach(function (message) {
        var node = place(message);
        if (message.who === "me") first = null;
        else if (!first) first = node;
      });
      dropGhosts();
      if (progress !== undefined) view.stage(progress);
      standing();
    });
    // Coming back, one wants to see what is to be done; in the talk, and at the very first greeting (who is this?),
    // one reads from where the new begins.
    if (!fresh.length) return;
    if (!$("opening").hidden) view.scrollOn(fresh[0].n === 1 && fresh.length < 3 ? first : null);
    else if (follow) view.scrollOn(first);
  }

  /** A message sent twice may have its place far above: accepted, all heard, and not among it. */
  function dropGhosts() {
    Object.keys(pending).forEach(function (id) {
      var one = pending[id];
      if (one.fate !== "accepted" || one.tries < 2 || one.last > line.seen()) return;
      log.removeChild(one.node);
      delete pending[id];
    });
  }

  // ---- how things stand: choices, dots, an officer ----

  function underWay() {
    return Object.keys(pending).some(function (id) {
      return pending[id].fate !== "long" && pending[id].fate !== "refused";
    });
  }

  function standing() {
    var waits = !officer && (Object.keys(pending).some(function (id) {
      return pending[id].fate === "accepted" || (pending[id].fate === "sending" && pending[id].tries === 1);
    }) || (last && last.who === "me" && !underWay()));
    choices();
    if ($("officer").hidden === officer) {
      $("officer").hidden = !officer;
      view.room();
    }
    read();
    if (!waits) {
      clearTimeout(patience);
      patience = null;
      typing(false);
    } else if (patience === null) {
      typing(true);
      patience = setTimeout(function () { typing(false); }, PATIENT);
    }
  }

  /** Whether what one wrote last has been read, and when: a promise that can be checked. */
  function read() {
    var words = "";
    if (attended && spoke) words = spoke > attended.upto ? " · chưa đọc tin mới" : attended.at ? " · đã đọc lúc " + chat.time(attended.at) : "";
    if ($("read").textContent !== words) $("read").textContent = words;
  }

  function person(now) {
    if (now === null && attended === null) return;
    attended = now;
    officer = now !== null;
    steady(standing);
  }

  function typing(on) {
    if ($("typing").hidden === !on) return;
    $("typing").hidden = !on;
    $("spoken").textContent = on ? "đang trả lời" : "";
  }

  /** Only what was offered last can be pressed, and only until something was said. */
  function choices() {
    var box = $("choices");
    var offer = last && last.n !== pressed && !underWay() ? last.offer : null;
    var name = offer ? String(last.n) : "";
    if (box.getAttribute("data-n") === name) return;
    box.setAttribute("data-n", name);
    while (box.firstChild) box.removeChild(box.firstChild);
    box.hidden = !offer;
    if (!offer) return;
    offer.choices.forEach(function (choice) {
      var button = chat.make("button", "choice" + (offer.choices.length === 1 ? " only" : ""), choice[1]);
      button.type = "button";
      button.onclick = function (event) {
        // The second half of a double click may fall on the next question's choice.
        if (event.detail > 1 || pressed === Number(name)) return;
        pressed = Number(name);
        say({ press: { place: offer.place, exit: choice[0] }, shown: choice[1] });
      };
      box.appendChild(button);
    });
  }

  function cut(why) {
    var strip = $("cut");
    if (why) strip.lastChild.textContent = CUT[why];
    if (strip.hidden === !why) return;
    var follow = view.nearEnd();
    strip.hidden = !why;
    view.room();
    if (follow) view.scrollOn();
    if (!why) queue.flush();
  }

  // ---- saying ----

  function say(item) {
    item.id = chat.uuid();
    clearTimeout(patience);
    patience = null;
    steady(function () {
      draw(item);
      queue.add(item);
      standing();
    });
    view.scrollOn();
  }

  function draw(item) {
    var node = chat.make("div");
    view.fill(node, { who: "me", text: item.shown || item.text });
    node.className += " pending";
    log.appendChild(node);
    pending[item.id] = { item: item, node: node, fate: "", tries: 0 };
    fate(item.id, "waiting");
  }

  /** waiting · sending · unsent (again by itself, or by a tap) · accepted · long (back to the field) · refused (again by a tap). */
  function fate(id, now, upto) {
    var own = pending[id];
    if (!own || (own.fate === now && now !== "sending")) return;
    own.fate = now;
    if (now === "sending") own.tries += 1;
    if (now === "accepted") {
      own.last = upto;
      own.item = null;
    }
    var words = {
      waiting: "Chờ gửi",
      sending: "Đang gửi",
      unsent: "Chưa gửi được – chạm để gửi lại",
      refused: "Chưa gửi được – chạm để gửi lại",
      long: "Dài quá nên chưa gửi – chạm để sửa lại"
    }[now];
    var changed = false;
    steady(function () {
      var old = own.node.querySelector(".fate");
      // Trying again by itself must not take the button from under a finger.
      if (old && old.type === "button" && !own.tapped && (now === "sending" || old.textContent === words)) return;
      own.tapped = false;
      changed = true;
      if (old) own.node.removeChild(old);
      if (words) own.node.appendChild(fated(own, now, words));
      standing();
    });
    if (changed && words) view.scrollOn();
  }

  function fated(own, now, words) {
    var quiet = now === "waiting" || now === "sending";
    var element = chat.make(quiet ? "p" : "button", "fate", [chat.icon(quiet ? "clock" : "again"), chat.make("span", "", words)]);
    if (quiet) return element;
    element.type = "button";
    element.onclick = function () {
      own.tapped = true;
      if (own.fate === "long") {
        field.value = own.item.text;
        log.removeChild(own.node);
        delete pending[own.item.id];
        grow();
        field.focus();
        standing();
      } else if (own.fate === "refused") {
        log.appendChild(own.node); // it goes to the end of the row, and is drawn there
        queue.add(own.item);
      } else {
        queue.retry();
      }
    };
    return element;
  }

  function grow() {
    field.rows = 1;
    while (field.rows < 4 && field.scrollHeight > field.clientHeight) field.rows += 1;
  }

  function submit(event) {
    var text = field.value.normalize("NFC").trim();
    event.preventDefault();
    field.value = "";
    grow();
    field.focus();
    if (text) say({ text: text });
  }

  /** Nothing is shown, and nothing remembered of what was; what is not sent yet is drawn again. */
  function clear() {
    pending = {};
    last = null;
    lastDay = "";
    pressed = 0;
    officer = false;
    attended = null;
    spoke = 0;
    while (log.firstChild) log.removeChild(log.firstChild);
    queue.items().forEach(draw);
  }

  function anew() {
    steady(function () {
      log.setAttribute("aria-live", "off");
      clear();
      view.stage(null);
      standing();
    });
  }

  // ---- begin ----

  function opened() {
    $("opening").hidden = true;
    queue.flush();
    // From here on new messages are read aloud; what was there before is not.
    setTimeout(function () { log.setAttribute("aria-live", "polite"); }, 500);
  }

  $("options").hidden = $("footer").hidden = false;
  chat.options({
    forget: line.forget,
    forgotten: function () {
      queue.clear();
      field.value = "";
      grow();
      anew();
      line.open();
    },
    forgottenElsewhere: function () {
      queue.clear();
      location.reload();
    }
  });
  queue.items().forEach(draw);

  $("write").addEventListener("submit", submit);
  field.addEventListener("input", grow);
  field.addEventListener("keydown", function (event) {
    // While a Vietnamese keyboard is still composing, Enter belongs to it.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
  });
  Array.prototype.forEach.call(document.querySelectorAll("[data-say]"), function (button) {
    button.addEventListener("click", function (event) {
      if (event.detail < 2) say({ text: button.getAttribute("data-say") });
    });
  });
  window.addEventListener("online", function () { line.wake(); queue.retry(); });
  window.addEventListener("offline", function () { cut("net"); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) line.wake(); });
  window.addEventListener("pageshow", function (event) { if (event.persisted) line.wake(); });
  line.open();
})(window.donghanh);
