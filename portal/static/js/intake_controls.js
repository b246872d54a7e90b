/* Controls of the intake that are more than one field: a slider fills in the number beside it,
   and "Clear" takes an answer back. Without this script the number is typed, and "Clear" posts. */
(() => {
  "use strict";

  function tell(field) {
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  }

  document.addEventListener("input", (event) => {
    const { target } = event;
    if (target.dataset.fills) {
      delete target.dataset.unset;
      document.getElementById(target.dataset.fills).value = target.value;
    } else if (target.dataset.slider) {
      const slider = document.getElementById(target.dataset.slider);
      slider.toggleAttribute("data-unset", !target.value.trim());
      slider.value = target.value.replace(",", ".") || slider.min;
    }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-clear]");
    if (!button) return;
    event.preventDefault();
    const question = button.closest("[data-question]");
    for (const field of question.querySelectorAll("input")) {
      const chosen = field.type === "radio" && field.checked;
      const typed = field.type === "text" && field.value;
      if (chosen) field.checked = false;
      if (typed) field.value = "";
      if (chosen || typed) tell(field);
    }
    (question.querySelector("input:not([type=hidden])") ?? question).focus();
  });
})();
