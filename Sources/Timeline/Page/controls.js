"use strict";

/** What a reader does, and what follows: the one place that changes the view. */
class Page {
  constructor(data) {
    this.run = new Run(data);
    this.view = new View(byID("canvas"), this.run);
    this.drawing = new Drawing(this.view);
    this.overview = new Overview(byID("overview"), this);
    this.panels = new Panels(this);
    this.panels.listShapes(this.drawing.colours);
    this.isWaiting = false;
    this.listenToButtons();
    this.pointer = new Pointer(this);
    document.addEventListener("keydown", (event) => this.press(event));
    window.addEventListener("resize", () => { this.view.resize(); this.view.pan(0); this.refresh(); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.drawing.readColours();
      this.panels.listShapes(this.drawing.colours);
      this.refresh();
    });
    if (data.cuts.length > 0) {
      byID("given").selectedIndex = 1;
      this.setCut(Int32Array.from(data.cuts[0].counts));
    }
    this.panels.showEvent();
    this.refresh();
  }

  /** Draws before the next frame, once, however often it is called. */
  refresh() {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.drawing.draw();
      this.overview.draw();
    });
  }

  /** Tells those who do not see the picture. */
  say(text) { byID("live").textContent = text; }

  select(place) {
    if (place >= this.run.count || place < -1) return;
    this.view.select(place);
    if (place >= 0) {
      this.view.reveal(place);
      this.view.pan(0);
      this.say(`${this.run.words(place)}, at ${this.run.timeText(this.run.time[place])}`);
    }
    this.panels.showEvent();
    if (this.view.cut !== null) this.panels.showCut();
    this.refresh();
  }

  /** To the next event of the run whose node is shown, forwards or backwards. */
  step(direction, isWanted = () => true) {
    const { view, run } = this;
    let place = view.selected < 0 && direction < 0 ? run.count : view.selected;
    do { place += direction; } while (
      place >= 0 && place < run.count && !(view.isVisible(place) && isWanted(place)));
    if (place >= 0 && place < run.count) this.select(place);
  }

  stepAtNode(direction) {
    const { view, run } = this;
    if (view.selected < 0) this.step(direction);
    else { const node = run.node[view.selected]; this.step(direction, (place) => run.node[place] === node); }
  }

  stepAcross(direction) {
    const { view, run } = this;
    if (view.selected < 0) { this.step(1); return; }
    let lane = view.laneOf[run.node[view.selected]] + direction;
    for (; lane >= 0 && lane < view.lanes.length; lane += direction) {
      const place = view.nearest(view.lanes[lane], view.layout.x[view.selected]);
      if (place >= 0) { this.select(place); return; }
    }
  }

  stepIn(places, direction) {
    const { selected } = this.view;
    const next = firstAtLeast(places.length, (index) => places[index], direction > 0 ? selected + 1 : selected);
    const index = direction > 0 ? next : selected < 0 ? places.length - 1 : next - 1;
    if (index >= 0 && index < places.length) this.select(places[index]);
  }

  followMessage() {
    const { selected } = this.view;
    const ends = selected < 0 ? [] : this.panels.otherEnds(selected);
    if (ends.length > 0) this.select(ends[0]);
  }

  search(text) {
    this.view.hits = this.run.search(text);
    const count = this.view.hits.length;
    byID("hits").textContent = text.trim() === "" ? "" : counted(count, "hit");
    this.refresh();
  }

  setScale(name) {
    byID("scale").value = name;
    this.view.setScale(name);
    this.overview.measure();
    this.refresh();
  }

  show(node, isShown) {
    this.view.isShown[node] = isShown;
    this.panels.boxes[node].checked = isShown;
    this.view.placeLanes();
    this.overview.measure();
    this.refresh();
  }

  setCut(counts) {
    this.view.setCut(counts);
    this.panels.showCut();
    this.refresh();
  }

  toggleCut() {
    if (this.view.cut !== null) { this.setCut(null); this.say("no cut"); return; }
    this.cutAcross(this.view.columnAt(sizes.gutter + this.view.plotWidth / 2));
  }

  /** A cut straight across at a column. */
  cutAcross(x) {
    this.setCut(Int32Array.from(this.run.places, (_, process) => this.view.layout.countBefore(process, x)));
    this.sayVerdict();
  }

  moveCut(process, count) {
    if (this.view.cut === null) return;
    const counts = this.view.cut.slice();
    counts[process] = Math.min(Math.max(count, 0), this.run.places[process].length);
    if (counts[process] === this.view.cut[process]) return;
    this.setCut(counts);
    this.sayVerdict();
  }

  sayVerdict() {
    const reason = this.panels.reason();
    this.say(this.panels.verdictWords() + (reason === "" ? "" : `: ${reason}`));
  }

  cutAtPast() {
    if (this.view.cone === null) return;
    this.setCut(this.view.cone.past.slice());
    this.sayVerdict();
  }

  /** Moves the cut at the node of the selected event, or at the first one. */
  nudgeCut(direction) {
    const { view, run } = this;
    if (view.cut === null) { this.toggleCut(); return; }
    const node = view.selected >= 0 ? run.node[view.selected] : 0;
    if (node < run.processes) this.moveCut(node, view.cut[node] + direction);
  }

  listenToButtons() {
    const { run, view } = this;
    const actions = {
      first: () => { this.view.selected = -1; this.step(1); },
      previous: () => this.step(-1),
      next: () => this.step(1),
      last: () => { this.view.selected = -1; this.step(-1); },
      in: () => { view.zoom(1.6); this.refresh(); },
      out: () => { view.zoom(1 / 1.6); this.refresh(); },
      fit: () => { view.fit(); this.refresh(); },
      cut: () => this.toggleCut(),
      cutPast: () => this.cutAtPast(),
      cutLess: () => { this.setCut(run.greatestConsistent(view.cut.slice())); this.sayVerdict(); },
      cutMore: () => { this.setCut(run.leastConsistent(view.cut.slice())); this.sayVerdict(); },
      hitBefore: () => this.stepIn(view.hits, -1),
      hitAfter: () => this.stepIn(view.hits, 1),
      allNodes: () => run.nodes.forEach((_, node) => this.show(node, true)),
      noNodes: () => run.nodes.forEach((_, node) => this.show(node, false)),
    };
    for (const [id, action] of Object.entries(actions)) byID(id).addEventListener("click", action);
    byID("scale").addEventListener("change", (event) => this.setScale(event.target.value));
    byID("search").addEventListener("input", (event) => this.search(event.target.value));
    byID("search").addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.stepIn(view.hits, event.shiftKey ? -1 : 1);
      if (event.key === "Escape") byID("canvas").focus();
    });
    this.keys = {
      ArrowRight: actions.next, ArrowLeft: actions.previous, Home: actions.first, End: actions.last,
      ArrowUp: () => this.stepAcross(-1), ArrowDown: () => this.stepAcross(1),
      "+": actions.in, "=": actions.in, "-": actions.out, "0": actions.fit,
      a: () => { view.pan(-view.plotWidth / 4); this.refresh(); },
      d: () => { view.pan(view.plotWidth / 4); this.refresh(); },
      m: () => this.followMessage(), c: actions.cut,
      "[": () => this.stepIn(this.panels.incidents, -1), "]": () => this.stepIn(this.panels.incidents, 1),
      ",": () => this.nudgeCut(-1), ".": () => this.nudgeCut(1),
      s: () => this.setScale(view.layout.scale === "order" ? "time" : "order"),
      n: actions.hitAfter, N: actions.hitBefore,
      "/": () => { byID("search").focus(); byID("search").select(); },
      Escape: () => this.select(-1),
    };
  }

  press(event) {
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName ?? "");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const isArrow = event.key === "ArrowRight" || event.key === "ArrowLeft";
    const action = event.shiftKey && isArrow
      ? () => this.stepAtNode(event.key === "ArrowRight" ? 1 : -1)
      : Object.hasOwn(this.keys, event.key) ? this.keys[event.key] : null;
    if (action === null) return;
    event.preventDefault();
    action();
  }
}

{
  const data = JSON.parse(byID("run").textContent);
  /** For whoever has the console open, and for tests. */
  window.lightcone = new Page(data);
}
