/* What the person said and the house has not yet: sent one by one, in order, until accepted, each under one name.
   Kept for this tab only, and only until accepted: it may hold what nobody should keep. */
(function (chat) {
  "use strict";

  var KEPT = "donghanh.unsent" + (chat.frame ? chat.base : "");
  var FIRST = 2000;
  var LONGEST = 30000;

  function keep(items) {
    try {
      if (items.length) sessionStorage.setItem(KEPT, JSON.stringify(items));
      else sessionStorage.removeItem(KEPT);
    } catch (_) { /* no storage: the queue lives as long as the page */ }
  }

  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT)) || [];
    } catch (_) {
      return [];
    }
  }

  /** An item is {id, text, shown} or {id, press, shown}. `tells.fate(id, fate, last)`: see 6-page.js. */
  chat.Queue = function (line, tells) {
    var items = kept();
    var sending = null;
    var pause = FIRST;
    var timer = null;
    var notBefore = 0;       // the house asked for quiet until then
    var reopened = false;
    var era = 0;

    function remove(id) {
      items = items.filter(function (item) { return item.id !== id; });
      keep(items);
    }

    function has(id) {
      return items.some(function (item) { return item.id === id; });
    }

    function rest(wait) {
      clearTimeout(timer);
      notBefore = Date.now() + wait;
      timer = setTimeout(flush, Math.max(wait, pause));
      pause = Math.min(pause * 2, LONGEST);
    }

    function flush() {
      var item = items[0];
      var mine = era;
      if (sending || !item || !line.isOpen() || Date.now() < notBefore) return;
      clearTimeout(timer);
      sending = item.id;
      tells.fate(item.id, "sending");
      var body = { id: item.id, after: line.seen() };
      if (item.press) body.press = item.press;
      else body.text = item.text;
      line.request(chat.base + "/say", body).then(function (result) {
        if (mine !== era) return;
        sending = null;
        answered(item, result);
      }, function () {
        if (mine !== era) return;
        sending = null;
        if (has(item.id)) tells.fate(item.id, "unsent");
        rest(0);
      });
    }

    function answered(item, result) {
      var status = result.status;
      if (status < 300 && result.data && result.data.accepted) {
        pause = FIRST;
        reopened = false;
        remove(item.id);
        tells.fate(item.id, "accepted", result.data.last);
        if (result.data.messages) line.take(result.data, false);
        line.hurry();
      } else if (!has(item.id)) {
        pause = FIRST; // its message came by the stream before this answer did
      } else if (status === 413) {
        remove(item.id);
        tells.fate(item.id, "long");
      } else if (status === 429 || status >= 500) {
        tells.fate(item.id, "unsent");
        return rest(result.wait);
      } else if (status === 409 && !reopened) {
        reopened = true; // no conversation any more: begin again, once, and say it there
        tells.fate(item.id, "unsent");
        line.open();
        return rest(0);
      } else {
        remove(item.id);
        tells.fate(item.id, "refused");
      }
      flush();
    }

    this.items = function () { return items.slice(); };
    this.flush = flush;

    this.add = function (item) {
      if (has(item.id)) return flush();
      items.push(item);
      keep(items);
      flush();
    };

    /** Try at once; the waiting times begin anew. */
    this.retry = function () {
      pause = FIRST;
      notBefore = 0;
      flush();
    };

    /** The house has this one: its message came. */
    this.settle = function (id) {
      if (has(id)) remove(id);
    };

    this.clear = function () {
      era += 1;
      items = [];
      sending = null;
      notBefore = 0;
      clearTimeout(timer);
      keep(items);
    };
  };
})(window.donghanh);
