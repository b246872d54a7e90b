/* Filling in the intake: every answer is saved as it is given, and none is lost on the way.
   The form posts itself by htmx on `change`; this script adds three more occasions:
   `typed` (a pause while typing), `retry` (after a failure), and "Save and go on" after one.
   It posts the questions that were touched since they were last saved, so one successful request
   makes up for all that failed before it.
   The server's reply carries X-Intake-Saved; anything else means: not saved, keep trying. */
(() => {
  "use strict";

  const ALWAYS = new Set(["csrfmiddlewaretoken", "window", "back", "shown"]);
  const SAVING = "Saving…";
  const PAUSE = 1200;
  const FIRST_RETRY = 2000;
  const LONGEST_RETRY = 60000;

  function watch(form) {
    const mark = document.getElementById("save-state");
    const dialog = document.getElementById(form.dataset.signedOut);
    let edits = 0;
    let saved = 0;
    let sending = 0;
    let failures = 0;
    let typing = 0;
    let retrying = 0;
    let goOn = null;
    const touched = new Map(); // names of questions, and the edit that touched them last

    const isUnsaved = () => edits > saved;

    function say(words, failed = false) {
      mark.textContent = words;
      mark.classList.toggle("failed", failed);
    }

    function send(event) {
      window.clearTimeout(retrying);
      window.clearTimeout(typing);
      window.htmx.trigger(form, event);
    }

    function tryAgainLater() {
      failures += 1;
      const wait = Math.min(FIRST_RETRY * 2 ** (failures - 1), LONGEST_RETRY);
      window.clearTimeout(retrying);
      retrying = window.setTimeout(send, wait, "retry");
    }

    function failed(isSignedOut) {
      edits = Math.max(edits, saved + 1);
      say("Not saved yet. We keep trying.", true);
      if (isSignedOut) {
        if (dialog && !dialog.open) dialog.showModal();
      }
      tryAgainLater();
    }

    /* From the first key on: a mark that says "saved" beside words that are not is a lie. */
    function sayUnsaved() {
      if (isUnsaved() && failures === 0 && mark.textContent !== SAVING) say(SAVING);
    }

    function succeeded() {
      failures = 0;
      saved = Math.max(saved, sending);
      for (const [name, edit] of touched) if (edit <= saved) touched.delete(name);
      window.clearTimeout(retrying);
      if (dialog?.open) dialog.close();
      const failure = mark.querySelector(".failed");
      mark.classList.toggle("failed", Boolean(failure));
      sayUnsaved();
      if (goOn && !failure && !isUnsaved()) {
        const next = goOn;
        goOn = null;
        next();
      }
    }

    /* A new sign-in changes the token: the cookie always has the one that counts. */
    function token() {
      const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
      return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length)) : "";
    }

    form.addEventListener("input", (event) => {
      edits += 1;
      sayUnsaved();
      const question = event.target.closest("[data-question]");
      if (question) touched.set(question.dataset.question, edits);
      if (event.target.matches("textarea, input:not([type=radio], [type=checkbox], [type=range])")) {
        window.clearTimeout(typing);
        typing = window.setTimeout(send, PAUSE, "typed");
      }
      const option = document.getElementById(event.target.dataset.picks ?? "");
      if (option && event.target.value.trim()) option.checked = true;
    });

    form.addEventListener("htmx:configRequest", (event) => {
      const { formData } = event.detail;
      for (const field of new Set(formData.keys())) {
        if (!ALWAYS.has(field) && !touched.has(field.split(":")[0])) formData.delete(field);
      }
      const fresh = token();
      if (!fresh) return;
      event.detail.headers["X-CSRFToken"] = fresh;
      form.elements.csrfmiddlewaretoken.value = fresh;
    });

    form.addEventListener("htmx:beforeSend", () => {
      sending = edits;
    });

    form.addEventListener("htmx:beforeOnLoad", (event) => {
      const { xhr } = event.detail;
      if (xhr.getResponseHeader("X-Intake-Saved")) return;
      event.preventDefault();
      const elsewhere = xhr.responseURL && new URL(xhr.responseURL).pathname !== window.location.pathname;
      failed([401, 403].includes(xhr.status) || elsewhere || Boolean(xhr.getResponseHeader("HX-Redirect")));
    });

    form.addEventListener("htmx:afterSwap", succeeded);

    for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
      form.addEventListener(name, (event) => {
        event.stopPropagation(); // the mark says it; a toast at every try would be noise
        if (name !== "htmx:responseError") failed(false);
      });
    }

    form.addEventListener("submit", (event) => {
      if (failures === 0 && navigator.onLine) {
        form.elements.csrfmiddlewaretoken.value = token() || form.elements.csrfmiddlewaretoken.value;
        saved = edits; // this post carries everything
        return;
      }
      event.preventDefault();
      const button = event.submitter;
      goOn = () => form.requestSubmit(button?.isConnected ? button : undefined);
      edits = Math.max(edits, saved + 1);
      say("Not saved yet. We go on as soon as it is.", true);
      send("retry");
    });

    /* A link pressed in mid-sentence waits for the save; when saving fails, the browser asks. */
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]");
      const leaves = link && !link.target && link.protocol.startsWith("http") && !event.ctrlKey && !event.metaKey;
      if (!leaves || link.pathname === window.location.pathname || !isUnsaved() || failures > 0) return;
      event.preventDefault();
      goOn = () => window.location.assign(link.href);
      send("typed");
    });

    window.addEventListener("online", () => isUnsaved() && send("retry"));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden ? isUnsaved() : failures > 0) send("retry");
    });
    window.addEventListener("beforeunload", (event) => {
      if (isUnsaved()) event.preventDefault();
    });
    dialog?.querySelector("[data-save-again]")?.addEventListener("click", () => {
      dialog.close();
      send("retry");
    });
  }

  document.querySelectorAll("[data-intake-form]").forEach(watch);
})();
