/* The wire: every press is a call to the registry, under a key of its own that stays until an answer came. And the few tools
   all parts share. The files of a folder are served joined, in their order, as one script: ES2017 at most, for phones of
   2018. practice.js is what the choosing needs, drill.js the rest. */
(function (practice) {
  "use strict";

  var PATIENCE = 20000; // ms a call may take
  var page = document.getElementById("tryout");
  var pending = {};     // what was asked and not answered → its key: asked again, it is done once

  practice.$ = function (id) { return document.getElementById(id); };

  practice.place = {
    api: page.getAttribute("data-api"),
    begin: page.getAttribute("data-begin"),
    drawn: page.getAttribute("data-drawn"),
    drill: page.getAttribute("data-drill"),
    chat: page.getAttribute("data-chat-script"),
    chatStyle: page.getAttribute("data-chat-style")
  };

  /** An element, its class, and what is in it: text or elements. */
  practice.make = function (name, className, inside) {
    var element = document.createElement(name);
    if (className) element.className = className;
    [].concat(inside === undefined ? [] : inside).forEach(function (part) {
      element.appendChild(typeof part === "string" ? document.createTextNode(part) : part);
    });
    return element;
  };

  practice.empty = function (element) {
    while (element.firstChild) element.removeChild(element.firstChild);
    return element;
  };

  /** Show a line, or hide it when there is nothing to say. */
  practice.say = function (element, words) {
    element.textContent = words || "";
    element.hidden = !words;
  };

  function uuid() {
    return Array.prototype.map.call(crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      return (byte + 256).toString(16).slice(1);
    }).join("");
  }

  /** Fetch with an end to patience; null when no answer came. */
  async function fetched(path, options, patience) {
    var controller = window.AbortController ? new AbortController() : null;
    var clock = setTimeout(function () { if (controller) controller.abort(); }, patience);
    if (controller) options.signal = controller.signal;
    try {
      var response = await fetch(path, options);
      var text = await response.text();
      return { status: response.status, data: text ? JSON.parse(text) : {} };
    } catch (_) {
      return null;
    } finally {
      clearTimeout(clock);
    }
  }

  /**
   * Ask the registry. Resolves to {ok, code, data}: `code` is that of its problem, or "lost" when no answer came.
   * `once`: what must not happen twice.
   */
  practice.ask = async function (verb, path, token, body, once) {
    var name = verb + path + JSON.stringify(body || null);
    var headers = { Accept: "application/json" };
    var options = { method: verb, headers: headers, cache: "no-store", credentials: "same-origin" };
    if (token) headers.Authorization = "Bearer " + token;
    if (body) {
      headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(body);
    }
    if (once) headers["Idempotency-Key"] = pending[name] = pending[name] || uuid();
    var wait = /[?&]wait=(\d+)/.exec(path);
    var answer = await fetched(practice.place.api + path, options, PATIENCE + (wait ? Number(wait[1]) * 1000 : 0));
    if (!answer) return { ok: false, code: "lost", data: {} };
    delete pending[name];
    var ok = answer.status < 300;
    return { ok: ok, code: ok ? "" : answer.data.code || "unavailable", data: answer.data };
  };

  /** Ask the house for somebody to practise with: the name of the exercise, and nothing else. */
  practice.begin = async function (exercise) {
    var headers = { "Content-Type": "application/json", "X-Requested-With": "donghanh" };
    var body = JSON.stringify({ exercise: exercise });
    var options = { method: "POST", headers: headers, body: body, cache: "no-store", credentials: "same-origin" };
    return fetched(practice.place.begin, options, PATIENCE);
  };

  practice.fetchDrawn = function () {
    return fetched(practice.place.drawn, { credentials: "same-origin" }, PATIENCE);
  };

  /** Whether everything stands side by side. */
  practice.wide = function () { return window.matchMedia("(min-width: 68rem)").matches; };

  /** A number as it is read aloud: in groups of three; a phone's first group has four. */
  practice.grouped = function (number) {
    var first = number.length === 10 ? 4 : 3;
    return number.slice(0, first) + number.slice(first).replace(/(\d{3})/g, " $1");
  };
})(window.practice = {});
