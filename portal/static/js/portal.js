/* What every page gains from a script. Each page works without it.
   data-countdown       a <time datetime> counts down; at the end the page is loaded again
   data-focus           takes the focus when it appears (the list of errors of a form)
   data-dismiss         removes the toast it stands in
   data-print           prints the page
   data-copy="id"       copies the text or value of the element with that id */
(() => {
  "use strict";

  const SOON = 3 * 60;
  document.documentElement.classList.add("js");

  /* A person hears of it, also when they look elsewhere on the page. */
  function toast(text, kind = "") {
    const box = document.createElement("div");
    box.className = `toast ${kind}`.trim();
    const words = document.createElement("p");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "icon-button";
    close.dataset.dismiss = "";
    close.setAttribute("aria-label", "Close this message");
    close.textContent = "✕";
    box.append(words, close);
    document.getElementById("toasts")?.append(box);
  }

  const actions = {
    dismiss(element) {
      element.closest(".toast")?.remove();
    },
    print() {
      window.print();
    },
    async copy(element) {
      const source = document.getElementById(element.dataset.copy);
      if (!source) return;
      try {
        await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
        toast("Copied.");
      } catch {
        // Without https, or where the browser forbids it: it is marked, ready to be copied by hand.
        window.getSelection().selectAllChildren(source);
        toast("It is marked now. Copy it with your keyboard or by a long press.");
      }
    },
  };

  document.addEventListener("click", (event) => {
    for (const [name, act] of Object.entries(actions)) {
      const element = event.target.closest?.(`[data-${name}]`);
      if (element) act(element);
    }
  });

  /* The menu of a phone closes like one: by Escape, or by a click beside it. */
  function closeMenu(event) {
    const menu = document.querySelector(".site-menu[open]");
    if (!menu || (event.type === "click" && menu.contains(event.target))) return;
    if (event.type === "keydown" && event.key !== "Escape") return;
    menu.open = false;
    if (event.type === "keydown") menu.querySelector("summary").focus();
  }

  document.addEventListener("click", closeMenu);
  document.addEventListener("keydown", closeMenu);

  function inWords(seconds) {
    const minutes = Math.ceil(seconds / 60);
    if (seconds < 60) return `${seconds} second${seconds === 1 ? "" : "s"}`;
    return `${minutes} minute${minutes === 1 ? "" : "s"}`;
  }

  function tick(clock) {
    const now = Date.now() + Number(clock.dataset.ahead ?? 0);
    const seconds = Math.round((new Date(clock.dateTime) - now) / 1000);
    const hold = clock.closest(".hold");
    if (seconds <= 0) {
      window.clearInterval(Number(clock.dataset.timer));
      clock.textContent = "no time left";
      hold?.classList.remove("ending");
      hold?.classList.add("ended");
      clock.dispatchEvent(new CustomEvent("countdown:end", { bubbles: true }));
      return;
    }
    clock.textContent = inWords(seconds);
    hold?.classList.toggle("ending", seconds <= SOON);
    if (seconds === SOON || seconds === 60) toast(`Your time is kept for ${inWords(seconds)} more.`);
  }

  function start(root) {
    for (const clock of root.querySelectorAll("[data-countdown]:not([data-timer])")) {
      // The server's clock counts: a computer's own may be minutes off.
      if (clock.dataset.now) clock.dataset.ahead = new Date(clock.dataset.now) - Date.now();
      clock.dataset.timer = window.setInterval(tick, 1000, clock);
      tick(clock);
    }
    root.querySelector("[data-focus]")?.focus();
  }

  /* Typed words are never thrown away by a reload: a page with a form says so and waits. */
  document.addEventListener("countdown:end", () => {
    if (document.querySelector("main form [name]:not([type=hidden])")) {
      toast("The time is no longer kept for you. What you typed is still here; go on and we offer you the nearest times.", "danger");
    } else {
      window.location.reload();
    }
  });

  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
  document.addEventListener("htmx:sendError", () => {
    toast("We can’t reach the portal right now. What you typed is still here. Please try again in a moment.", "danger");
  });
  document.addEventListener("htmx:responseError", (event) => {
    const signedOut = [401, 403].includes(event.detail.xhr.status);
    toast(
      signedOut
        ? "You were signed out. Please sign in again in another tab, then go on here: what you typed is still here."
        : "That did not work. What you typed is still here. Please try again.",
      "danger",
    );
  });

  /* htmx notes the address of each page in the browser's storage, where it would stay. It asks the
     address bar when it finds nothing. */
  function forgetPath() {
    try {
      window.sessionStorage.removeItem("htmx-current-path-for-history");
    } catch {
      /* storage is switched off, and htmx wrote nothing */
    }
  }

  for (const name of ["htmx:pushedIntoHistory", "htmx:replacedInHistory", "htmx:historyRestore"]) {
    document.addEventListener(name, forgetPath);
  }
  forgetPath();

  if (!window.htmx) start(document.body);
})();
