// The eight letters come behind "#", which the browser tells nobody. They go into the field, and out of the address.
(function () {
  "use strict";
  var letters = location.hash.slice(1);
  var field = document.querySelector("input[name=step][value=open] ~ input[name=code]");
  if (letters && window.history && history.replaceState) {
    history.replaceState(null, "", location.pathname);
  }
  if (field && /^[A-Za-z]{4}-?[A-Za-z]{4}$/.test(letters)) {
    field.value = letters.toUpperCase();
  }
  var alert = document.querySelector(".notice");
  if (alert) {
    alert.setAttribute("tabindex", "-1");
    alert.focus();
  }
})();
