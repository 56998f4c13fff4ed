/* The phone. No screen of it knows the next one: a press is a call to the registry, and what is drawn follows from the answer. */
(function (practice) {
  "use strict";

  var $ = practice.$;
  var ask = practice.ask;
  var byAnswer = {};   // "registration.form" → the screen that shows it
  var screens = {};
  var why = {};
  var questions = [];
  var exercises = {};
  var busy = false;
  var here = "";       // the id of the screen that is drawn

  practice.teach = function (drawn, about) {
    screens = drawn.screens;
    why = drawn.why;
    questions = about;
    exercises = drawn.exercises;
    Object.keys(screens).forEach(function (id) {
      (screens[id].shows || []).forEach(function (answer) { byAnswer[answer] = id; });
    });
  };

  practice.exercises = function () { return exercises; };

  practice.screenOf = function (id) { return screens[id]; };

  /** Why something did not go as wished; "" where all went well. */
  practice.why = function (kind, code) { return (why[kind] && why[kind][code]) || ""; };

  // ---- what is drawn ----

  function show(id, told) {
    var session = practice.session;
    var screen = screens[id];
    var moved = here !== id;
    var glass = $("glass");
    told = told || {};
    var values = told.values || (moved ? {} : practice.fields($("screen")));
    here = id;
    var said = practice.draw(screen, $("screen"), { says: told.says, rows: told.rows, values: values, questions: questions });
    $("screen-title").textContent = screen.title || screen.ours;
    $("screen-title").className = screen.title ? "" : "ours";
    practice.say($("says"), said ? "" : told.says);
    $("handset").setAttribute("data-screen", id);
    $("home").hidden = session.app !== "open";
    $("filling").hidden = !$("screen").querySelector("input, select");
    practice.say($("why"), told.why);
    $("spoken-word").textContent = (screen.title || screen.ours) + ". " + (told.says || "");
    if (moved) {
      glass.scrollTop = 0;
      $("screen-title").focus({ preventScroll: true });
      inView();
    }
  }

  /** A new screen begins where the eye is, also where the page is longer than the window. */
  function inView() {
    if (practice.wide()) return;
    var top = $("handset").getBoundingClientRect().top;
    if (top < 0 || top > window.innerHeight / 2) $("handset").scrollIntoView();
  }

  function card(shown) {
    if (!shown) return practice.session.rows;
    practice.session.rows = [
      ["Số định danh", practice.grouped(shown.number)], ["Họ và tên", shown.name],
      ["Ngày sinh", practice.spokenDay(shown.born)], ["Giới tính", shown.sex], ["Nơi cư trú", shown.residence]
    ];
    return practice.session.rows;
  }

  /** Whether the code that is waited for was sent at all: between two of them some time must pass. */
  function noteCode(code) {
    if (!code || !code.sending) return;
    practice.session.unsent = code.sent ? "" : code.next_at || "later";
  }

  function unsent(kind) {
    var at = new Date(practice.session.unsent);
    var words = practice.why(kind, "code_not_sent");
    if (isNaN(at)) return words;
    var time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(function (n) { return ("0" + n).slice(-2); }).join(":");
    return "Chưa có mã mới: từ " + time + " mới gửi được. " + words;
  }

  /** An answer of a request: what came of the press goes before what is waited for; a screen that still waits for the same stays. */
  function answered(kind, answer) {
    var session = practice.session;
    var before = session.request && session.request.id === answer.id ? session.request.step : "";
    var id = byAnswer[kind + "." + answer.outcome];
    var stays = answer.outcome && answer.outcome !== "goes_on" && before === answer.step && screens[here];
    if (!id) id = stays ? here : byAnswer[kind + "." + answer.step];
    if (kind === "registration" && id === "register_fields" && answer.form) {
      id = "register_filled";
      session.form = { name: answer.form.name, born: answer.form.born };
    }
    if (id === "level1_nfc" && session.maker === "iphone") id = "level1_nfc_iphone";
    var values = id === "register_not_passed" ? practice.fields($("screen")) : null;
    session.request = { kind: kind, id: answer.id, step: answer.step };
    practice.keep();
    noteCode(answer.code);
    var trouble = practice.why(kind, answer.outcome) || (answer.outcome ? "" : practice.why(kind, answer.step));
    if (answer.step === "code" && session.unsent) trouble = unsent(kind) + " " + trouble;
    show(id, { says: answer.says, rows: card(answer.form || answer.shown), why: trouble, values: values });
    practice.keep();
    if (answer.outcome) practice.note(kind + "." + (answer.outcome === "goes_on" ? answer.step : answer.outcome));
    practice.note(kind + "." + answer.step);
    if (answer.step === "submitted") practice.lookAtPile();
  }

  /** The handset as it is in the hand, and what was pressed to look at it. */
  function inHand(handset, pressed, told) {
    var session = practice.session;
    var apple = session.maker === "iphone";
    session.app = handset.app;
    session.request = null;
    var mine = handset.accounts.filter(function (account) { return account.signed_in; })[0];
    session.account = mine ? mine.account : null;
    practice.keep();
    var id = "welcome";
    told = told || {};
    if (handset.app === "absent") {
      id = { store: apple ? "store_iphone" : "search_android", search_tab: "search_android", search: "search_android",
             result: apple ? "app_iphone" : "app_android" }[pressed] || (apple ? "home_iphone" : "home_android");
    } else if (handset.app === "installed") {
      id = pressed === "install" ? "app_installed" : "home";
    } else if (pressed === "activate" || pressed === "go_to_activate") {
      id = "activate_form";
    } else if (mine && mine.notices.length && pressed !== "go_to_log_in") {
      id = "approval_app";
      told.says = mine.notices[0];
    } else if (mine) {
      id = "menu";
    } else {
      id = { go_to_log_in: "log_in", go_to_register: "register_form", go_to_menu: "log_in", back: "welcome" }[pressed] || "welcome";
    }
    show(id, told);
  }

  // ---- what is pressed ----

  function path(end) {
    var request = practice.session.request;
    return "/" + { registration: "registrations", level1: "level1", activation: "activations" }[request.kind] + "/" + request.id + (end || "");
  }

  function onHandset(verb, where, body, once) {
    return ask(verb, where, practice.session.handset.token, body, once);
  }

  function putApp(to) {
    return function (_, name) {
      return onHandset("PUT", "/handset/app", { app: to }).then(function (result) {
        if (result.ok) inHand(result.data, name);
        return result;
      });
    };
  }

  /** A press whose answer is that of a request. */
  function asking(kind, end, body, once) {
    return async function (fields, name) {
      var sent = typeof body === "function" ? await body(fields, name) : body;
      var where = { begin: "/" + end }[once === "begin" ? "begin" : ""] || path(end);
      var of = kind || practice.session.request.kind;
      var result = await onHandset("POST", where, sent, once);
      if (result.ok) answered(of, result.data);
      return result;
    };
  }

  function numbers(fields) { return { number: fields.number, phone: fields.phone }; }

  function form(fields) {
    if ("name" in fields) return { name: fields.name, born: practice.day(fields.born) };
    return practice.session.form; // as the card filled it in
  }

  function pressed(_, name) { return { press: name }; }

  async function scanned() {
    var qr = await practice.cardInHand();
    return practice.session.request.kind === "level1" ? { by: "qr", card: qr } : { qr: qr };
  }

  async function held() { return { by: "nfc", card: await practice.cardInHand() }; }

  async function logIn(fields) {
    var result = await onHandset("POST", "/logins", { number: fields.number, password: fields.password });
    if (!result.ok) return result;
    practice.note("login." + result.data.outcome);
    if (result.data.outcome === "in") return look("in");
    show("log_in", { says: result.data.says, why: practice.why("login", result.data.outcome), values: { number: fields.number } });
    return result;
  }

  async function look(name) {
    var result = await onHandset("GET", "/handset");
    if (result.ok) inHand(result.data, name);
    return result;
  }

  /** Ask how the request in hand stands, and draw that. */
  async function lookAgain() {
    var result = await onHandset("GET", path());
    if (result.ok) answered(practice.session.request.kind, result.data);
    return result;
  }

  /** By QR where the phone has no NFC: the request waits for the card either way. */
  async function byQr() {
    var result = await onHandset("GET", path());
    if (result.ok) show("level1_qr", { says: result.data.says });
    return result;
  }

  function chosen(fields) {
    return { chosen: ["1", "2"].map(function (n) {
      return { question: fields["question_" + n], answer: fields["answer_" + n] };
    }) };
  }

  function notHere(words) {
    return async function () {
      practice.say($("why"), words);
      return { ok: true };
    };
  }

  var begins = "begin";
  var ACTS = {
    install: putApp("installed"),
    open: putApp("open"),
    register: asking("registration", "registrations", numbers, begins),
    qr: asking("", "/card", scanned),
    type_instead: asking("registration", "/card", { qr: null }),
    submit: asking("registration", "/form", form, true),
    enter_code: asking("", "/code", function (fields) { return { code: fields.code.replace(/\s/g, "") }; }),
    code_again: asking("", "/codes", {}, true),
    set_password: async function (fields) {
      var result = await asking("", "/password", { password: fields.password })();
      // It stands on the card of the practice from now on, so that nobody has to remember one more.
      if (result.ok && result.data.outcome !== "faulty") practice.session.password = fields.password;
      practice.keep();
      practice.drawCard();
      return result;
    },
    set_passcode: asking("activation", "/passcode", function (fields) { return { passcode: fields.passcode }; }),
    set_questions: asking("activation", "/questions", chosen),
    log_in: logIn,
    nfc: asking("level1", "/card", held),
    qr_instead: byQr,
    confirm: asking("level1", "/confirmation", function (fields) { return { mail: fields.mail || null }; }, true),
    request: asking("activation", "activations", numbers, begins),
    go_on: lookAgain,
    forgot: notHere("Ở chỗ tập, mật khẩu ghi ngay trên thẻ tập. Làm thật thì bấm đúng chỗ này để đặt lại mật khẩu."),
    wallet: notHere("Phần này dùng sau khi kích hoạt xong. Chỗ tập dừng ở lúc kích hoạt."),
    other_services: notHere("Phần này dùng sau khi kích hoạt xong. Chỗ tập dừng ở lúc kích hoạt.")
  };
  ["start", "understood", "continue", "skip", "portrait_taken"].forEach(function (name) {
    ACTS[name] = asking("level1", "/presses", pressed);
  });
  ACTS.level1 = async function () {
    var session = practice.session;
    var result = await onHandset("POST", "/accounts/" + session.account + "/level1", {}, true);
    if (result.ok) answered("level1", result.data);
    return result;
  };

  /** One press: one call at a time, and what came of it drawn. */
  practice.press = async function (name) {
    if (busy || !practice.session) return;
    if (!practice.onlyInvented($("screen"))) {
      practice.say($("why"), practice.why("problem", "not_invented"));
      return;
    }
    if (name === "open" && practice.session.request) name = "go_on";
    busy = true;
    $("handset").setAttribute("aria-busy", "true");
    var fields = practice.fields($("screen"));
    try {
      var result = await (ACTS[name] ? ACTS[name](fields, name) : look(name));
      if (!result.ok) await failed(result.code);
    } finally {
      busy = false;
      $("handset").removeAttribute("aria-busy");
    }
  };

  /** The registry did not take it. What is out of step is looked at anew, so that the screen shows what is. */
  async function failed(code) {
    if (code === "no_token") return practice.over();
    if (code === "ended" || code === "out_of_order") await lookAgain();
    if (code === "app_not_open") await look("");
    practice.say($("why"), practice.why("problem", code) || practice.why("problem", "unavailable"));
  }

  practice.problem = function (code) {
    return practice.why("problem", code) || practice.why("problem", "unavailable");
  };

  /** Draw the phone as it is: after the page was opened again, or another handset was taken. */
  practice.pickUp = async function () {
    var result = practice.session.request ? await lookAgain() : await look("");
    if (!result.ok && practice.session.request) {
      practice.session.request = null;
      result = await look("");
    }
    return result;
  };

  practice.here = function () { return here; };

  $("screen").addEventListener("submit", function (event) {
    var first = $("screen").querySelector("button[type=submit]");
    event.preventDefault();
    if (first) practice.press(first.getAttribute("data-press"));
  });
  $("screen").addEventListener("click", function (event) {
    var button = event.target.closest("button[data-press]");
    if (!button || button.type === "submit" || event.detail > 1) return;
    practice.press(button.getAttribute("data-press"));
  });
  $("home").addEventListener("click", function () {
    if (busy) return;
    putApp("installed")({}, "home").then(function (result) { if (!result.ok) failed(result.code); });
  });
})(window.practice);
