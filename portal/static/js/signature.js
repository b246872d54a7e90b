/* The optional drawn signature. Strokes go into the form as whole numbers in a box of 600 by 200;
   without this script, or without drawing, a typed name signs. */
(() => {
  "use strict";

  const WIDTH = 600;
  const HEIGHT = 200;

  function written(points, scale) {
    const place = (point) =>
      [point.x * scale, point.y * scale]
        .map((value, axis) => Math.min(Math.max(Math.round(value), 0), axis ? HEIGHT : WIDTH))
        .join(" ");
    return "M" + points.map(place).join(" L");
  }

  function start(box) {
    const canvas = box.querySelector("canvas");
    const strokes = box.closest("form").querySelector("[data-strokes]");
    box.hidden = false;

    const ink = getComputedStyle(canvas).color;
    const pad = new window.SignaturePad(canvas, { penColor: ink, minWidth: 1, maxWidth: 2.4 });

    /* The canvas has as many dots as the screen shows; what was drawn is kept and scaled. */
    function fit() {
      const ratio = Math.max(window.devicePixelRatio || 1, 1);
      const width = canvas.clientWidth;
      if (!width || canvas.width === Math.round(width * ratio)) return;
      const drawn = pad.toData();
      const before = canvas.dataset.width ? width / Number(canvas.dataset.width) : 1;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(canvas.clientHeight * ratio);
      canvas.getContext("2d").scale(ratio, ratio);
      canvas.dataset.width = width;
      for (const group of drawn) for (const point of group.points) {
        point.x *= before;
        point.y *= before;
      }
      pad.fromData(drawn);
    }

    function keep() {
      const scale = WIDTH / canvas.clientWidth;
      strokes.value = pad
        .toData()
        .filter((group) => group.points.length)
        .map((group) => written(group.points, scale))
        .join(" ");
    }

    /* After an error the page comes back with what was drawn. */
    function redraw() {
      const scale = canvas.clientWidth / WIDTH;
      const groups = strokes.value.match(/M[^M]+/g) || [];
      pad.fromData(
        groups.map((group) => ({
          penColor: ink, minWidth: 1, maxWidth: 2.4, dotSize: 0, velocityFilterWeight: 0.7,
          points: [...group.matchAll(/(\d+) (\d+)/g)].map(([, x, y], step) => ({
            x: x * scale, y: y * scale, pressure: 0.5, time: step * 20,
          })),
        })),
      );
    }

    fit();
    redraw();
    new ResizeObserver(fit).observe(canvas);
    pad.addEventListener("endStroke", keep);
    box.querySelector("[data-signature-clear]").addEventListener("click", () => {
      pad.clear();
      strokes.value = "";
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (!window.SignaturePad) return;
    document.querySelectorAll("[data-signature]").forEach(start);
  });
})();
