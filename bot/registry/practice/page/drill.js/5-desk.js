/* The officer's counter, played: the form of level 2, the applications that wait, and the call after the seven days. */
(function (practice) {
  "use strict";

  var $ = practice.$;
  var TICKS = ["portrait_taken", "fingerprints_taken", "consents", "card_is_issued"];

  function onLoan(verb, path, body, once) {
    return practice.ask(verb, path, practice.session.loan.token, body, once);
  }

  function came(result) {
    if (result.code === "no_token") return practice.over();
    var says = result.ok ? result.data.says || "" : practice.problem(result.code);
    var because = result.ok ? practice.why("counter", result.data.outcome) : "";
    practice.say($("desk-says"), [says, because].filter(Boolean).join(" "));
    $("desk-says").classList.toggle("good", result.ok && result.data.outcome === "moved");
    practice.lookAtPile();
  }

  practice.drawDesk = function () {
    practice.draw(practice.screenOf("counter"), $("counter"), { values: {}, questions: [] });
  };

  async function takeLevel2() {
    if (!practice.onlyInvented($("counter"))) return practice.say($("desk-says"), practice.problem("not_invented"));
    var fields = practice.fields($("counter"));
    var person = practice.session.loan.person;
    var body = { number: fields.number, phone: fields.phone, card: person.card ? await practice.cardInHand() : null, papers: [] };
    TICKS.forEach(function (name) { body[name] = Boolean(fields[name]); });
    ["tax_code", "social_insurance", "driving_licence", "vehicle_registration"].forEach(function (paper) {
      if (fields[paper]) body.papers.push(paper);
    });
    var result = await onLoan("POST", "/counter/level2", body, true);
    if (result.ok) practice.note("counter." + result.data.outcome);
    came(result);
  }

  function row(application) {
    var words = application.name + " · mức " + application.level + " · " + application.number;
    var buttons = [["approve", "Duyệt"], ["decline", "Trả lại"]].map(function (verdict) {
      var button = practice.make("button", "plain", verdict[1]);
      button.type = "button";
      button.setAttribute("aria-label", verdict[1] + " hồ sơ của " + application.name);
      button.onclick = async function () {
        came(await onLoan("POST", "/applications/" + application.id + "/decision", { verdict: verdict[0] }, true));
      };
      return button;
    });
    return practice.make("li", "", [practice.make("p", "", words), practice.make("div", "acts", buttons)]);
  }

  practice.lookAtPile = async function () {
    if (!practice.session) return;
    var result = await onLoan("GET", "/applications");
    if (!result.ok) return;
    practice.empty($("pile"));
    result.data.applications.forEach(function (application) { $("pile").appendChild(row(application)); });
    $("pile-empty").hidden = result.data.applications.length > 0;
  };

  $("counter").addEventListener("submit", function (event) {
    event.preventDefault();
    takeLevel2();
  });
  $("fill-counter").addEventListener("click", function () {
    var person = practice.session.loan.person;
    practice.fillIn($("counter"), {
      number: person.number, phone: person.phone, portrait_taken: true, fingerprints_taken: true, consents: true,
      card_is_issued: !person.card
    });
  });
  $("hotline").addEventListener("click", async function () {
    var number = practice.session.loan.person.number;
    var result = await onLoan("POST", "/counter/moves", { number: number, move: "activate_by_hotline" }, true);
    if (result.ok && result.data.outcome === "moved") practice.note("hotline");
    came(result);
  });
})(window.practice);
