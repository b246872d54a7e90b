/* The therapist's week as a calendar. Every act on it has a page of its own, so nothing here is
   the only way: dragging an appointment or drawing time off opens that page, filled in. */
(() => {
  "use strict";

  const box = document.getElementById("week");
  if (!box || typeof EventCalendar === "undefined") return;
  const agenda = document.getElementById("agenda");
  const title = document.getElementById("week-title");
  const listed = title.textContent; // the list shows the week that the server wrote
  const said = document.getElementById("week-said");
  let dragging = false;
  const narrow = window.matchMedia("(max-width: 47.99rem)").matches;
  const TABLE_ROLES = ["table", "row", "rowgroup", "cell", "gridcell", "columnheader", "rowheader"];

  const TABLE_ATTRIBUTES = ["aria-colindex", "aria-rowindex", "aria-colspan", "aria-colcount", "aria-rowcount"];

  const pad = (number) => String(number).padStart(2, "0");
  const day = (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const clock = (date) => `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  const words = (date) =>
    date.toLocaleString("en-US", { weekday: "long", month: "long", day: "numeric", hour: "numeric", minute: "2-digit" });

  function go(url, values) {
    window.location.assign(`${url}?${new URLSearchParams(values)}`);
  }

  function text(tag, words, className = "") {
    const element = document.createElement(tag);
    element.textContent = words;
    element.className = className;
    return element;
  }

  /* A real link with everything that it says in it. Text nodes only: what a person typed is
     never read as HTML. */
  function content({ event, timeText }) {
    const { url, what, place, status } = event.extendedProps;
    if (!url) return "";
    const link = text("a", "", "event-link");
    link.href = url;
    link.draggable = false;
    link.append(
      text("span", `${words(event.start)}: `, "visually-hidden"),
      text("time", timeText),
      text("b", ` ${event.title} `),
      text("span", [what, place].filter(Boolean).join(", "), "event-what"),
      text("span", status ? `, ${status}` : "", "visually-hidden"),
    );
    link.addEventListener("click", (click) => dragging && click.preventDefault());
    return { domNodes: [link] };
  }

  /* The calendar calls itself a table without being one; a reader is better served by links. */
  function tidy() {
    for (const event of box.querySelectorAll(".ec-event[role]")) event.removeAttribute("role");
    const frame = box.querySelector(".ec");
    if (frame && frame.getAttribute("role") !== "group") {
      frame.setAttribute("role", "group");
      frame.setAttribute("aria-label", "Calendar");
    }
    for (const role of TABLE_ROLES) {
      for (const element of box.querySelectorAll(`[role="${role}"]`)) element.removeAttribute("role");
    }
    for (const name of TABLE_ATTRIBUTES) {
      for (const element of box.querySelectorAll(`[${name}]`)) element.removeAttribute(name);
    }
  }

  async function events({ startStr, endStr }) {
    const query = new URLSearchParams({ start: startStr.slice(0, 10), end: endStr.slice(0, 10) });
    const response = await fetch(`${box.dataset.events}?${query}`, { headers: { Accept: "application/json" } });
    if (!response.ok) {
      window.location.reload();
      return [];
    }
    return response.json();
  }

  const calendar = EventCalendar.create(box, {
    view: narrow ? "timeGridDay" : "timeGridWeek",
    date: narrow ? box.dataset.today : box.dataset.day,
    headerToolbar: { start: "", center: "", end: "" },
    firstDay: 1,
    allDaySlot: false,
    nowIndicator: true,
    slotMinTime: "07:00",
    slotMaxTime: "22:00",
    slotDuration: "00:30",
    height: "auto",
    eventSources: [{ events }],
    eventStartEditable: true,
    eventDurationEditable: false,
    selectable: true,
    eventContent: content,
    eventAllUpdated: tidy,
    datesSet: ({ view }) => {
      title.textContent = view.title;
    },
    eventDragStart: () => {
      dragging = true;
    },
    eventDragStop: () => {
      setTimeout(() => {
        dragging = false;
      });
    },
    eventDrop: ({ event, revert }) => {
      said.textContent = `Moving ${event.title} to ${words(event.start)}`;
      revert();
      go(event.extendedProps.move, { on: day(event.start), at: clock(event.start) });
    },
    select: ({ start, end }) => {
      go(box.dataset.timeOff, { start: `${day(start)}T${clock(start)}`, end: `${day(end)}T${clock(end)}` });
    },
  });
  tidy();
  new MutationObserver(tidy).observe(box, { childList: true, subtree: true });

  function press(button) {
    for (const other of document.querySelectorAll("[data-view]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    const list = button.dataset.view === "agenda";
    agenda.classList.toggle("shown", list);
    box.hidden = list;
    if (!list) calendar.setOption("view", button.dataset.view);
    title.textContent = list ? listed : calendar.getView().title;
  }

  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => press(button));
  }
  if (narrow) press(document.querySelector("[data-view=timeGridDay]"));

  const steps = { prev: () => calendar.prev(), next: () => calendar.next(), today: () => calendar.setOption("date", box.dataset.today) };
  for (const link of document.querySelectorAll("[data-week]")) {
    link.addEventListener("click", (event) => {
      if (box.hidden) return;
      event.preventDefault();
      steps[link.dataset.week]();
    });
  }
})();
