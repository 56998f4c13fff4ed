/* Filling in a screen for whoever does not want to type: rightly, or wrongly on purpose. */
(function (practice) {
  "use strict";

  var $ = practice.$;
  var GOOD = { password: "Suoi-Mat-2026", passcode: "704915", answer_1: "Suối Thử", answer_2: "Bánh tro" };
  var BAD = { password: "suoimat", passcode: "12345", code: "000000", mail: "sai" };

  /** The newest code among the messages, as anybody would read it there. */
  function newestCode() {
    var found = "";
    practice.messages().forEach(function (message) {
      var code = / la (\d{4,10})\./.exec(message.text);
      if (code) found = code[1];
    });
    return found;
  }

  function right() {
    var loan = practice.session.loan;
    return {
      number: loan.person.number,
      phone: loan.person.phone,
      name: loan.person.name,
      born: practice.spokenDay(loan.person.born),
      code: newestCode(),
      password: practice.here() === "log_in" ? practice.session.password || "" : GOOD.password,
      passcode: GOOD.passcode,
      mail: "",
      answer_1: GOOD.answer_1,
      answer_2: GOOD.answer_2,
      question_1: "q1",
      question_2: "q2"
    };
  }

  function wrong() {
    var person = practice.session.loan.person;
    var values = right();
    values.name = person.name.split(" ").slice(0, -1).join(" ") + " Khác";
    values.phone = person.phone.slice(0, -1) + (Number(person.phone.slice(-1)) + 1) % 10;
    values.password = BAD.password;
    values.passcode = BAD.passcode;
    values.code = values.code === BAD.code ? "111111" : BAD.code;
    values.question_2 = values.question_1;
    return values;
  }

  /** Put values into the fields of a form that has them. */
  practice.fillIn = function (form, values) {
    Array.prototype.forEach.call(form.querySelectorAll("input, select"), function (input) {
      if (input.type === "checkbox") {
        if (input.name in values) input.checked = values[input.name];
      } else if (input.name in values) {
        input.value = values[input.name];
      }
    });
  };

  $("fill-right").addEventListener("click", function () {
    practice.fillIn($("screen"), right());
    if ($("screen").querySelector("[name=code]") && !newestCode()) practice.say($("why"), "Chưa có tin nhắn nào có mã. Đợi tin đến đã.");
  });
  $("fill-wrong").addEventListener("click", function () { practice.fillIn($("screen"), wrong()); });
})(window.practice);
