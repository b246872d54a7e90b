/* Computes the fingerprint of a packet's file here, in the browser, and looks it up.
   The file itself is sent nowhere. Without JavaScript the field for typing does the same. */
(() => {
  "use strict";

  const place = document.querySelector("[data-verify-file]");
  if (!place || !window.crypto?.subtle) return;

  const input = place.querySelector("input");
  const status = place.querySelector("[role=status]");

  async function fingerprint(file) {
    const digest = await window.crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function check(file) {
    if (!file) return;
    status.textContent = "Computing the fingerprint ...";
    try {
      window.location.assign(place.dataset.url + (await fingerprint(file)));
    } catch {
      status.textContent = "This file can’t be read. Please choose it again.";
    }
  }

  input.addEventListener("change", () => check(input.files[0]));
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    check(event.dataTransfer.files[0]);
  });
  place.hidden = false;
})();
