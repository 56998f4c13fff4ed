/* The line to the house: opens the conversation, hears its messages by stream or by asking, and gives them on in order, once.
   Networks here are weak: each request has an end, each failure a next try, and a stream that went deaf is noticed. */
(function (chat) {
  "use strict";

  var PATIENCE = 20000;      // ms a request may take
  var FIRST = 3000;          // ms between two questions when there is no stream, growing to
  var LONGEST = 15000;
  var DEAF = 45000;          // ms without a word from the stream, after which we ask
  var STREAM_LATER = 60000;  // ms until a stream is tried again after it failed, doubling to five minutes

  /**
   * `hears.messages(fresh, progress)`, `hears.cut(null | "net" | "busy")`, `hears.opened()`, `hears.anew()`,
   * `hears.person(null | {upto, at})`: somebody of the staff has the conversation and has read that far.
   */
  chat.Line = function (hears) {
    var era = 0;             // grows when the conversation is forgotten: answers to older questions are dropped
    var seen = 0;            // the last number given on; there is nothing missing before it
    var acked = 0;
    var acking = false;
    var held = {};           // messages that came before one that must stand above them
    var empties = 0;         // answers in a row that did not bring the missing one
    var opened = false;
    var stream = null;
    var falls = 0;           // times in a row that the stream failed
    var polling = false;
    var pause = FIRST;
    var streamAgainAt = 0;
    var streamLater = STREAM_LATER;
    var heardAt = 0;
    var asking = null;
    var reachable = true;
    var timers = {};

    function later(what, ms, then) {
      clearTimeout(timers[what]);
      timers[what] = setTimeout(then, ms);
    }

    function reached(cut) {
      reachable = !cut;
      hears.cut(cut);
    }

    /** Resolves to {status, data, wait}; rejects when the house was not reached. Never answers across a forgetting. */
    function request(path, body) {
      var mine = era;
      var options = { credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } };
      var controller = window.AbortController ? new AbortController() : null;
      var clock;
      if (controller) options.signal = controller.signal;
      if (body) {
        options.method = "POST";
        options.headers["Content-Type"] = "application/json";
        options.headers["X-Requested-With"] = "donghanh";
        options.body = JSON.stringify(body);
      }
      var late = new Promise(function (_, reject) {
        clock = setTimeout(function () {
          if (controller) controller.abort();
          reject(new Error("late"));
        }, PATIENCE);
      });
      var answer = fetch(path, options).then(function (response) {
        // A 200 that is not JSON is some network's log-in page, not the house.
        return response.text().then(function (text) {
          var data = response.ok && response.status !== 204 ? JSON.parse(text) : null;
          return { status: response.status, data: data, wait: Number(response.headers.get("Retry-After")) * 1000 || 0 };
        });
      });
      return Promise.race([answer, late]).then(function (result) {
        clearTimeout(clock);
        if (mine !== era) return new Promise(function () {});
        reached(result.status >= 500 || result.status === 429 ? "busy" : null);
        return result;
      }, function (why) {
        clearTimeout(clock);
        if (mine !== era) return new Promise(function () {});
        reached("net");
        throw why;
      });
    }

    /** Give on what follows without a gap. `whole`: these are all the house has after `seen`, so a gap in them is no gap. */
    function take(data, whole) {
      var list = (data.messages || []).slice().sort(function (a, b) { return a.n - b.n; });
      var upto = list.length ? list[list.length - 1].n : 0;
      var fresh = [];
      list.forEach(function (message) {
        if (message.n > seen) held[message.n] = message;
      });
      for (;;) {
        while (held[seen + 1]) {
          seen += 1;
          fresh.push(held[seen]);
          delete held[seen];
          empties = 0;
        }
        var waiting = Object.keys(held).map(Number);
        if (!waiting.length) break;
        var next = Math.min.apply(null, waiting);
        if (whole && (next <= upto || (empties += 1) > 3)) {
          seen = next - 1;
        } else {
          // One that came first waits for the one before it.
          later("gap", whole ? 1000 : 0, ask);
          break;
        }
      }
      hears.messages(fresh, data.progress);
      acknowledge();
      return fresh.length;
    }

    function acknowledge() {
      if (acking || seen <= acked) return;
      var upto = seen;
      acking = true;
      request(chat.base + "/seen", { upto: upto }).then(function (result) {
        acking = false;
        if (result.status < 300) acked = upto;
        if (result.status < 300 && seen > acked) acknowledge();
      }, function () {
        acking = false; // said again with the next message
      });
    }

    /** Ask for what is new; one question at a time. Resolves to how many came, or -1 when the house did not answer. */
    function ask() {
      clearTimeout(timers.gap);
      if (!opened) return Promise.resolve(-1);
      if (asking) return asking;
      var mine = era;
      asking = request(chat.base + "/messages?after=" + seen).then(function (result) {
        asking = null;
        if (result.status === 409) open(); // it does not know us: forgotten in another tab, or the cookie is gone
        if (result.status !== 200) return -1;
        return take(result.data, true);
      }, function () {
        asking = null;
        return -1;
      });
      asking.then(function () {
        if (mine === era) listenOut();
      });
      return asking;
    }

    /** A stream can be dead without anybody saying so: when it is silent for long, ask; what it missed proves it deaf. */
    function listenOut() {
      heardAt = Date.now();
      later("deaf", DEAF, function () {
        if (document.hidden) return listenOut();
        var had = stream;
        ask().then(function (count) {
          if (count > 0 && had && had === stream) fell();
        });
      });
    }

    function hangUp() {
      if (stream) stream.close();
      stream = null;
    }

    function fell() {
      hangUp();
      falls += 1;
      if (falls >= 2) {
        polling = true;
        pause = FIRST;
        streamAgainAt = Date.now() + streamLater;
        streamLater = Math.min(streamLater * 2, 3e5);
        poll();
      } else {
        ask(); // tells at once whether it is the stream or the network
        later("listen", 1000, listen);
      }
    }

    function listen() {
      clearTimeout(timers.listen);
      if (stream || !opened) return;
      if (!window.EventSource) {
        polling = true;
        streamAgainAt = Infinity;
        return poll();
      }
      polling = false;
      clearTimeout(timers.poll);
      var born = Date.now();
      var mine = new EventSource(chat.base + "/stream?after=" + seen);
      stream = mine;
      mine.onopen = function () {
        if (mine !== stream) return;
        listenOut();
        reached(null);
        // A stream says who is there when somebody is; one that says nothing has nobody.
        later("person", 2000, function () { if (mine === stream) hears.person(null); });
      };
      mine.addEventListener("person", function (event) {
        if (mine !== stream) return;
        clearTimeout(timers.person);
        hears.person(JSON.parse(event.data));
      });
      mine.addEventListener("messages", function (event) {
        if (mine !== stream) return;
        falls = 0;
        streamLater = STREAM_LATER;
        listenOut();
        reached(null);
        take(JSON.parse(event.data), false);
      });
      mine.onerror = function () {
        if (mine !== stream) return;
        if (Date.now() - born > 15000) falls = 0; // it had worked
        fell();
      };
    }

    function poll() {
      clearTimeout(timers.poll);
      if (!polling || !opened) return;
      var wasReachable = reachable;
      ask().then(function (count) {
        if (!polling) return;
        // The house came back, or enough time has gone by: a stream is quicker and costs less.
        if (count >= 0 && (!wasReachable || Date.now() >= streamAgainAt)) {
          falls = 1;
          return listen();
        }
        if (count > 0) pause = FIRST;
        later("poll", pause, poll);
        pause = Math.min(pause * 1.5, LONGEST);
      });
    }

    /** Begin, or go on where we were. Until it succeeds it is tried again by itself. */
    function open() {
      clearTimeout(timers.open);
      var again = function () {
        pause = Math.min(pause * 1.5, LONGEST);
        later("open", pause, open);
      };
      return request(chat.base + "/open", {}).then(function (result) {
        if (result.status !== 200) return again();
        var data = result.data;
        var list = data.messages || [];
        var numbers = list.map(function (message) { return message.n; });
        // It begins below where we were: another conversation than the one we had.
        var other = opened && list.length > 0 && Math.max.apply(null, numbers) < seen;
        if (other) hears.anew();
        if (!opened || other) {
          seen = list.length ? Math.min.apply(null, numbers) - 1 : 0;
          acked = 0;
          held = {};
        }
        opened = true;
        pause = FIRST;
        take(data, false);
        hears.opened();
        listen();
      }, again);
    }

    this.request = request;
    this.take = take;
    this.open = open;
    this.isOpen = function () { return opened; };
    this.seen = function () { return seen; };

    /** Something was said: its answer should come soon. If the stream does not bring it, ask. */
    this.hurry = function () {
      var before = seen;
      pause = FIRST;
      later("hurry", polling ? 1000 : 5000, function () {
        var had = stream;
        if (seen > before && !polling) return;
        ask().then(function (count) {
          if (count > 0 && had && had === stream) fell();
        });
      });
    };

    /** The phone is back: on the network, or in the person's hand. What hung there before is not to be trusted. */
    this.wake = function () {
      pause = FIRST;
      if (!opened) return open();
      if (Date.now() - heardAt < 2000 && reachable) return;
      hangUp();
      falls = 0;
      listen();
      ask();
    };

    /** End the conversation on this machine. Resolves to whether the house did it. */
    this.forget = function () {
      return request(chat.base + "/forget", {}).then(function (result) {
        if (result.status >= 300) return false;
        era += 1;
        hangUp();
        Object.keys(timers).forEach(function (name) { clearTimeout(timers[name]); });
        opened = polling = acking = false;
        asking = null;
        held = {};
        seen = acked = falls = empties = 0;
        pause = FIRST;
        return true;
      }, function () { return false; });
    };
  };
})(window.donghanh);
