/* The knobs: connection, clock, faults, switches, and the rules to read. */
(function (here) {
  "use strict";

  var $ = here.$, make = here.make;

  var LABELS = {
    token: "Token", webhook: "Webhook", waiting: "Sự kiện đang chờ lấy", app_id: "Mã ứng dụng", app_secret: "Khoá ứng dụng (secret_key)",
    oa_id: "Mã OA", oa_secret: "Khoá OA (chữ ký webhook)", callback: "Địa chỉ nhận mã (callback)", webhook_on: "Webhook"
  };
  var GIVEN = { webhook: "url", callback: "url" };
  var shown = null, shownConsole = {};

  function value(name, given) {
    if (name === "webhook_on" && !shownConsole.webhook) return "chưa có";
    if (name === "webhook_on") return given ? "đang bật" : "đã bị tắt vì không trả lời; lưu lại địa chỉ để bật";
    return given === "" ? "chưa có" : String(given);
  }

  function drawConsole(values) {
    if (!here.changed("console", values)) return;
    shownConsole = values;
    var place = here.empty($("console"));
    var list = make("dl");
    list.appendChild(make("dt", "", "Địa chỉ để khai trong kênh"));
    list.appendChild(make("dd", "", window.location.origin));
    Object.keys(values).forEach(function (name) {
      if (here.isOa && GIVEN[name]) return;
      list.appendChild(make("dt", "", LABELS[name] || name));
      list.appendChild(make("dd", "", value(name, values[name])));
    });
    place.appendChild(list);
    if (here.isOa) drawOffice(place, values);
  }

  function drawOffice(place, values) {
    var form = make("form", "fields");
    Object.keys(GIVEN).forEach(function (name) {
      var label = make("label", "", name === "webhook" ? "Webhook, như ở trang của Zalo" : LABELS[name]);
      var field = make("input");
      label.htmlFor = field.id = "console-" + name;
      field.value = values[name];
      field.autocomplete = "off";
      form.appendChild(label);
      form.appendChild(field);
    });
    var save = make("button", "choice", "Lưu kết nối");
    save.type = "submit";
    form.appendChild(save);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      here.tell("console", { webhook: $("console-webhook").value.trim(), callback: $("console-callback").value.trim() })
        .then(function () { here.fate("Đã lưu kết nối."); }, function () { return null; });
    });
    place.appendChild(form);
    var pair = make("dl");
    place.appendChild(here.button("quiet", "Cấp ngay một cặp khoá, khỏi qua trang xin phép", function () {
      here.tell("grant", {}).then(function (tokens) {
        here.empty(pair);
        [["access_token", tokens.access_token], ["refresh_token", tokens.refresh_token]].forEach(function (one) {
          pair.appendChild(make("dt", "", one[0]));
          pair.appendChild(make("dd", "", one[1]));
        });
      });
    }));
    place.appendChild(pair);
  }

  function drawFaults(state) {
    if (here.changed("kinds", state.fault_kinds)) {
      state.fault_kinds.forEach(function (one) {
        if (here.isOa && one[0] === "idle") return;
        var option = make("option", "", one[1]);
        option.value = one[0];
        $("fault-kind").appendChild(option);
      });
    }
    if (!here.changed("turned", state.faults)) return;
    var words = {};
    state.fault_kinds.forEach(function (one) { words[one[0]] = one[1]; });
    var place = here.empty($("turned"));
    state.faults.forEach(function (fault) {
      var often = fault.until ? "đến khi hết giờ" : fault.times ? "còn " + (fault.times - fault.struck) + " lần" : "mãi";
      place.appendChild(make("li", "", [
        make("span", "", words[fault.kind] + " · " + fault.where + " · " + often),
        here.button("quiet", "Bỏ", function () { here.tell("faults", { clear: fault.number }); })
      ]));
    });
  }

  function drawSwitches(switches) {
    if (!here.changed("switches", switches)) return;
    var place = here.empty($("switches"));
    switches.forEach(function (one) {
      var label = make("label", "", one.words);
      var field = make(one.options.length ? "select" : "input");
      label.htmlFor = field.id = "switch-" + one.name;
      if (one.options.length) {
        one.options.forEach(function (option) {
          var node = make("option", "", option[1]);
          node.value = option[0];
          node.selected = option[0] === one.value;
          field.appendChild(node);
        });
      } else {
        field.type = "number";
        field.min = one.least;
        field.max = one.most;
        field.value = one.value;
      }
      field.addEventListener("change", function () {
        var change = {};
        change[one.name] = field.value;
        here.tell("switches", change).catch(function () { field.value = one.value; });
      });
      place.appendChild(label);
      place.appendChild(field);
    });
  }

  here.knobs = function (state) {
    shown = state.clock;
    drawConsole(state.console);
    drawFaults(state);
    drawSwitches(state.switches);
    $("stand").textContent = state.clock.stands ? "Cho đồng hồ chạy" : "Dừng đồng hồ";
    tick(Date.now());
    received = Date.now();
  };

  var received = 0;
  function tick(at) {
    if (!shown) return;
    var passed = shown.stands || !received ? 0 : at - received;
    $("now").textContent = here.moment(new Date(new Date(shown.now).getTime() + passed).toISOString(), true);
  }
  setInterval(function () { tick(Date.now()); }, 1000);

  $("clock").addEventListener("click", function (event) {
    var seconds = event.target.dataset.forward;
    if (seconds) here.tell("clock", { forward: Number(seconds) });
  });
  $("stand").addEventListener("click", function () { here.tell("clock", { stand: !shown.stands }); });

  $("fault").addEventListener("submit", function (event) {
    event.preventDefault();
    here.tell("faults", {
      kind: $("fault-kind").value, where: $("fault-where").value.trim() || "*",
      times: Number($("fault-times").value) || 0, seconds: Number($("fault-seconds").value) || 0
    });
  });

  $("rules-card").addEventListener("toggle", function () {
    if ($("rules").firstChild) return;
    fetch("/emulator/rules").then(function (answer) { return answer.json(); }).then(function (rules) {
      rules.forEach(function (rule) {
        $("rules").appendChild(make("tr", "", [
          make("td", "", rule.says), make("td", "", rule.source), make("td", "", rule.certainty)
        ]));
      });
    });
  });
})(window.emulator);
