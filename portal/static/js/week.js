/* The therapist's calendar. Every act on it has a page of its own, so nothing here is the only
   way: dragging asks first and does what the page's form does; the keys do what dragging does. */
(() => {
  "use strict";

  const box = document.getElementById("week");
  if (!box || typeof EventCalendar === "undefined") return;
  const dialogs = window.weekDialogs;
  const title = document.getElementById("week-title");
  const said = document.getElementById("week-said");
  const narrow = window.matchMedia("(max-width: 47.99rem)").matches;
  const VIEWS = { day: "timeGridDay", week: "timeGridWeek", month: "dayGridMonth", list: "listWeek" };
  const STEP_MINUTES = 15;
  const KEYS = {
    ArrowUp: { minutes: -STEP_MINUTES },
    ArrowDown: { minutes: STEP_MINUTES },
    ArrowLeft: { days: -1 },
    ArrowRight: { days: 1 },
  };
  const TABLE_ROLES = ["table", "row", "rowgroup", "cell", "gridcell", "columnheader", "rowheader", "list", "listitem"];
  const TABLE_ATTRIBUTES = ["aria-colindex", "aria-rowindex", "aria-colspan", "aria-colcount", "aria-rowcount"];
  let dragging = false;
  let moving = null; // by keys: the entry as it was, and where it stands now
  let wanted = ""; // the entry that gets the focus when the calendar is drawn again

  const pad = (number) => String(number).padStart(2, "0");
  const day = (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const wall = (date) => `${day(date)}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
  const words = (date) =>
    date.toLocaleString("en-US", { weekday: "long", month: "long", day: "numeric", hour: "numeric", minute: "2-digit" });
  const linkOf = (id) => box.querySelector(`[data-id="${CSS.escape(id)}"]`);

  function say(text) {
    said.textContent = text;
  }

  function text(tag, content, className = "") {
    const element = document.createElement(tag);
    element.textContent = content;
    element.className = className;
    return element;
  }

  /* A real link with everything that it says in it. Text nodes only: what a person typed is
     never read as HTML. */
  function content({ event, timeText }) {
    const { url, about, state, series } = event.extendedProps;
    if (event.display === "background") return "";
    const entry = text(url ? "a" : "div", "", "event-link");
    if (url) {
      entry.href = url;
      entry.draggable = false;
      entry.dataset.id = event.id;
      entry.addEventListener("click", (click) => open(click, event));
    }
    const name = text("b", ` ${event.title} `);
    if (series) {
      const mark = text("span", "↻ ");
      mark.setAttribute("aria-hidden", "true"); // the words say it too
      name.append(mark);
    }
    entry.append(
      text("span", `${words(event.start)}: `, "visually-hidden"),
      text("time", timeText),
      name,
      text("span", [about, state].filter(Boolean).join(", "), "event-what"),
    );
    return { domNodes: [entry] };
  }

  /* Another tab or window is the browser's own business; time off has its page. */
  function open(click, event) {
    if (dragging || moving) {
      click.preventDefault();
      return;
    }
    if (event.extendedProps.kind !== "appointment") return;
    if (click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return;
    click.preventDefault();
    dialogs.details(event.extendedProps.url).then(() => linkOf(event.id)?.focus());
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
    for (const heading of box.querySelectorAll("h4:not([role])")) {
      heading.setAttribute("role", "heading"); // the days of the list stand below the page's title
      heading.setAttribute("aria-level", "2");
    }
  }

  function drawn() {
    tidy();
    if (!wanted) return;
    const link = linkOf(wanted);
    link?.focus();
    link?.closest(".ec-event").classList.toggle("moving", Boolean(moving));
    if (link && !moving) wanted = "";
  }

  async function events({ startStr, endStr }) {
    const query = new URLSearchParams({ start: startStr.slice(0, 10), end: endStr.slice(0, 10) });
    const response = await fetch(`${box.dataset.events}?${query}`, { headers: { Accept: "application/json" } });
    if (!response.ok) {
      window.location.reload();
      return [];
    }
    const found = await response.json();
    return moving ? [...found.filter(({ id }) => id !== moving.now.id), moving.now] : found;
  }

  /* Where it was dropped, as a question; it jumps back unless the answer is yes. */
  async function settle(event, revert) {
    const query = new URLSearchParams({ start: wall(event.start), end: wall(event.end) });
    const isDone = await dialogs.askFirst(`${event.extendedProps.ask}?${query}`);
    wanted = event.id;
    if (isDone) return;
    revert();
    say(`${event.title} stays where it was.`);
  }

  async function drawnEmpty({ start, end }) {
    const query = new URLSearchParams({ start: wall(start), end: wall(end) });
    await dialogs.askFirst(`${box.dataset.empty}?${query}`);
    calendar.unselect();
  }

  const calendar = EventCalendar.create(box, {
    view: VIEWS[viewAtFirst()],
    date: box.dataset.day,
    headerToolbar: { start: "", center: "", end: "" },
    firstDay: 1,
    allDaySlot: false,
    nowIndicator: true,
    slotMinTime: "07:00",
    slotMaxTime: "22:00",
    flexibleSlotTimeLimits: true,
    slotDuration: "00:30",
    slotHeight: 32,
    snapDuration: { minutes: STEP_MINUTES },
    height: "auto",
    views: {
      listWeek: { duration: { weeks: 2 } },
      timeGridDay: { titleFormat: { weekday: "long", month: "long", day: "numeric", year: "numeric" } },
    },
    noEventsContent: "Nothing is booked.",
    eventSources: [{ events }],
    editable: false,
    eventStartEditable: false,
    eventDurationEditable: false,
    selectable: true,
    unselectAuto: false,
    eventContent: content,
    eventAllUpdated: drawn,
    datesSet: ({ view }) => {
      title.textContent = view.title;
      remember();
    },
    eventDragStart: () => {
      dragging = true;
    },
    eventDragStop: () => {
      setTimeout(() => {
        dragging = false;
      });
    },
    eventDrop: ({ event, revert }) => settle(event, revert),
    eventResize: ({ event, revert }) => settle(event, revert),
    select: drawnEmpty,
  });
  tidy();
  new MutationObserver(tidy).observe(box, { childList: true, subtree: true });
  dialogs.onChange(() => calendar.refetchEvents());

  /* Seven days side by side are too narrow to read on a phone. */
  function viewAtFirst() {
    const asked = new URLSearchParams(window.location.search).has("view");
    const view = box.dataset.viewNow;
    if (!narrow || view !== "week") return view;
    return asked ? "list" : "day";
  }

  function viewNow() {
    const type = calendar.getView().type;
    return Object.keys(VIEWS).find((name) => VIEWS[name] === type);
  }

  /* A reload, a bookmark or the way back from a page leads here again. */
  function remember() {
    if (!calendarReady()) return;
    const query = new URLSearchParams({ view: viewNow(), day: day(calendar.getOption("date")) });
    window.history.replaceState(null, "", `?${query}`);
    mark();
  }

  function calendarReady() {
    return box.dataset.ready === "yes";
  }

  function mark() {
    for (const link of document.querySelectorAll("[data-view]")) {
      if (link.dataset.view === viewNow()) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  for (const link of document.querySelectorAll("[data-view]")) {
    link.addEventListener("click", (click) => {
      click.preventDefault();
      leaveMoving();
      calendar.setOption("view", VIEWS[link.dataset.view]);
      title.textContent = calendar.getView().title;
      remember();
    });
  }
  const steps = {
    prev: () => calendar.prev(),
    next: () => calendar.next(),
    today: () => calendar.setOption("date", box.dataset.today),
  };
  for (const link of document.querySelectorAll("[data-week]")) {
    link.addEventListener("click", (click) => {
      click.preventDefault();
      leaveMoving();
      steps[link.dataset.week]();
    });
  }

  /* Moving by keys. */
  function beginMoving(id) {
    const event = calendar.getEventById(id);
    const { kind } = event.extendedProps;
    if (kind !== "time" && !event.startEditable) {
      say(`${event.title} can’t be moved: ${event.extendedProps.state}.`);
      return;
    }
    moving = { was: event, now: event };
    wanted = id;
    drawn();
    const longer = kind === "time" ? " Shift with up or down makes it shorter or longer." : "";
    say(`Moving ${event.title}. Arrow keys choose the time and the day.${longer} Enter asks, Escape leaves it.`);
  }

  function shifted(date, { days = 0, minutes = 0 }) {
    return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days, date.getHours(), date.getMinutes() + minutes);
  }

  function step(by, changesEnd) {
    const { now } = moving;
    const start = changesEnd ? now.start : shifted(now.start, by);
    const end = shifted(now.end, by);
    if (end <= start) return;
    moving.now = { ...now, start, end };
    calendar.updateEvent(moving.now);
    const { activeStart, activeEnd } = calendar.getView();
    if (start < activeStart || start >= activeEnd) calendar.setOption("date", start);
    say(changesEnd ? `Until ${words(end)}` : words(start));
  }

  function leaveMoving() {
    if (!moving) return;
    calendar.updateEvent(moving.was);
    say(`${moving.was.title} stays where it was.`);
    moving = null;
  }

  function finishMoving() {
    const { was, now } = moving;
    moving = null;
    if (was.start.getTime() === now.start.getTime() && was.end.getTime() === now.end.getTime()) {
      calendar.updateEvent(was);
      say(`${was.title} stays where it was.`);
      return;
    }
    settle(now, () => {
      calendar.setOption("date", was.start);
      calendar.updateEvent(was);
    });
  }

  function moveByKey(press) {
    const { key, shiftKey } = press;
    if (key === "Tab") {
      leaveMoving();
      return;
    }
    press.preventDefault();
    if (key === "Escape") leaveMoving();
    else if (key === "Enter") finishMoving();
    else if (KEYS[key]) step(KEYS[key], shiftKey && moving.was.extendedProps.kind === "time" && !key.match(/Left|Right/));
  }

  document.addEventListener("keydown", (press) => {
    if (press.ctrlKey || press.metaKey || press.altKey || document.querySelector("dialog[open]")) return;
    if (moving) {
      moveByKey(press);
      return;
    }
    const id = press.target.closest?.("[data-id]")?.dataset.id;
    if (id && press.key.toLowerCase() === "m") {
      press.preventDefault();
      beginMoving(id);
    }
  });

  box.dataset.ready = "yes";
  mark();
})();
