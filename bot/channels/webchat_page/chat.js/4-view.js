/* How things are drawn, and where the eye and the focus are kept: knows nothing of the talk's state. */
(function (chat) {
  "use strict";

  var MARKS = {
    removed: ["removed", "Đã xoá vì có thông tin bí mật"],
    stop: ["warning", "Dừng lại, coi chừng lừa đảo"],
    wait: ["clock", "Đang chờ"]
  };

  var $ = chat.$ = function (id) { return document.getElementById(id); };
  var log = $("log");
  var top = document.querySelector(".top");
  var promise = document.querySelector(".promise");

  /** Do it, and if what had the focus is gone by it, the focus is on the talk and not lost. */
  function steady(change) {
    var held = document.activeElement;
    change();
    var lost = held && held !== document.body && (!document.body.contains(held) || held.offsetParent === null);
    if (lost) log.focus({ preventScroll: true });
  }

  // What scrolls: the window, or the frame the chat was put into.
  var root = document.documentElement;
  var frame = chat.frame;

  function height() { return frame ? frame.clientHeight : window.innerHeight; }
  function width() { return frame ? frame.clientWidth : window.innerWidth; }
  function scrolled() { return frame ? frame.scrollTop : window.pageYOffset; }

  function scrollTo(y) {
    if (frame) frame.scrollTop = y;
    else window.scrollTo(0, y);
  }

  /** Where the end of the talk is in view. With little room the field scrolls with the rest, and is the end only while one writes. */
  function end() {
    var inTalk = root.classList.contains("tight") && document.activeElement !== $("text");
    return Math.max(0, (frame || root).scrollHeight - (inTalk ? $("footer").offsetHeight : 0) - height());
  }

  function nearEnd() {
    return scrolled() > end() - 160;
  }

  /** How much room there is, in letters and beside what stays put: see the end of chat.css. */
  function room() {
    var fixed = document.querySelector(".who").offsetHeight + promise.offsetHeight + $("footer").offsetHeight;
    root.classList.toggle("tight", fixed > height() * 0.55);
    root.classList.toggle("narrow", width() / parseFloat(getComputedStyle(root).fontSize) < 14);
  }

  /** To the end, but never past the beginning of what is new and not yet read. */
  function scrollOn(first) {
    var to = end();
    if (first) {
      var above = (top.offsetHeight || promise.offsetHeight) + 16; // a header that scrolls away has no height of its own
      to = Math.min(to, first.getBoundingClientRect().top - (frame ? frame.getBoundingClientRect().top : 0) + scrolled() - above);
    }
    scrollTo(Math.max(0, to));
  }

  function marked(name, words) {
    return chat.make("p", "mark", [chat.icon(name), chat.make("span", "", words)]);
  }

  /** Draw a message into its node; whatever stood there is gone. */
  function fill(node, message) {
    var mark = MARKS[message.mark];
    var mine = message.who === "me";
    var inside = [];
    if (message.who === "person") inside.push(marked("person", "Cán bộ"));
    else inside.push(chat.make("span", "unseen", mine ? "Tôi: " : "Đồng Hành: "));
    if (message.label) inside.push(chat.make("p", "label", message.label));
    if (mark) inside.push(marked(mark[0], mark[1]));
    while (node.firstChild) node.removeChild(node.firstChild);
    node.className = "message " + message.who + (mark ? " " + message.mark : "");
    var said = chat.paragraphs(message.text, mine);
    if (message.picture) said.push(picture(message.picture));
    node.appendChild(chat.make("div", "bubble", inside.concat(said)));
  }

  /** The phone's screen at this step: small beside the words, as large as the page when it is pressed. */
  function picture(told) {
    var image = chat.make("img", "screen");
    image.src = told.src;
    image.alt = told.alt;
    image.width = 150;
    image.height = 267;
    image.loading = "lazy";
    var link = chat.make("a", "", [image]);
    link.href = told.src;
    link.target = "_blank";
    link.rel = "noopener";
    return link;
  }

  /** How far one is: dots for the eye, words for everyone. */
  function stage(progress) {
    $("progress").hidden = !progress;
    if (!progress) return;
    var dots = $("dots");
    while (dots.firstChild) dots.removeChild(dots.firstChild);
    for (var i = 1; i <= progress.count; i += 1) {
      dots.appendChild(chat.make("i", i < progress.number ? "done" : i === progress.number ? "here" : ""));
    }
    $("stage").textContent = "chặng " + progress.number + "/" + progress.count + (progress.name ? " · " + progress.name : "");
  }

  chat.view = { steady: steady, nearEnd: nearEnd, scrollOn: scrollOn, room: room, fill: fill, stage: stage };

  var atEnd = true;
  (frame || window).addEventListener("scroll", function () { atEnd = nearEnd(); });
  window.addEventListener("resize", function () {
    var follow = atEnd;
    room();
    if (follow) scrollOn();
  });
})(window.donghanh);
