/* For the practice's own website: makes each booking frame as high as what it shows.
   It listens to the portal that it came from and to nobody else, and changes heights only.
   Without it a frame keeps the height that it is written with, and scrolls. */
(() => {
  "use strict";

  const portal = new URL(document.currentScript.src).origin;
  const LEAST = 200;
  const MOST = 20000;

  function frameOf(source) {
    return [...document.querySelectorAll("iframe")].find((one) => one.contentWindow === source);
  }

  window.addEventListener("message", (event) => {
    if (event.origin !== portal || event.data?.type !== "practice-portal:height") return;
    const frame = frameOf(event.source);
    const height = Math.ceil(Number(event.data.height));
    if (!frame || !(height >= LEAST && height <= MOST)) return;
    frame.style.border = "0";
    frame.style.height = `${height}px`;
    event.source.postMessage({ type: "practice-portal:seen" }, portal);
  });
})();
