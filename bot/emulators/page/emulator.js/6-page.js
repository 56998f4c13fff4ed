/* The page: one part at a time on a small screen, and everything drawn as the emulator changes. */
(function (here) {
  "use strict";

  function show(name) {
    document.querySelectorAll(".column").forEach(function (column) { column.classList.toggle("shown", column.id === name); });
    document.querySelectorAll("[data-tab]").forEach(function (tab) {
      tab.setAttribute("aria-pressed", String(tab.dataset.tab === name));
    });
  }

  document.querySelectorAll("[data-tab]").forEach(function (tab) {
    tab.addEventListener("click", function () { show(tab.dataset.tab); });
  });
  show("phone");

  here.follow(function (state) {
    here.phone(state);
    here.knobs(state);
    here.journal(state);
  });
})(window.emulator);
