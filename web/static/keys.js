// Keys for those who like them: "/" goes to the search box, "j" and "k" to the next and the previous
// result. They can be turned off, because speech input and unsteady hands press them by chance.
"use strict";

(() => {
  const STORED = "xiaosou.keys";
  const notice = document.getElementById("keys");
  const button = notice.querySelector("button");
  const box = document.querySelector("input[name=q]");
  let on = read();

  function read() {
    try {
      return localStorage.getItem(STORED) !== "off";
    } catch {
      return true; // storage is forbidden
    }
  }

  function show() {
    button.textContent = on ? notice.dataset.off : notice.dataset.on;
  }

  function move(step) {
    const links = [...document.querySelectorAll(".hits h2 a")];
    const item = document.activeElement.closest(".hits > li");
    const at = item ? links.findIndex((link) => item.contains(link)) : step > 0 ? -1 : 0;
    const target = links[at + step];
    if (target) {
      target.focus();
      target.scrollIntoView({ block: "nearest" });
    }
  }

  function typing(target) {
    return target.matches("input, textarea, select, [contenteditable]");
  }

  button.addEventListener("click", () => {
    on = !on;
    try {
      localStorage.setItem(STORED, on ? "on" : "off");
    } catch {
      // It holds for this page then.
    }
    show();
  });

  document.addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.altKey || event.metaKey;
    if (!on || modified || event.isComposing || typing(event.target)) {
      return;
    }
    if (event.key === "/") {
      box.focus();
      box.select();
    } else if (event.key === "j") {
      move(1);
    } else if (event.key === "k") {
      move(-1);
    } else {
      return;
    }
    event.preventDefault();
  });

  show();
  notice.hidden = false;
})();
