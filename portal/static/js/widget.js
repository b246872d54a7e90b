/* Inside the booking frame: tells the page around it how high it is, and finds the visitor's zone.
   Nothing is stored: a browser keeps no cookie for a frame of another site. */
(() => {
  "use strict";

  const root = document.documentElement;
  const parents = root.dataset.parents.split(" ").filter(Boolean);
  const PATIENCE = [250, 500, 1000, 2000, 4000, 8000];
  let tries = 0;
  let isSeen = false;

  /* The one site around us where the browser tells it, else each of those that may be. */
  function around() {
    const told = [window.location.ancestorOrigins?.[0], document.referrer];
    const origins = told.filter(Boolean).map((one) => new URL(one).origin);
    const known = origins.find((one) => parents.includes(one));
    return known ? [known] : parents;
  }

  function tell() {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    for (const origin of around()) {
      window.parent.postMessage({ type: "practice-portal:height", height }, origin);
    }
  }

  /* The script of the page around us may come later than we do. */
  function tellUntilSeen() {
    if (isSeen || tries >= PATIENCE.length) return;
    tell();
    window.setTimeout(tellUntilSeen, PATIENCE[tries]);
    tries += 1;
  }

  if (window.parent !== window && parents.length) {
    window.addEventListener("message", (event) => {
      isSeen ||= parents.includes(event.origin) && event.data?.type === "practice-portal:seen";
    });
    new ResizeObserver(tell).observe(document.body);
    tellUntilSeen();
  }

  /* Times in the browser's own zone, unless the address names one. */
  function findZone(calendar) {
    const asked = new URLSearchParams(window.location.search);
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (asked.has("zone") || !zone || zone === calendar.dataset.zone || !window.htmx) return;
    asked.set("zone", zone);
    const url = `${calendar.dataset.url}?${asked}`;
    window.htmx.ajax("GET", url, { target: "#calendar", swap: "outerHTML" });
  }

  const calendar = document.getElementById("calendar");
  if (calendar) findZone(calendar);
})();
