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

  let asked = null;

  document.addEventListener("htmx:beforeRequest", (event) => {
    asked = event.detail.elt.closest?.("#calendar a") ?? null;
    document.getElementById("calendar")?.setAttribute("aria-busy", "true");
  });

  document.addEventListener("htmx:afterRequest", () => {
    document.getElementById("calendar")?.removeAttribute("aria-busy");
  });

  /* After a day its times come next; after a month its own arrow keeps the focus, as long as
     there is one. A refresh that nobody asked for leaves the focus alone. */
  document.addEventListener("htmx:afterSettle", () => {
    const calendar = document.getElementById("calendar");
    if (!calendar || !asked) return;
    announce(calendar);
    const isDay = "day" in asked.dataset;
    const isLost = document.activeElement === document.body;
    if (isDay || isLost) document.getElementById("day-title")?.focus();
    asked = null;
  });

  const calendar = document.getElementById("calendar");
  // In another site's frame there are no cookies: widget.js finds the zone there.
  if (calendar && !("framed" in document.documentElement.dataset)) findZone(calendar);
})();
