/* Says in time that the session is about to end, and lets a person stay with one press.
   The server ends it in any case; this only warns, in every tab at once.
   At the end the page is covered. "Sign in and go on" sends the form that was being filled in:
   the server keeps it and gives it back after signing in. */
(() => {
  "use strict";

  const dialog = document.getElementById("session-warning");
  if (!dialog) return;

  const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
  const number = (name) => Number(dialog.dataset[name]);
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("portal-session-ends") : null;
  const STAY_EVERY = Math.min(4 * 60, number("idleSeconds") / 4) * 1000;
  const TELL_AT = [60, 30, 10];
  const loadedAt = Date.now();
  const hardEnd = loadedAt + number("secondsLeft") * 1000;
  let ends = hardEnd;
  let lastForm = null;
  let lastContact = loadedAt;
  let ended = false;

  /* Told to the other tabs and kept by none: nothing of a session stays in the browser. */
  function setEnd(seconds) {
    lastContact = Date.now();
    ends = lastContact + seconds * 1000;
    tabs?.postMessage(ends);
  }

  function inWords(seconds) {
    if (seconds > 60) return `${Math.ceil(seconds / 60)} minutes`;
    return seconds === 1 ? "1 second" : `${seconds} seconds`;
  }

  async function stay() {
    lastContact = Date.now();
    const response = await fetch(dialog.dataset.stayUrl, {
      method: "POST",
      headers: { "X-Requested-With": "fetch", "X-CSRFToken": token() },
    });
    if (response.status === 401) return end();
    if (!response.ok) return;
    setEnd((await response.json()).seconds_left);
    if (dialog.open) dialog.close();
  }

  /* Someone who writes is there, though the page asks nothing of the server meanwhile. */
  function noteActivity(event) {
    if (event.target.form && event.type === "input") lastForm = event.target.form;
    if (!ended && !dialog.open && Date.now() - lastContact > STAY_EVERY) stay().catch(() => {});
  }

  function end() {
    if (ended) return;
    ended = true;
    window.clearInterval(timer);
    document.getElementById("main").hidden = true;
    part("asking").hidden = true;
    part("ended").hidden = false;
    dialog.setAttribute("aria-labelledby", "session-ended-title");
    dialog.setAttribute("aria-describedby", "session-ended-text");
    if (!dialog.open) dialog.showModal();
    part("again").focus();
  }

  function again() {
    if (lastForm && lastForm.isConnected && lastForm.method === "post") {
      lastForm.submit();
      return;
    }
    const here = window.location.pathname + window.location.search;
    window.location.assign(`${dialog.dataset.doorUrl}?next=${encodeURIComponent(here)}`);
  }

  function tick() {
    const seconds = Math.round((ends - Date.now()) / 1000);
    if (seconds <= 0) return end();
    if (seconds > number("warnSeconds")) {
      if (dialog.open) dialog.close();
      return;
    }
    part("left").textContent = inWords(seconds);
    if (!dialog.open) dialog.showModal();
    if (TELL_AT.includes(seconds)) part("told").textContent = `${inWords(seconds)} left.`;
  }

  /* A sign-in in another tab changes the token; the cookie always holds the newest one. */
  function token() {
    const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return found ? found[1] : "";
  }

  part("stay").addEventListener("click", () => stay().catch(() => {}));
  part("again").addEventListener("click", again);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!ended) stay().catch(() => {});
  });
  for (const type of ["input", "pointerdown", "keydown"]) {
    document.addEventListener(type, noteActivity, { passive: true });
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    // Asking alone may be polling: like the server, only what is sent counts as a person.
    const sent = event.detail.requestConfig?.verb !== "get";
    if (sent && event.detail.successful) setEnd(number("secondsLeft"));
  });
  tabs?.addEventListener("message", (event) => {
    ends = Number(event.data) || ends;
  });
  document.addEventListener("session:ended", end);
  document.addEventListener("htmx:configRequest", (event) => {
    if (token()) event.detail.headers["X-CSRFToken"] = token();
  });
  document.addEventListener("submit", (event) => {
    const field = event.target.elements?.namedItem("csrfmiddlewaretoken");
    if (field && token()) field.value = token();
  }, true);

  setEnd(number("secondsLeft"));
  const timer = window.setInterval(tick, 1000);
  tick();
})();
