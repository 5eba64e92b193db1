"use strict";

/** Every key and every button, whatever there is on the page. */
report(() => {
  const page = window.lightcone;
  const draw = () => { page.drawing.draw(); page.overview.draw(); };
  for (const key of [...Object.keys(page.keys), "c", "Escape", "c"]) {
    byID("canvas").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    draw();
    check(page.view.selected < page.run.count, `an event that is none, after ${key}`);
  }
  for (let place = 0; place < page.run.count; place++) { page.select(place); draw(); }
  for (const one of document.querySelectorAll("button")) { if (!one.disabled) one.click(); draw(); }
  byID("search").value = "m";
  byID("search").dispatchEvent(new Event("input"));
  draw();
});
