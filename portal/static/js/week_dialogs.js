/* The dialogs of the therapist's calendar: the details of an entry, and the question before
   anything changes. The server writes what they say; this opens, closes and hands back focus. */
window.weekDialogs = (() => {
  "use strict";

  const panel = document.getElementById("week-panel");
  if (!panel) return null;
  const panelBody = document.getElementById("week-panel-body");
  const ask = document.getElementById("week-ask");
  const askBody = document.getElementById("week-ask-body");
  const message = document.getElementById("calendar-message");
  const loading = document.getElementById("week-loading");
  let isDone = false;

  function show(dialog, body, url) {
    body.replaceChildren(loading.content.cloneNode(true));
    dialog.showModal();
    window.htmx.ajax("GET", url, { target: body, swap: "innerHTML" });
    return new Promise((resolve) => {
      dialog.addEventListener("close", resolve, { once: true });
    });
  }

  /* Whether it was done; false when it was refused or the person thought better of it. */
  async function askFirst(url) {
    isDone = false;
    message.replaceChildren();
    await show(ask, askBody, url);
    return isDone;
  }

  document.addEventListener("calendar:done", () => {
    isDone = true;
    ask.close();
  });
  document.addEventListener("calendar:refused", () => ask.close());

  /* An answer that never came leaves nothing to read in an open dialog. */
  for (const name of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(name, () => {
      for (const dialog of [panel, ask]) {
        if (dialog.open && dialog.querySelector(".loading")) dialog.close();
      }
    });
  }

  for (const dialog of [panel, ask]) {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
  }

  /* The forms in the panel and in the message work here too, without leaving the calendar. */
  panelBody.addEventListener("submit", (event) => {
    event.preventDefault();
    window.htmx.ajax("POST", event.target.action, { source: event.target, target: panelBody, swap: "innerHTML" });
  });
  message.addEventListener("submit", (event) => {
    event.preventDefault();
    const answer = { source: event.target, target: message, swap: "innerHTML", select: ".messages" };
    window.htmx.ajax("POST", event.target.action, answer);
  });

  /* Whatever was written, the calendar has to be drawn anew. */
  function onChange(act) {
    for (const body of [panelBody, message]) {
      body.addEventListener("htmx:afterSwap", (event) => {
        if (event.detail.requestConfig?.verb === "post") act();
      });
    }
  }

  function details(url) {
    message.replaceChildren();
    return show(panel, panelBody, url);
  }

  return { askFirst, details, onChange };
})();
