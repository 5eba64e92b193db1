"use strict";

/** Whatever a log says is text on the page. */
report(() => {
  const page = window.lightcone;
  equal(document.title, expected.title.replace(/\s+/g, " ").trim(), "title");
  equal(byID("title").textContent, expected.title, "heading");
  for (let place = 0; place < page.run.count; place++) {
    page.select(place);
    page.drawing.draw();
    const said = Array.from(document.querySelectorAll("#facts dd"), (one) => one.textContent);
    check(said.includes(expected.texts[place]), `text ${place}`);
  }
  equal(document.querySelectorAll("img").length, 0, "pictures");
  equal(document.scripts.length, 4, "scripts");
});
