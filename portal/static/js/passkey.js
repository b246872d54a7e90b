/* Shows what needs a script, and says in words when the device did not use a passkey. */
(() => {
  "use strict";

  // allauth's script listens first, so a button works as soon as it is seen.
  document.addEventListener("DOMContentLoaded", () => {
    if (!window.PublicKeyCredential) return;
    for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;
  });

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const problem = document.getElementById("passkey-problem");
    if (problem) problem.hidden = false;
  });

  document.addEventListener("click", (event) => {
    const problem = document.getElementById("passkey-problem");
    if (problem && event.target.closest("[data-needs-script]")) problem.hidden = true;
  });
})();
