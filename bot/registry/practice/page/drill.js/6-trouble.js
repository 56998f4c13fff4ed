/* What can go wrong, on demand. */
(function (practice) {
  "use strict";

  var $ = practice.$;

  function told(words) { practice.say($("trouble-says"), words); }

  async function onLoan(verb, path, body, words) {
    var result = await practice.ask(verb, path, practice.session.loan.token, body);
    if (result.code === "no_token") return practice.over();
    told(result.ok ? words : practice.problem(result.code));
    practice.lookAtPile();
    return result;
  }

  /** Somebody else's account, activated on the handset in the hand. */
  practice.bind = async function () {
    var body = { handset: practice.session.handset.id };
    return onLoan("POST", "/loan/neighbour", body, "Máy này nay có tài khoản của một người khác. Giờ kích hoạt cho người tập xem máy báo gì.");
  };

  Array.prototype.forEach.call(document.querySelectorAll("input[name=hand]"), function (input) {
    input.addEventListener("change", function () {
      practice.session.hand = input.value;
      practice.keep();
      told(input.value === "right" ? "" : "Từ giờ, thẻ đưa vào máy là thẻ này. Bấm đưa thẻ trên máy xem chuyện gì xảy ra.");
    });
  });
  $("late").addEventListener("change", function () {
    var seconds = $("late").checked ? 30 : 0;
    onLoan("PUT", "/loan/line", { delay_seconds: seconds }, seconds ? "Từ giờ tin nhắn đến chậm nửa phút." : "Tin nhắn lại đến ngay.");
  });
  $("half-minute").addEventListener("click", function () {
    onLoan("POST", "/loan/time", { forward_seconds: 30 }, "Nửa phút đã trôi qua với người tập.");
  });
  $("six-minutes").addEventListener("click", function () {
    practice.note("time.minutes");
    onLoan("POST", "/loan/time", { forward_seconds: 360 }, "Sáu phút đã trôi qua với người tập. Mã đã gửi trước đó hết hạn.");
  });
  $("eight-days").addEventListener("click", function () {
    practice.note("time.days");
    onLoan("POST", "/loan/time", { forward_seconds: 691200 }, "Tám ngày đã trôi qua với người tập.");
  });
  $("bind").addEventListener("click", practice.bind);
  $("without-nfc").addEventListener("click", async function () {
    practice.session.maker = "plain";
    var made = await practice.newHandset(false);
    if (!made.ok) return told(practice.problem(made.code));
    told("Đã đổi sang một máy khác, không có NFC. Máy mới chưa có VNeID: cài rồi đăng nhập lại.");
    practice.listen();
    await practice.pickUp();
  });
})(window.practice);
