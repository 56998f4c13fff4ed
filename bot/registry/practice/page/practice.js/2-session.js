/* What a practice holds while it lasts: the lent person, the handset, the request in hand, what was done. In this tab only. */
(function (practice) {
  "use strict";

  var KEPT = "donghanh.practice";

  practice.session = null;

  practice.keep = function () {
    try {
      if (practice.session) sessionStorage.setItem(KEPT, JSON.stringify(practice.session));
      else sessionStorage.removeItem(KEPT);
    } catch (_) { /* no storage: the practice lives as long as the page */ }
  };

  practice.recall = function () {
    try {
      practice.session = JSON.parse(sessionStorage.getItem(KEPT));
    } catch (_) {
      practice.session = null;
    }
    return practice.session;
  };

  /** Note something that was done or met, once; what changed is told to whoever listens. */
  practice.note = function (what) {
    var met = practice.session.met;
    if (met.indexOf(what) < 0) {
      met.push(what);
      practice.keep();
    }
    practice.noted();
  };

  practice.noted = function () {};

  /** A handset with the lent person's SIM in it, with nothing on it yet. True when it is there. */
  practice.newHandset = async function (nfc) {
    var session = practice.session;
    var wanted = { sim: session.loan.person.phone, nfc: nfc, loan: session.loan.token };
    var made = await practice.ask("POST", "/handsets", "", wanted);
    if (!made.ok) return made;
    session.handset = { id: made.data.handset, token: made.data.token, nfc: nfc };
    session.request = null;
    session.account = null;
    session.heard = 0;
    practice.keep();
    return made;
  };

  /** The card as it is held before the phone: the text of its QR, or what a blurred one reads like. */
  practice.cardInHand = async function () {
    var session = practice.session;
    var mine = session.loan.person.card;
    if (session.hand === "blurred" || (session.hand !== "other" && !mine)) return "mờ";
    if (session.hand !== "other") return mine;
    var people = await practice.ask("GET", "/people?most=20");
    var other = people.ok && people.data.people.filter(function (one) {
      return one.card && one.person !== session.loan.person.person;
    })[0];
    return other ? other.card : "mờ";
  };
})(window.practice);
