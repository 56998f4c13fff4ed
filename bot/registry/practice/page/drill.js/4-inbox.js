/* The messages of the SIM, beside the phone: asked for by long poll, as they come. */
(function (practice) {
  "use strict";

  var $ = practice.$;
  var messages = [];
  var unread = 0;
  var turn = 0;          // grows when another handset is taken: older polls end

  function draw(message) {
    var at = new Date(message.at);
    var time = ("0" + at.getHours()).slice(-2) + ":" + ("0" + at.getMinutes()).slice(-2);
    return practice.make("li", "text-message", [
      practice.make("p", "from", [practice.make("b", "", message.sender), " · " + time]),
      practice.make("p", "", message.text),
      practice.make("p", "stamp", "MÔ PHỎNG")
    ]);
  }

  function count() {
    practice.say($("inbox-count"), unread ? " (" + unread + ")" : "");
  }

  practice.messages = function () { return messages; };

  practice.inboxRead = function () {
    unread = 0;
    count();
  };

  practice.listen = async function () {
    var mine = turn += 1;
    messages = [];
    unread = 0;
    practice.empty($("inbox"));
    $("inbox-empty").hidden = false;
    count();
    var after = 0;
    while (mine === turn && practice.session) {
      var path = "/handset/messages?after=" + after + "&wait=20";
      var result = await practice.ask("GET", path, practice.session.handset.token);
      if (mine !== turn || !practice.session) return;
      if (!result.ok) {
        if (result.code === "no_token") return practice.over();
        await new Promise(function (later) { setTimeout(later, 3000); });
        continue;
      }
      result.data.messages.forEach(function (message) {
        after = message.number;
        messages.push(message);
        unread += 1;
        $("inbox").insertBefore(draw(message), $("inbox").firstChild);
        if (/phe duyet/.test(message.text)) practice.note("notice");
      });
      if (result.data.messages.length) {
        $("inbox-empty").hidden = true;
        if (practice.inboxShown()) unread = 0;
        count();
        practice.lookAtPile();
      }
      if (!result.data.kept) {
        practice.say($("inbox-empty"), "Tin nhắn ở đây đi qua nhà cung cấp bên ngoài, không hiện trên trang này.");
        return;
      }
    }
  };
})(window.practice);
