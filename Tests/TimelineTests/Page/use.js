"use strict";

/** Uses the page as a reader does: by hand, by key, by button. */
report(() => {
  const page = window.lightcone;
  const { view, run } = page;
  const { canvas } = view;

  const press = (key, more = {}) => canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
  const point = (type, x, y, buttons = 1) => {
    const box = canvas.getBoundingClientRect();
    canvas.dispatchEvent(new PointerEvent(type, {
      clientX: box.left + x, clientY: box.top + y, button: 0, buttons, pointerId: 1, bubbles: true,
    }));
  };
  const drag = (fromX, fromY, toX, toY) => {
    point("pointerdown", fromX, fromY);
    point("pointermove", toX, toY);
    point("pointerup", toX, toY);
  };
  const all = Array.from({ length: run.count }, (_, place) => place);
  const facts = () => Object.fromEntries(Array.from(
    document.querySelectorAll("#facts dt"), (name) => [name.textContent, name.nextElementSibling.textContent]));

  // Steps, forwards and backwards.
  const seen = [];
  for (const _ of all) { press("ArrowRight"); seen.push(view.selected); }
  press("ArrowRight");
  equal(view.selected, run.count - 1, "no step behind the last event");
  equal(seen, all, "steps forwards");
  const back = [view.selected];
  for (const _ of all.slice(1)) { press("ArrowLeft"); back.push(view.selected); }
  equal(back, all.slice().reverse(), "steps backwards");
  press("End");
  equal(view.selected, run.count - 1, "End");
  press("Home");
  equal(view.selected, 0, "Home");
  byID("next").click();
  equal(view.selected, 1, "the button for the next event");
  press("Escape");
  equal([view.selected, view.cone], [-1, null], "Escape");
  page.select(0);
  const own = [0];
  for (const _ of run.lanes[run.node[0]].slice(1)) { press("ArrowRight", { shiftKey: true }); own.push(view.selected); }
  equal(own, Array.from(run.lanes[run.node[0]]), "steps at one node");
  press("ArrowDown");
  equal(view.laneOf[run.node[view.selected]], view.laneOf[run.node[0]] + 1, "a step to the node below");

  // Each event can be pointed at, and is told of.
  for (const place of all) {
    page.select(-1);
    view.reveal(place);
    point("pointerdown", view.screenX(view.layout.x[place]), view.nodeY(run.node[place]));
    point("pointerup", view.screenX(view.layout.x[place]), view.nodeY(run.node[place]), 0);
    equal(view.selected, place, "the event that was clicked");
    const told = facts();
    equal(told.what, run.kindName(place), "what the panel tells");
    equal(told.text ?? null, run.textOf(place, "text"), "the text in the panel");
    if (run.isEvent(place)) {
      equal(told["vector time"], expected.clocks[run.node[place]][run.index[place]], `vector time of ${place}`);
    }
    page.drawing.draw();
  }

  // The other end of a message.
  const send = all.find((place) => run.kind[place] === run.kinds.send && run.receives[run.message[place]].length > 0);
  page.select(send);
  press("m");
  equal(view.selected, run.receives[run.message[send]][0], "to where the message arrived");
  press("m");
  equal(view.selected, send, "and back to where it was sent");

  // Crashes and recoveries.
  page.select(-1);
  const visited = expected.incidents.map(() => { press("]"); return view.selected; });
  equal(visited, expected.incidents, "crashes and recoveries by key");
  const listed = Array.from(document.querySelectorAll("#incidents button"), (one) => { one.click(); return view.selected; });
  equal(listed, expected.incidents, "crashes and recoveries by button");

  // Search.
  for (const { text, places } of expected.searches) {
    byID("search").value = text;
    byID("search").dispatchEvent(new Event("input"));
    equal(Array.from(view.hits), places, `hits of ${text}`);
    page.select(-1);
    equal(places.map(() => { press("n"); return view.selected; }), places, `steps through the hits of ${text}`);
    page.drawing.draw();
  }
  press("/");
  equal(document.activeElement, byID("search"), "the key for the search");
  byID("search").value = "";
  byID("search").dispatchEvent(new Event("input"));
  byID("search").dispatchEvent(new KeyboardEvent("keydown", { key: "c", bubbles: true }));
  equal(view.cut !== null, byID("cut").getAttribute("aria-pressed") === "true", "keys are letters in the search");

  // A cut is dragged across, node by node.
  if (view.cut === null) press("c");
  for (const { counts, isConsistent, words, reason } of expected.cuts) {
    counts.forEach((count, process) => {
      view.left = view.layout.cutX(process, view.cut[process]) - view.plotWidth / view.scale / 2;
      const y = view.nodeY(process);
      drag(view.cutX(process), y, view.screenX(view.layout.cutX(process, count)), y);
    });
    equal(Array.from(view.cut), counts, "where the cut was dragged to");
    equal(byID("verdict").firstChild.textContent, `${isConsistent ? "✓" : "⚠"} ${words}`, `verdict of ${counts}`);
    equal(byID("verdict").lastChild.textContent, reason, `reason at ${counts}`);
    equal(byID("verdict").className, isConsistent ? "" : "wrong", `sign at ${counts}`);
    page.drawing.draw();
    byID("cutLess").click();
    equal(view.verdict.isConsistent, true, `shrunk ${counts}`);
  }
  const range = document.querySelector("#cutCounts input");
  range.value = "2";
  range.dispatchEvent(new Event("input"));
  equal(view.cut[0], 2, "a cut by its slider");
  page.select(run.places[0][0]);
  press(".");
  equal(view.cut[0], 3, "a cut by key");
  press(",");
  equal(view.cut[0], 2, "and back");
  view.fit();
  drag(view.gripX(), 10, view.screenX(view.layout.end + 2), 10);
  equal(Array.from(view.cut), run.places.map((places) => places.length), "the whole cut by its grip");
  press("c");
  equal([view.cut, byID("cutPanel").hidden], [null, true], "no cut");

  // To move and to look closer.
  page.select(-1);
  const [scale, left] = [view.scale, view.left];
  press("+");
  check(view.scale > scale, "the key to zoom in");
  press("0");
  equal([view.scale, view.left], [scale, left], "the key for the whole run");
  const under = view.columnAt(400);
  const box = canvas.getBoundingClientRect();
  canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: -200, clientX: box.left + 400, clientY: box.top + 50, cancelable: true }));
  check(view.scale > scale, "the wheel zooms in");
  check(Math.abs(view.columnAt(400) - under) < 1e-6, "what is under the pointer stays there");
  const at = view.screenX(0);
  drag(500, view.laneY(0) + view.laneHeight / 2, 450, view.laneY(0) + view.laneHeight / 2);
  check(Math.abs(view.screenX(0) - (at - 50)) < 1e-6, "a drag moves the picture");

  // Nodes off and on; the scale of time.
  press("s");
  equal([view.layout.scale, byID("scale").value], ["time", "time"], "the key for the scale");
  page.drawing.draw();
  press("s");
  const boxes = document.querySelectorAll("#nodes input");
  boxes[0].click();
  page.select(-1);
  const rest = all.filter((place) => run.node[place] !== 0);
  equal(rest.map(() => { press("ArrowRight"); return view.selected; }), rest, "steps leave out a node that is off");
  page.drawing.draw();
  byID("noNodes").click();
  page.drawing.draw();
  press("ArrowLeft");
  byID("allNodes").click();
  check(Array.from(boxes).every((one) => one.checked), "all nodes again");

  // Everything that can be used has a name.
  for (const one of document.querySelectorAll("button, input, select, canvas[tabindex]")) {
    const name = one.getAttribute("aria-label") ?? one.closest("label")?.textContent ?? one.textContent;
    check(/[A-Za-z]/.test(name), `no name: ${one.outerHTML}`);
  }
});
