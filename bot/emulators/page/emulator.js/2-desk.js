/* Talking to the emulator: asking how it stands, and telling it what to do. */
(function (here) {
  "use strict";

  var version = -1;

  /** Do something at the desk; what it answered, or its refusal shown where the fate of a message is. */
  here.tell = function (what, body) {
    return fetch("/emulator/" + what, {
      method: "POST",
      headers: { "content-type": "application/json", "x-requested-with": "donghanh" },
      body: JSON.stringify(body)
    }).then(function (answer) {
      return answer.json().then(function (said) {
        if (!answer.ok) throw new Error(said.error);
        return said;
      });
    }).catch(function (error) {
      here.fate(here.REASONS[error.message] || error.message, true);
      throw error;
    });
  };

  /** Ask for ever how it stands; `draw` gets each new state. */
  here.follow = function (draw) {
    fetch("/emulator/state?after=" + version + "&wait=" + (version < 0 ? 0 : 25))
      .then(function (answer) { return answer.json(); })
      .then(function (state) {
        here.$("cut").hidden = true;
        version = state.version;
        draw(state);
        here.follow(draw);
      })
      .catch(function () {
        here.$("cut").hidden = false;
        version = -1;
        setTimeout(function () { here.follow(draw); }, 1500);
      });
  };

  /** Draw only what changed: `key` names the place, `value` is what it is made of. */
  var drawn = {};
  here.changed = function (key, value) {
    var text = JSON.stringify(value);
    if (drawn[key] === text) return false;
    drawn[key] = text;
    return true;
  };
})(window.emulator);
