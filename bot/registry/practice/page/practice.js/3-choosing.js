/* Choosing an exercise: all that is fetched at first. The phone itself (drill.js), its drawings and the chat's style come when
   something was chosen, so that the page opens at once on a weak network. */
(function (practice) {
  "use strict";

  var $ = practice.$;
  var AWAY = "Mạng yếu quá, chưa mở được chỗ tập. Bấm lại bài muốn tập một lần nữa.";
  var OVER = "Buổi tập này đã hết giờ. Chọn lại một bài để tập tiếp.";
  var equipped = null;

  function style() {
    var link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = practice.place.chatStyle;
    document.head.insertBefore(link, $("own-style")); // ours comes after it
    return new Promise(function (later) { link.onload = link.onerror = later; });
  }

  function script() {
    var made = document.createElement("script");
    made.src = practice.place.drill;
    document.body.appendChild(made);
    return new Promise(function (later) {
      made.onload = function () { later(true); };
      made.onerror = function () {
        made.parentNode.removeChild(made);
        later(false);
      };
    });
  }

  /** Fetch what practising needs, once; false when it did not come. */
  practice.equip = function () {
    equipped = equipped || Promise.all([
      practice.drill || script(), practice.fetchDrawn(), practice.ask("GET", ""), style()
    ]).then(function (came) {
      var ready = Boolean(came[0] && came[1] && came[1].status === 200 && came[2].ok);
      if (ready) practice.teach(came[1].data, came[2].data.questions);
      else equipped = null;
      return ready;
    });
    return equipped;
  };

  practice.choose = function (trouble) {
    document.body.classList.remove("in-practice");
    $("choosing").hidden = false;
    $("practising").hidden = true;
    $("paper").hidden = true;
    practice.say($("choosing-trouble"), trouble);
    if (trouble) $("choosing-title").focus();
  };

  /** The practice is over: its people were given back. */
  practice.over = function () {
    practice.session = null;
    practice.keep();
    practice.choose(OVER);
  };

  async function begin(name) {
    practice.say($("choosing-trouble"), "");
    $("choosing").setAttribute("aria-busy", "true");
    var came = await practice.equip() && await practice.begin(name);
    $("choosing").removeAttribute("aria-busy");
    if (!came) return practice.choose(AWAY);
    if (came.status !== 200) return practice.choose(came.status === 503 && came.data.error || AWAY);
    return practice.start(name, document.querySelector("input[name=maker]:checked").value, came.data.loan);
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-exercise]"), function (button) {
    button.addEventListener("click", function (event) {
      if (event.detail < 2) begin(button.getAttribute("data-exercise"));
    });
  });

  (async function () {
    if (!practice.recall()) return practice.choose("");
    if (!await practice.equip()) return practice.choose(AWAY);
    var loan = await practice.ask("GET", "/loan", practice.session.loan.token);
    if (loan.ok) return practice.practise("phone");
    if (loan.code === "no_token") return practice.over();
    practice.choose(practice.problem(loan.code));
  })();
})(window.practice);
