/* The page: choosing an exercise, the parts of the practice, its end on paper, and the chat, which is told nothing by it. */
(function (practice) {
  "use strict";

  var $ = practice.$;
  var make = practice.make;
  var exercises = practice.exercises;
  var tab = "phone";
  var followed = false;
  var GOALS = {
    level1: "activation.done", level2: "activation.done", activate: "activation.done", other_device: "activation.done",
    not_identified: "activation.not_identified", already: "activation.already_activated", overdue: "activation.past_seven_days"
  };
  var DONE = {
    "registration.done": "Đăng ký tài khoản ứng dụng",
    "login.in": "Đăng nhập",
    "level1.submitted": "Gửi hồ sơ mức 1 trên máy",
    "counter.moved": "Lập hồ sơ mức 2 ở quầy",
    notice: "Nhận tin báo hồ sơ được duyệt",
    "activation.done": "Kích hoạt tài khoản",
    hotline: "Kích hoạt qua tổng đài khi đã quá bảy ngày"
  };
  var MET = {
    "registration.qr_unreadable": "Mã QR không đọc được",
    "level1.unreadable": "Thẻ không đọc được",
    "level1.no_nfc": "Máy không có NFC",
    "level1.other_card": "Đưa nhầm thẻ của người khác",
    "registration.not_passed": "Thông tin “Không đạt”",
    "registration.code_not_right": "Mã đăng ký không được nhận",
    "registration.faulty": "Mật khẩu không được nhận",
    "login.not_right": "Số hoặc mật khẩu chưa khớp",
    "activation.not_identified": "Tài khoản chưa được định danh",
    "activation.already_activated": "Tài khoản đã kích hoạt từ trước",
    "activation.notice_other_device": "Máy đang có tài khoản của người khác",
    "activation.code_not_right": "Mã kích hoạt không được nhận",
    "activation.faulty": "Mật khẩu, passcode hoặc câu hỏi không được nhận",
    "activation.past_seven_days": "Đã quá bảy ngày"
  };

  // ---- parts ----

  /** What is shown beside the phone where there is room: the messages, unless something else was opened. */
  function beside(name) { return practice.wide() && (name === "phone" || name === "chat") ? "inbox" : name; }

  practice.inboxShown = function () { return beside(tab) === "inbox"; };

  function open(name, focus) {
    tab = name;
    Array.prototype.forEach.call(document.querySelectorAll(".part"), function (part) {
      part.classList.toggle("shown", part.getAttribute("data-part") === name);
    });
    Array.prototype.forEach.call(document.querySelectorAll("[data-tab]"), function (button) {
      if (button.getAttribute("data-tab") === beside(name)) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    document.body.setAttribute("data-open", name);
    $("newest").hidden = name === "chat" || !$("newest").textContent;
    room();
    if (name === "chat") window.dispatchEvent(new Event("resize")); // it could not measure itself while it was hidden
    if (practice.inboxShown()) practice.inboxRead();
    if (name === "desk") practice.lookAtPile();
    if (!focus || (practice.wide() && name === "phone")) return;
    if (!practice.wide()) window.scrollTo(0, 0);
    var heading = document.querySelector("#part-" + name + " [tabindex='-1']");
    if (heading) heading.focus({ preventScroll: true });
  }

  /** How much room the tabs and the line above them leave. */
  function room() {
    var tabs = document.querySelector(".tabs");
    document.body.classList.remove("cramped");
    document.body.classList.toggle("cramped", tabs.offsetHeight > window.innerHeight * 0.35);
  }

  practice.drawCard = function () {
    var session = practice.session;
    var person = session.loan.person;
    var rows = [
      ["Số định danh", practice.grouped(person.number)], ["Số điện thoại", practice.grouped(person.phone)],
      ["Ngày sinh", practice.spokenDay(person.born)], ["Thẻ", person.card ? "có gắn chip" : "chưa có thẻ gắn chip"]
    ];
    if (session.password) rows.push(["Mật khẩu để tập", session.password]);
    $("who-name").textContent = person.name;
    $("who-numbers").textContent = practice.grouped(person.number) + " · " + practice.grouped(person.phone);
    practice.empty($("who"));
    rows.forEach(function (row) {
      $("who").appendChild(make("dt", "", row[0]));
      $("who").appendChild(make("dd", "", row[1]));
    });
  };

  practice.noted = function () {
    var session = practice.session;
    var met = session.met;
    var over = met.indexOf(GOALS[session.exercise]) >= 0 || met.indexOf("hotline") >= 0;
    if (over && $("finished").hidden) setTimeout(function () { $("finished").scrollIntoView({ block: "nearest" }); }, 0);
    $("finished").hidden = !over;
  };

  // ---- paper ----

  function list(into, names) {
    var met = practice.session.met;
    practice.empty(into);
    Object.keys(names).forEach(function (name) {
      if (met.indexOf(name) >= 0) into.appendChild(make("li", "", names[name]));
    });
    return into.childNodes.length;
  }

  function paper(show) {
    $("paper").hidden = !show;
    $("practising").hidden = show;
    document.body.classList.toggle("on-paper", show);
    if (!show) return open(tab, true);
    var today = new Date();
    $("paper-day").textContent = today.getDate() + "/" + (today.getMonth() + 1) + "/" + today.getFullYear();
    list($("paper-done"), DONE);
    $("paper-met-title").hidden = !list($("paper-met"), MET);
    window.scrollTo(0, 0);
    $("paper-title").focus({ preventScroll: true });
  }

  // ---- the chat beside ----

  /** The chat is a script of its own. This page reads its newest words for the line above the tabs, and tells it nothing. */
  function follow() {
    followed = true;
    var script = document.createElement("script");
    script.src = practice.place.chat;
    script.defer = true;
    document.body.appendChild(script);
    new MutationObserver(function () {
      var said = document.querySelectorAll("#log .message.house .bubble");
      var words = said.length ? said[said.length - 1].querySelectorAll("p:not(.label)") : [];
      var lines = Array.prototype.map.call(words, function (line) { return line.textContent; });
      // What is to be done stands last; the line above the tabs has room for little more.
      $("newest").textContent = lines.join(" ").length > 130 ? lines[lines.length - 1] : lines.join(" ");
      $("newest").hidden = tab === "chat" || !words.length;
      room();
    }).observe($("log"), { childList: true, subtree: true });
  }

  // ---- begin ----

  practice.start = async function (name, maker, loan) {
    practice.session = { exercise: name, maker: maker, loan: loan, password: loan.password || "", met: [], hand: "right" };
    var made = await practice.newHandset(maker !== "plain");
    if (made.ok && exercises()[name].neighbour) made = await practice.bind() || made;
    if (!made.ok) {
      practice.session = null;
      return practice.choose(practice.problem(made.code));
    }
    var first = exercises()[name].first;
    if (!followed) return practice.practise(first);
    practice.session.first = first; // the chat's script has a conversation already: a new one begins with a new page
    practice.keep();
    location.reload();
  };

  practice.practise = async function (first) {
    var session = practice.session;
    $("choosing").hidden = true;
    $("practising").hidden = false;
    $("carried").open = practice.wide();
    document.body.classList.add("in-practice");
    $("exercise-title").textContent = exercises()[session.exercise].title;
    var hand = document.querySelector("input[name=hand][value=" + session.hand + "]");
    if (hand) hand.checked = true;
    practice.drawCard();
    practice.drawDesk();
    practice.noted();
    practice.listen();
    practice.lookAtPile();
    var picked = await practice.pickUp();
    if (!picked.ok) return practice.over();
    open(session.first || first, true);
    session.first = "";
    practice.keep();
    follow();
  };

  Array.prototype.forEach.call(document.querySelectorAll("[data-tab]"), function (button) {
    button.addEventListener("click", function () { open(button.getAttribute("data-tab"), true); });
  });
  window.addEventListener("resize", room);
  $("newest").addEventListener("click", function () { open("chat", true); });
  $("another").addEventListener("click", async function () {
    var token = practice.session.loan.token;
    practice.session = null;
    practice.keep();
    await practice.ask("DELETE", "/loan", token);
    location.reload();
  });
  $("see-paper").addEventListener("click", function () { paper(true); });
  $("paper-back").addEventListener("click", function () { paper(false); });
  $("print").addEventListener("click", function () { window.print(); });

  practice.drill = true;
})(window.practice);
