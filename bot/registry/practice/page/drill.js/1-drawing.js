/* From a screen's description to what is drawn: real labels where one presses, grey where nothing is to be done. */
(function (practice) {
  "use strict";

  var make = practice.make;
  var HINTS = {
    digits: { inputMode: "numeric", maxLength: 20 },
    code: { inputMode: "numeric", maxLength: 10 },
    passcode: { inputMode: "numeric", maxLength: 8 },
    mail: { inputMode: "email", maxLength: 60 },
    day: { maxLength: 12, placeholder: "ngày/tháng/năm" },
    password: { maxLength: 40 },
    text: { maxLength: 80 }
  };

  function grey(className, count) {
    var all = [];
    for (var i = 0; i < count; i += 1) all.push(make("i", "grey"));
    var box = make("div", className, all);
    box.setAttribute("aria-hidden", "true");
    return box;
  }

  function spoken(element) {
    return element.label || element.ours || "";
  }

  /** A button of the phone. What no document words is worded by us, and drawn thinner. */
  function button(element, className, words, type) {
    var made = make("button", className + (element.label ? "" : " ours"), words || spoken(element));
    made.type = type || "button";
    made.setAttribute("data-press", element.name);
    return made;
  }

  function labelled(element, input) {
    var words = spoken(element) + (element.optional ? " (không bắt buộc)" : "");
    input.id = "field-" + element.name;
    input.name = element.name;
    var label = make("label", "", words);
    label.htmlFor = input.id;
    return make("div", "field", [label, input]);
  }

  function field(element, told) {
    var input = make("input");
    var hints = HINTS[element.holds || "text"];
    input.type = "text";
    input.autocomplete = "off";
    input.spellcheck = false;
    input.setAttribute("autocapitalize", element.holds ? "none" : "words");
    input.maxLength = hints.maxLength;
    if (hints.placeholder) input.placeholder = hints.placeholder;
    if (hints.inputMode) input.setAttribute("inputmode", hints.inputMode);
    if (element.holds === "passcode") input.className = "boxes";
    input.value = told.values[element.name] || "";
    return labelled(element, input);
  }

  function choice(element, told) {
    var select = make("select");
    var first = make("option", "", "Chọn một câu hỏi");
    first.value = "";
    select.appendChild(first);
    told.questions.forEach(function (question) {
      var option = make("option", "", question.says);
      option.value = question.question;
      select.appendChild(option);
    });
    select.value = told.values[element.name] || "";
    return labelled(element, select);
  }

  function checkboxes(element) {
    var set = make("fieldset", "which", make("legend", "", spoken(element)));
    element.options.forEach(function (option) {
      var box = make("input");
      box.type = "checkbox";
      box.name = option.name;
      set.appendChild(make("label", "", [box, " " + spoken(option)]));
    });
    return set;
  }

  function rows(element, told) {
    if (!told.rows) return grey("rows", element.lines || 1);
    var list = make("dl", "rows");
    told.rows.forEach(function (row) {
      list.appendChild(make("dt", "", row[0]));
      list.appendChild(make("dd", "", row[1]));
    });
    return list;
  }

  function icons(element) {
    var box = grey("icons", (element.lines || 1) * 4 - element.options.length);
    var named = element.options.map(function (option) {
      var icon = make("span", "app-icon " + (element.shape || ""));
      icon.setAttribute("aria-hidden", "true");
      return button(option, "icon-press", [icon, spoken(option)]);
    });
    return make("div", "desktop", [box].concat(named));
  }

  function tabs(element) {
    return make("div", "tab-row", element.options.map(function (option) {
      return option.name ? button(option, "tab-press") : grey("tab-grey", 1);
    }));
  }

  /** Where something is held before the phone. A face needs no holding: no picture is ever taken. */
  function held(element) {
    var drawing = make("div", element.kind + " " + (element.shape || ""));
    drawing.setAttribute("aria-hidden", "true");
    if (element.shape === "face") return make("div", "held", [drawing, make("p", "ours-words", element.ours)]);
    var words = element.kind === "nfc" ? "Áp thẻ tập vào máy" : "Đưa thẻ tập vào khung";
    return make("div", "held", [drawing, make("p", "ours-words", element.ours), button(element, "press main", words)]);
  }

  function notice(element, told) {
    var words = told.says || spoken(element);
    told.said = true;
    return make("p", "notice " + (element.tone || ""), words);
  }

  function search(element, told) {
    var looking = field({ name: element.name, ours: "Tìm ứng dụng (gõ " + element.label + ")" }, told);
    return make("div", "looking", [looking, button({ name: "search", ours: "Tìm" }, "plain")]);
  }

  var DRAWN = {
    block: function (element) { return grey("block", element.lines || 1); },
    words: function (element) { return make("p", "words", spoken(element)); },
    notice: notice,
    field: field,
    choice: choice,
    checkboxes: checkboxes,
    "switch": function (element) { return button(element, "press item"); },
    button: function (element, told) {
      told.buttons += 1;
      return button(element, "press main", "", told.buttons === 1 ? "submit" : "button");
    },
    link: function (element) { return button(element, "press link"); },
    item: function (element) { return element.name ? button(element, "press item") : grey("item-grey", 1); },
    icons: icons,
    tabs: tabs,
    rows: rows,
    camera: held,
    nfc: held,
    video: function (element) { return make("div", "video", make("p", "ours-words", element.ours)); },
    search: search,
    address: function (element) { return make("p", "address", spoken(element)); },
    app: function (element) {
      var icon = make("span", "app-icon person");
      icon.setAttribute("aria-hidden", "true");
      return make("p", "app", [icon, make("b", "", spoken(element))]);
    },
    sender: function (element) { return make("p", "words", spoken(element)); },
    sms: function (element) { return make("p", "sms", spoken(element)); }
  };

  /**
   * Draw a screen into a form. `told`: {says, rows, values, questions}. Returns whether a notice of the screen already says
   * what the registry said.
   */
  practice.draw = function (screen, into, told) {
    told.buttons = 0;
    told.said = false;
    practice.empty(into);
    screen.elements.forEach(function (element) {
      if (DRAWN[element.kind]) into.appendChild(DRAWN[element.kind](element, told));
    });
    return told.said;
  };

  /** What stands in the fields of a form. Blanks at the ends are no part of it. */
  practice.fields = function (form) {
    var found = {};
    Array.prototype.forEach.call(form.querySelectorAll("input, select"), function (input) {
      found[input.name] = input.type === "checkbox" ? input.checked : input.value.trim();
    });
    return found;
  };

  /** Numbers of the population only; any other is taken out of the field and goes nowhere. */
  practice.onlyInvented = function (form) {
    var foreign = false;
    [["number", /^000\d{9}$/], ["phone", /^0300\d{6}$/]].forEach(function (rule) {
      var input = form.querySelector("input[name=" + rule[0] + "]");
      if (!input) return;
      var plain = input.value.replace(/[\s.-]/g, "");
      if (!plain || rule[1].test(plain)) {
        input.value = plain;
        return;
      }
      input.value = "";
      foreign = true;
    });
    return !foreign;
  };

  /** "5/9/1960" → "1960-09-05"; as it is where it is no day. */
  practice.day = function (typed) {
    var parts = /^\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})\s*$/.exec(typed || "");
    return parts ? parts[3] + "-" + ("0" + parts[2]).slice(-2) + "-" + ("0" + parts[1]).slice(-2) : typed;
  };

  practice.spokenDay = function (iso) {
    return iso.split("-").reverse().join("/");
  };
})(window.practice);
