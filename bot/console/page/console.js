/* What the console's pages do by themselves: hear of news, ask for the parts that changed, ring when somebody waits. */
(function () {
  "use strict";

  var main = document.querySelector("[data-live]");
  var field = document.getElementById("text");
  var talk = document.getElementById("talk");
  var reply = document.querySelector(".reply");
  var BELL = "console-bell";

  var current = document.querySelector("nav [aria-current]");
  if (current) current.parentNode.scrollLeft = current.offsetLeft - 60;

  Array.prototype.forEach.call(document.querySelectorAll("[data-put]"), function (button) {
    button.addEventListener("click", function () {
      field.value = button.getAttribute("data-put");
      field.focus();
    });
  });
  if (field) {
    field.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field.form.reportValidity()) field.form.submit();
    });
  }
  // A form that was sent is not sent again by an impatient finger.
  document.addEventListener("submit", function (event) {
    if (event.target.getAttribute("data-sent")) event.preventDefault();
    event.target.setAttribute("data-sent", "1");
    setTimeout(function () { event.target.removeAttribute("data-sent"); }, 5000);
  });

  // The end of the talk, not of the page: on a phone what stands beside it comes below.
  function past() {
    return talk.getBoundingClientRect().bottom + reply.offsetHeight - window.innerHeight;
  }

  function nearEnd() {
    return Math.abs(past()) < 240;
  }

  function toEnd() {
    window.scrollTo(0, Math.max(0, window.pageYOffset + past()));
  }

  if (talk && !/^#m\d/.test(location.hash)) toEnd();
  if (!main || !window.EventSource) return;

  // ---- news ----

  var mine = main.getAttribute("data-conversation");
  var newer = document.getElementById("newer");
  var waiting = count();
  var last = {};
  var timers = {};

  /** Ask for a part anew, at most once in so many milliseconds. */
  function fresh(id, every) {
    var part = document.getElementById(id);
    // Who waits is asked for in a page that nobody looks at too: its bell is what calls them.
    if (!part || !part.hasAttribute("hx-get") || (document.hidden && id !== "now") || timers[id]) return;
    timers[id] = setTimeout(function () {
      timers[id] = null;
      last[id] = Date.now();
      window.htmx.trigger(part, "fresh");
    }, Math.max(0, (last[id] || 0) + every - Date.now()));
  }

  function everything() {
    fresh("now", 700);
    fresh("all", 4000);
    fresh("talk", 700);
  }

  function listen() {
    var source = new EventSource("/console/stream");
    source.addEventListener("changed", function (event) {
      var news = JSON.parse(event.data);
      fresh("now", 700);
      fresh("all", 4000);
      if (news.ids.indexOf(mine) >= 0 && newer) newer.hidden = false;
      if (news.all || news.ids.indexOf(mine) >= 0) fresh("talk", 700);
    });
    source.addEventListener("over", function () {
      source.close();
      // Never what was posted once more.
      location.assign(mine ? "/console/c/" + mine : location.href);
    });
    source.onerror = function () {
      if (source.readyState === 2) setTimeout(listen, 5000);
    };
  }

  // ---- who waits: said, and rung ----

  function count() {
    var found = document.querySelector("[data-waiting]");
    return found ? Number(found.getAttribute("data-waiting")) : 0;
  }

  function ring() {
    var Sound = window.AudioContext || window.webkitAudioContext;
    if (!Sound || localStorage.getItem(BELL) !== "1") return;
    var sound = new Sound();
    var tone = sound.createOscillator();
    var gain = sound.createGain();
    gain.gain.value = 0.08;
    tone.frequency.value = 660;
    tone.connect(gain);
    gain.connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.25);
    tone.onended = function () { sound.close(); };
  }

  var title = document.title;
  function tell() {
    var now = count();
    if (now > waiting) {
      document.getElementById("said").textContent = now + (document.documentElement.lang === "en" ? " waiting" : " người đang chờ");
      ring();
    }
    waiting = now;
    document.title = (now ? "(" + now + ") " : "") + title;
  }

  var watched = document.getElementById("now");
  if (watched) new MutationObserver(tell).observe(watched, { childList: true, subtree: true, attributes: true, characterData: true });
  tell();

  if (talk) {
    new MutationObserver(function () { if (follow) toEnd(); }).observe(talk, { childList: true, subtree: true });
    var follow = true;
    window.addEventListener("scroll", function () { follow = nearEnd(); });
  }

  var bell = document.getElementById("sound");
  if (bell) {
    bell.hidden = false;
    bell.setAttribute("aria-pressed", String(localStorage.getItem(BELL) === "1"));
    bell.addEventListener("click", function () {
      var on = localStorage.getItem(BELL) !== "1";
      localStorage.setItem(BELL, on ? "1" : "0");
      bell.setAttribute("aria-pressed", String(on));
      if (on) ring();
    });
  }

  document.addEventListener("visibilitychange", function () { if (!document.hidden) everything(); });
  setInterval(function () { fresh("now", 700); }, 30000);
  listen();
})();
