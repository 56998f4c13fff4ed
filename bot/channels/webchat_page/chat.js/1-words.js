/* From a message to what is drawn. Everything goes in as text nodes: nothing a person or a server writes can become markup.
   These files are served joined, in this order, as chat.js: ES2017 at most, for phones of 2018. */
(function (chat) {
  "use strict";

  // The only places a message may lead to. Any other address stays text, also one that merely begins like these.
  var TRUSTED = /^https:\/\/(vneid|dichvucong)\.gov\.vn(?=$|[/?#])/;
  // What stands in “…” is written like that on the phone's screen; what begins with https:// may be a link.
  var PIECES = /“[^”\n]+”|https?:\/\/[^\s“”"'<>()]+/g;
  // Where one proves who one is, on this very host; another host's page of that name stays text.
  var LINKING = location.origin + "/lien-ket";
  var DAYS = ["chủ nhật", "thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy"];

  // A page that puts the chat beside something else gives it a frame, which scrolls, and says where the house hears it.
  chat.frame = document.querySelector("[data-chat]");
  chat.base = chat.frame ? chat.frame.getAttribute("data-chat") : "/chat";

  /** An element, its class, and what is in it: text or elements. */
  chat.make = function (name, className, inside) {
    var element = document.createElement(name);
    if (className) element.className = className;
    [].concat(inside === undefined ? [] : inside).forEach(function (part) {
      element.appendChild(typeof part === "string" ? document.createTextNode(part) : part);
    });
    return element;
  };

  /** One of the icons that stand in the page; a word always stands beside it. */
  chat.icon = function (name) {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    var use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("focusable", "false");
    use.setAttribute("href", "#icon-" + name);
    svg.appendChild(use);
    return svg;
  };

  function link(address) {
    var a = chat.make("a", "", address);
    a.href = address;
    a.target = "_blank";
    a.rel = "noopener noreferrer";
    return a;
  }

  function paragraph(line) {
    var p = chat.make("p");
    var done = 0;
    line.replace(PIECES, function (found, at) {
      var piece = found.charAt(0) === "“" ? found : found.replace(/[.,;:!?…]+$/, "");
      if (piece.charAt(0) !== "“" && !TRUSTED.test(piece) && piece !== LINKING) return found;
      p.appendChild(document.createTextNode(line.slice(done, at)));
      p.appendChild(piece.charAt(0) === "“" ? chat.make("strong", "", piece) : link(piece));
      done = at + piece.length;
      return found;
    });
    p.appendChild(document.createTextNode(line.slice(done)));
    return p;
  }

  /** The paragraphs of a text. What the person wrote themselves stays plain. */
  chat.paragraphs = function (text, plain) {
    return String(text || "").normalize("NFC").split("\n").filter(function (line) {
      return line.trim();
    }).map(function (line) {
      return plain ? chat.make("p", "", line) : paragraph(line);
    });
  };

  /** The day of a message as one says it, or "" when the clock of the message cannot be read. */
  chat.day = function (at, now) {
    var date = new Date(at);
    if (isNaN(date)) return "";
    var back = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 864e5);
    if (back === 0) return "hôm nay";
    if (back === 1) return "hôm qua";
    return DAYS[date.getDay()] + ", " + date.getDate() + "/" + (date.getMonth() + 1);
  };

  /** "14:05" */
  chat.time = function (at) {
    var date = new Date(at);
    return date.getHours() + ":" + ("0" + date.getMinutes()).slice(-2);
  };

  /** A new UUID. `randomUUID` is missing on old phones and on addresses without https. */
  chat.uuid = function () {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.prototype.map.call(bytes, function (byte) {
      return (byte + 256).toString(16).slice(1);
    }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
})(window.donghanh = {});
