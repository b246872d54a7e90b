/* The calendar of open times: finds the visitor's zone, says what changed, moves the focus. */
(() => {
  "use strict";

  const YEAR = 365 * 24 * 60 * 60;

  function storedZone() {
    return document.cookie.split("; ").find((part) => part.startsWith("zone="))?.slice(5);
  }

  /* The first visit: remember the browser's zone and show the times in it. A choice that was
     made by the form is kept in the same cookie, so it is never overruled here. */
  function findZone(calendar) {
    if (storedZone()) return;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!zone) return;
    const secure = window.location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `zone=${zone}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
    if (zone !== calendar.dataset.zone && window.htmx && storedZone()) {
      const url = calendar.dataset.url + window.location.search;
      window.htmx.ajax("GET", url, { target: "#calendar", swap: "outerHTML" });
    }
  }

  function announce(calendar) {
    const status = document.getElementById("calendar-status");
    if (status) status.textContent = calendar.dataset.announce;
  }

  let chosenDay = false;

  document.addEventListener("htmx:beforeRequest", (event) => {
    chosenDay = Boolean(event.detail.elt.closest?.("[data-day]"));
    document.getElementById("calendar")?.setAttribute("aria-busy", "true");
  });

  document.addEventListener("htmx:afterRequest", () => {
    document.getElementById("calendar")?.removeAttribute("aria-busy");
  });

  /* After a day the times come next; after a month its own arrow keeps the focus. */
  document.addEventListener("htmx:afterSettle", () => {
    const calendar = document.getElementById("calendar");
    if (!calendar) return;
    announce(calendar);
    const lost = document.activeElement === document.body;
    if (chosenDay || lost) document.getElementById("day-title")?.focus({ preventScroll: !chosenDay });
    chosenDay = false;
  });

  const calendar = document.getElementById("calendar");
  if (calendar) findZone(calendar);
})();
