"use strict";

/** Sizes, in pixels. */
const sizes = { gutter: 132, ruler: 26, laneMin: 34, laneMax: 150, hit: 14, handle: 7 };

/** With more arrows in view than this, of those that begin at one pixel only one is drawn. */
const arrowsMax = 4000;
/** With more events in view than this, there are no texts beside them. */
const labelsMax = 600;

/** What is seen of a run, and how it is drawn: only what is in view is touched. */
class View {
  constructor(canvas, run) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.run = run;
    this.layout = new Layout(run, "order");
    this.isShown = run.nodes.map(() => true);
    this.selected = -1;
    /** The light cones of the selected event, or null. */
    this.cone = null;
    this.hits = new Int32Array(0);
    /** Of each process, how many of its events are in the cut; null without one. */
    this.cut = null;
    this.verdict = null;
    this.top = 0;
    this.resize();
    this.fit();
  }

  get lanes() { return this.shownLanes; }

  resize() {
    const box = this.canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    [this.width, this.height] = [Math.max(box.width, 300), Math.max(box.height, 150)];
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    sizes.gutter = this.width < 600 ? 84 : 132;
    this.placeLanes();
  }

  /** Gives each shown node its line. */
  placeLanes() {
    this.shownLanes = this.isShown.flatMap((isShown, node) => (isShown ? [node] : []));
    this.laneOf = new Int32Array(this.run.nodes.length).fill(-1);
    this.shownLanes.forEach((node, lane) => { this.laneOf[node] = lane; });
    const room = (this.height - sizes.ruler) / Math.max(this.shownLanes.length, 1);
    this.laneHeight = Math.min(Math.max(room, sizes.laneMin), sizes.laneMax);
    this.scroll(0);
  }

  get plotWidth() { return this.width - sizes.gutter; }

  screenX(x) { return sizes.gutter + (x - this.left) * this.scale; }

  columnAt(screenX) { return this.left + (screenX - sizes.gutter) / this.scale; }

  laneY(lane) { return sizes.ruler + (lane + 0.5) * this.laneHeight - this.top; }

  nodeY(node) { return this.laneY(this.laneOf[node]); }

  isVisible(place) { return this.laneOf[this.run.node[place]] >= 0; }

  /** All of the run in the window, or a small run at a good size. */
  fit() {
    this.scale = Math.min(this.plotWidth / (this.layout.end + 4), 48);
    this.scaleMin = this.scale / 2;
    this.left = -1;
  }

  zoom(factor, screenX = sizes.gutter + this.plotWidth / 2) {
    const at = this.columnAt(screenX);
    this.scale = Math.min(Math.max(this.scale * factor, this.scaleMin), 400);
    this.left = at - (screenX - sizes.gutter) / this.scale;
    this.pan(0);
  }

  pan(pixels) {
    const room = this.plotWidth / this.scale;
    const last = Math.max(this.layout.end + 2 - room * 0.5, -1);
    this.left = Math.min(Math.max(this.left + pixels / this.scale, -1 - room * 0.5), last);
  }

  scroll(pixels) {
    const rest = this.shownLanes.length * this.laneHeight - (this.height - sizes.ruler);
    this.top = Math.min(Math.max(this.top + pixels, 0), Math.max(rest, 0));
  }

  /** Brings an event into view, and near enough to be told from its neighbours. */
  reveal(place) {
    this.scale = Math.max(this.scale, 14);
    const x = this.screenX(this.layout.x[place]);
    if (x < sizes.gutter + 40 || x > this.width - 60) {
      this.left = this.layout.x[place] - this.plotWidth / this.scale / 2;
    }
    if (!this.isVisible(place)) return;
    const y = this.nodeY(this.run.node[place]);
    if (y < sizes.ruler + 10) this.scroll(y - sizes.ruler - this.laneHeight / 2);
    if (y > this.height - 10) this.scroll(y - this.height + this.laneHeight / 2);
  }

  setScale(name) {
    const share = this.left / (this.layout.end + 2);
    this.layout = new Layout(this.run, name);
    this.left = share * (this.layout.end + 2);
    if (this.selected >= 0) this.reveal(this.selected);
    this.pan(0);
  }

  select(place) {
    this.selected = place;
    const origin = this.originOf(place);
    this.cone = origin < 0 ? null
      : { past: this.run.past(origin), future: this.run.future(origin), origin };
  }

  /** The event whose cones are shown: of a lost message its send, of a remark none. */
  originOf(place) {
    if (place < 0 || this.run.isEvent(place)) return place;
    const message = this.run.message[place];
    return message < 0 ? -1 : this.run.send[message];
  }

  setCut(counts) {
    this.cut = counts;
    this.verdict = counts === null ? null : this.run.judge(counts);
  }

  /** Whether an event is in a light cone of the selected one, or nothing is selected. */
  isLit(place) {
    if (this.cone === null || place === this.selected) return true;
    const node = this.run.node[place];
    if (!this.run.isEvent(place)) {
      const send = this.originOf(place);
      return send >= 0 && this.isLit(send);
    }
    return this.run.index[place] < this.cone.past[node] || this.run.index[place] >= this.cone.future[node];
  }

  /** The event at a point of the window, or -1. */
  eventAt(screenX, screenY) {
    const lane = Math.round((screenY + this.top - sizes.ruler) / this.laneHeight - 0.5);
    if (lane < 0 || lane >= this.shownLanes.length) return -1;
    if (Math.abs(this.laneY(lane) - screenY) > sizes.hit + 4) return -1;
    const node = this.shownLanes[lane];
    return this.nearest(node, this.columnAt(screenX), sizes.hit / this.scale);
  }

  /** The event of a node that is nearest to a column, if it is within a distance; or -1. */
  nearest(node, x, within = Infinity) {
    const lane = this.run.lanes[node];
    const next = this.layout.firstOnLane(node, x);
    let best = -1;
    for (const index of [next - 1, next]) {
      if (index < 0 || index >= lane.length) continue;
      const distance = Math.abs(this.layout.x[lane[index]] - x);
      if (distance <= within) { best = lane[index]; within = distance; }
    }
    return best;
  }

  /** The process whose handle of the cut is at a point; -2: the grip of the whole cut; -1: none. */
  handleAt(screenX, screenY) {
    if (this.cut === null) return -1;
    if (screenY < sizes.ruler && Math.abs(this.gripX() - screenX) < 34) return -2;
    return this.shownLanes.find((node) => node < this.run.processes
      && Math.abs(this.nodeY(node) - screenY) < this.laneHeight / 2 - 2
      && Math.abs(this.cutX(node) - screenX) < sizes.handle + 3) ?? -1;
  }

  cutX(process) { return this.screenX(this.layout.cutX(process, this.cut[process])); }

  gripX() {
    const first = this.shownLanes.find((node) => node < this.run.processes);
    const x = first === undefined ? sizes.gutter : this.cutX(first);
    return Math.min(Math.max(x, sizes.gutter + 36), this.width - 36);
  }
}
