/* Handing in files: what is too large is told before it is sent, and a chosen file goes on its way.
   Without this script the button sends it, and the server says the same.
   data-most-bytes    of a file's field or its form: how large one file may be
   data-says="id"     of a field: where to say that a file is too large
   data-hands-in="id" of a field: the button that hands the file in, pressed as soon as one is chosen
   data-progress      of a form: where to say that it is being sent */
(() => {
  "use strict";

  const TOO_LARGE = "This file is larger than";

  function inMegabytes(bytes) {
    return `${Math.round(bytes / 100_000) / 10} MB`;
  }

  function placeFor(field) {
    const known = document.getElementById(field.dataset.says ?? "");
    if (known) return known;
    const made = document.createElement("div");
    made.id = `${field.id}:says`;
    field.dataset.says = made.id;
    field.before(made);
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${made.id}`.trim());
    return made;
  }

  function say(field, words) {
    const place = placeFor(field);
    place.setAttribute("role", "alert");
    place.replaceChildren();
    field.toggleAttribute("aria-invalid", false);
    if (!words.length) return;
    field.setAttribute("aria-invalid", "true");
    const list = document.createElement("ul");
    list.className = "field-errors";
    for (const line of words) {
      const entry = document.createElement("li");
      entry.textContent = line;
      list.append(entry);
    }
    place.append(list);
  }

  function tooLarge(field) {
    const most = Number(field.dataset.mostBytes ?? field.form.dataset.mostBytes ?? 0);
    const over = most ? [...field.files].filter((file) => file.size > most) : [];
    return over.map((file) => `“${file.name}”: ${TOO_LARGE} ${inMegabytes(most)}. Please choose a smaller one.`);
  }

  /* Before anyone else hears of it: a chosen file is no answer to be saved by itself. */
  for (const name of ["input", "change"]) {
    document.addEventListener(
      name,
      (event) => {
        const field = event.target;
        if (field.type !== "file" || !(field.dataset.handsIn || field.form?.matches("[data-hand-in]"))) return;
        event.stopPropagation();
        if (name === "input") return;
        const words = tooLarge(field);
        say(field, words);
        if (words.length) field.value = "";
        else if (field.files.length) document.getElementById(field.dataset.handsIn ?? "")?.click();
      },
      true,
    );
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const chosen = [...form.querySelectorAll("input[type=file]")].some((field) => field.files.length);
    const place = form.querySelector("[data-progress]");
    if (chosen && place && !event.defaultPrevented) place.textContent = "Sending and checking it. This can take a moment…";
  });
})();
