"use strict";

/** A long run: it is there, near and far. */
report(() => {
  const page = window.lightcone;
  equal(page.run.count, expected, "how many events there are");
  page.drawing.draw();
  page.select(expected >> 1);
  page.drawing.draw();
  equal(page.view.eventAt(
    page.view.screenX(page.view.layout.x[expected >> 1]), page.view.nodeY(page.run.node[expected >> 1])),
  expected >> 1, "the event in the middle");
  page.toggleCut();
  check(page.view.verdict !== null, "a verdict");
  page.setScale("time");
  page.drawing.draw();
  check(page.view.layout.end > 0, "a picture to the scale of time");
});
