/* The citizen's phone: whose it is, which conversation is open, what it shows and what is sent from it. */
(function (here) {
  "use strict";

  var $ = here.$, make = here.make;
  var state = null, person = "", chat = "", reply = "";
  var newPerson = "", newChat = ""; // just made: held as soon as the state, which comes another way, knows of them

  here.fate = function (words, lost) {
    $("fate").textContent = words;
    $("fate").className = "fate" + (lost ? " lost" : "");
  };

  function told(answer) {
    var why = answer.why ? ": " + (here.REASONS[answer.why] || answer.why) + "." : "";
    here.fate((here.WAYS[answer.way] || "") + why, answer.way === "lost" || answer.way === "unheard");
    return answer;
  }

  function open() { return state.chats.find(function (one) { return one.id === chat; }); }

  function nameOf(id) {
    var found = state.people.find(function (one) { return one.id === id; });
    return found ? found.name : "";
  }

  function act(what, more) {
    return here.tell(what, Object.assign({ from: person }, more)).then(told, function () { return null; });
  }

  function say(kind, text) {
    var more = { chat: chat, kind: kind, text: text };
    if (reply) more.reply_to = reply;
    if ($("mention").checked && !$("mention-line").hidden) more.mention = true;
    reply = "";
    drawReply();
    return act("say", more);
  }

  // ---- drawing ----

  function drawReply() {
    var line = reply && open().lines.find(function (one) { return one.message_id === reply; });
    $("reply").hidden = !line;
    if (line) $("reply-words").textContent = "Trả lời: " + (line.text || here.KINDS[line.kind] || "").slice(0, 60);
  }

  function pressable(line, title) {
    return here.button("small press", title, function () { act("tap", { message_id: line.message_id, title: title }); });
  }

  function inside(line) {
    var parts = [];
    var quoted = line.quote || line.reply_to;
    var answered = quoted && open().lines.find(function (one) { return one.message_id === quoted; });
    if (answered) parts.push(make("span", "quote", answered.text || here.KINDS[answered.kind] || ""));
    var kind = here.KINDS[line.kind];
    if (kind) parts.push(make("span", "kind", kind + (line.title ? " · " + line.title : "") + (line.file ? " · " + line.file : "")));
    if (line.black) parts.push(make("span", "black", "Ảnh không mở được (ô đen)"));
    else if (line.picture) {
      var picture = make("img");
      picture.src = line.picture;
      picture.alt = "Ảnh trong tin nhắn";
      parts.push(picture);
    } else if (line.url && line.who === "house") parts.push(make("span", "kind", line.url));
    if (line.text) parts.push(make("span", "", line.text));
    if (line.subtitle) parts.push(make("span", "kind", line.subtitle));
    (line.elements || []).forEach(function (element) {
      parts.push(make("div", "element", [
        element.default_action ? pressable(line, element.title) : make("strong", "", element.title),
        element.subtitle ? make("span", "kind", element.subtitle) : null
      ]));
    });
    (line.buttons || []).forEach(function (button) { parts.push(pressable(line, button.title)); });
    if (line.kind === "request_user_info") {
      parts.push(here.button("small press", "Điền thông tin bịa ra", function () { act("submit", {}); }));
    }
    return parts;
  }

  function drawn(line) {
    var mine = line.who === person;
    var who = line.who === "house" ? state.account : mine ? "Tôi" : nameOf(line.who);
    var under = [make("span", "", who + " · " + here.moment(new Date(line.at).toISOString()).slice(0, 5))];
    if (line.mention) under.push(make("span", "", "có nhắc tên"));
    if (line.reaction) under.push(make("span", "", "được thả " + line.reaction));
    if (line.who === "house" && open().group) {
      under.push(here.button("quiet", "Trả lời", function () { reply = line.message_id; drawReply(); $("text").focus(); }));
    }
    return make("div", "line" + (mine ? " mine" : ""), [make("div", "bubble", inside(line)), make("div", "under", under)]);
  }

  function drawLog() {
    var shown = open();
    if (!here.changed("log", [person, chat, shown])) return;
    var log = here.empty($("log"));
    shown.lines.forEach(function (line) { log.appendChild(drawn(line)); });
    if (!shown.lines.length) log.appendChild(make("p", "soft", "Chưa có tin nào. Hãy nhắn một câu."));
    if (shown.typing) log.appendChild(make("p", "typing", state.account + " đang soạn tin…"));
    log.scrollTop = log.scrollHeight;
  }

  function drawChats() {
    var mine = state.chats.filter(function (one) { return one.members.indexOf(person) >= 0; });
    if (!mine.some(function (one) { return one.id === chat; })) chat = person;
    $("mention-line").hidden = here.isOa || !open().group;
    if (!here.changed("chats", [person, chat, mine.map(function (one) { return [one.id, one.name]; })])) return;
    var place = here.empty($("chats"));
    mine.forEach(function (one) {
      var node = here.button("small", one.group ? "Nhóm " + one.name : state.account, function () { chat = one.id; reply = ""; here.phone(state); });
      node.setAttribute("aria-pressed", String(one.id === chat));
      place.appendChild(node);
    });
  }

  function drawActs() {
    if (!here.changed("acts", [person, chat])) return;
    var place = here.empty($("acts"));
    here.SENDS.forEach(function (kind) {
      place.appendChild(here.button("small", here.KINDS[kind], function () {
        var words = $("text").value.trim();
        if (kind === "link" && !words) words = "https://example.com/";
        $("text").value = "";
        say(kind, words);
      }));
    });
    if (!here.isOa) return;
    [["Quan tâm", "follow", { on: true }], ["Bỏ quan tâm", "follow", { on: false }], ["Đã xem", "see", {}],
      ["Bấm nhắn tin", "chat_now", {}]].forEach(function (one) {
      place.appendChild(here.button("small", one[0], function () { act(one[1], one[2]); }));
    });
    [["Chặn OA", { blocked: true }, "Bà con này đã chặn OA."], ["Bỏ chặn", { blocked: false }, "Đã bỏ chặn."],
      ["Tắt máy", { away: true }, "Máy đã tắt."], ["Bật máy", { away: false }, "Máy đã bật."]].forEach(function (one) {
      place.appendChild(here.button("small", one[0], function () {
        act("become", one[1]).then(function () { here.fate(one[2]); });
      }));
    });
  }

  here.phone = function (now) {
    state = now;
    if (nameOf(newPerson)) {
      person = chat = newPerson;
      newPerson = "";
    }
    if (state.chats.some(function (one) { return one.id === newChat; })) {
      chat = newChat;
      newChat = "";
    }
    var some = state.people.length > 0;
    $("device").hidden = !some;
    $("nobody").hidden = some;
    $("add-group").hidden = !some;
    $("holder").hidden = !some;
    $("add-person").className = some ? "quiet" : "choice only";
    if (!some) return;
    if (!nameOf(person)) person = state.people[0].id;
    if (here.changed("people", [person, state.people])) {
      var select = here.empty($("person"));
      state.people.forEach(function (one) {
        var option = make("option", "", one.name + (one.phone ? " · " + one.phone : ""));
        option.value = one.id;
        option.selected = one.id === person;
        select.appendChild(option);
      });
    }
    drawChats();
    drawActs();
    drawLog();
  };

  // ---- what is pressed ----

  function toggles(button, form) {
    $(button).addEventListener("click", function () {
      $(form).hidden = !$(form).hidden;
      $(button).setAttribute("aria-expanded", String(!$(form).hidden));
      if (!$(form).hidden) $(form).querySelector("input").focus();
    });
  }

  toggles("add-person", "new-person");
  toggles("add-group", "new-group");
  $("person-special-words").textContent = here.isOa
    ? "Là quản trị viên của ứng dụng (nhận được tin thử)"
    : "Được bảo vệ (trẻ em): bot không thấy nội dung";

  $("new-person").addEventListener("submit", function (event) {
    event.preventDefault();
    var special = $("person-special").checked;
    here.tell("people", { name: $("person-name").value.trim() || "Người dân Thử", protected: special, admin: special }).then(function (met) {
      newPerson = met.id;
      here.phone(state);
      $("new-person").hidden = true;
      $("add-person").setAttribute("aria-expanded", "false");
    });
  });

  $("new-group").addEventListener("submit", function (event) {
    event.preventDefault();
    var members = state.people.filter(function (one) { return !one.anonymous; }).map(function (one) { return one.id; });
    here.tell("groups", { name: $("group-name").value.trim() || "Nhóm Thử", members: members }).then(function (made) {
      newChat = made.id;
      here.phone(state);
      $("new-group").hidden = true;
      $("add-group").setAttribute("aria-expanded", "false");
    });
  });

  $("person").addEventListener("change", function () { person = chat = $("person").value; reply = ""; here.fate(""); here.phone(state); });
  $("reply-off").addEventListener("click", function () { reply = ""; drawReply(); });

  function send(event) {
    if (event) event.preventDefault();
    var words = $("text").value.trim();
    if (!words) return;
    $("text").value = "";
    say("text", words);
  }

  $("say").addEventListener("submit", send);
  $("text").addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  });
})(window.emulator);
