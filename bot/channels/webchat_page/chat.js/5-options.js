/* What a person may set, and being forgotten on this machine. */
(function (chat) {
  "use strict";

  var LARGER = "donghanh.larger";
  var FORGOTTEN = "donghanh.forgotten" + (chat.frame ? chat.base : ""); // a sign to the other tabs of this machine, gone as soon as it is given
  var SURE = "Máy này sẽ không còn nhớ cuộc trò chuyện. Chắc chắn chưa ạ?";

  /** `does.forget()` resolves to whether it was done; then `does.forgotten()`, and in other tabs `does.forgottenElsewhere()`. */
  chat.options = function (does) {
    var $ = chat.$;
    var view = chat.view;
    var cameFromEnd = true;

    function remember(key, value) {
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
      } catch (_) { /* then it holds for this visit */ }
    }

    function recall(key) {
      try { return localStorage.getItem(key); } catch (_) { return null; }
    }

    function options(show) {
      if (show) cameFromEnd = view.nearEnd();
      view.steady(function () {
        $("options-panel").hidden = !show;
        $("options").setAttribute("aria-expanded", String(show));
        sure(false);
      });
      if (!show && cameFromEnd) view.scrollOn();
    }

    function sure(show) {
      $("sure").hidden = !show;
      $("forget").hidden = show;
      $("sure-words").textContent = SURE;
    }

    function larger(on) {
      var follow = view.nearEnd();
      document.documentElement.classList.toggle("larger", on);
      $("larger").setAttribute("aria-pressed", String(on));
      view.room();
      if (follow) view.scrollOn();
    }

    function forget() {
      $("sure-words").textContent = "Đang quên…";
      does.forget().then(function (done) {
        if (!done) {
          $("sure-words").textContent = "Chưa quên được vì mất mạng. Đợi có mạng rồi bấm lại ạ.";
          return $("sure-words").focus();
        }
        remember(LARGER, null);
        remember(FORGOTTEN, String(Date.now()));
        remember(FORGOTTEN, null);
        larger(false);
        options(false);
        $("log").focus({ preventScroll: true });
        $("spoken").textContent = "Đã quên trên máy này. Bắt đầu lại từ đầu.";
        does.forgotten();
      });
    }

    $("options").addEventListener("click", function () { options($("options-panel").hidden); });
    $("larger").addEventListener("click", function () {
      var on = !document.documentElement.classList.contains("larger");
      larger(on);
      remember(LARGER, on ? "1" : null);
    });
    $("forget").addEventListener("click", function () {
      sure(true);
      $("sure-words").focus();
    });
    $("sure-no").addEventListener("click", function () {
      sure(false);
      $("forget").focus();
    });
    $("sure-yes").addEventListener("click", forget);
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || $("options-panel").hidden) return;
      $("options").focus();
      options(false);
    });

    window.addEventListener("storage", function (event) {
      if (event.key === FORGOTTEN && event.newValue) does.forgottenElsewhere();
    });
    larger(recall(LARGER) === "1");
  };
})(window.donghanh);
