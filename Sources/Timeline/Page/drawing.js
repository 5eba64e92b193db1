"use strict";

/** Draws a view; each part is one method, in the order in which they lie on each other. */
class Drawing {
  constructor(view) {
    this.view = view;
    this.readColours();
  }

  /** The colours of the style sheet, which differ by day and by night. */
  readColours() {
    const style = getComputedStyle(document.documentElement);
    const names = ["paper", "ink", "soft", "faint", "past", "future", "cut", "wrong", "mark"];
    this.colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    this.hatch = this.hatched(this.colours.future);
  }

  /** Slanted lines, so that the future is told from the past without colour. */
  hatched(colour) {
    const tile = document.createElement("canvas");
    [tile.width, tile.height] = [8, 8];
    const c = tile.getContext("2d");
    c.strokeStyle = colour;
    c.lineWidth = 1.6;
    for (const shift of [-8, 0, 8]) { c.beginPath(); c.moveTo(shift, 8); c.lineTo(shift + 8, 0); c.stroke(); }
    return this.view.context.createPattern(tile, "repeat");
  }

  draw() {
    const view = this.view;
    const c = view.context;
    c.paper = this.colours.paper;
    c.setLineDash([]);
    c.globalAlpha = 1;
    c.fillStyle = this.colours.paper;
    c.fillRect(0, 0, view.width, view.height);
    this.from = view.columnAt(sizes.gutter) - 1;
    this.to = view.columnAt(view.width) + 1;
    this.drawCones(c);
    this.drawLives(c);
    this.drawArrows(c);
    this.drawEvents(c);
    this.drawHits(c);
    this.drawSelection(c);
    this.drawCut(c);
    this.drawRuler(c);
    this.drawNames(c);
  }

  ink(c, name, alpha = 1) {
    c.strokeStyle = this.colours[name];
    c.fillStyle = this.colours[name];
    c.globalAlpha = alpha;
  }

  drawCones(c) {
    const { view } = this;
    if (view.cone === null) return;
    const half = Math.min(view.laneHeight * 0.32, 20);
    for (const node of view.lanes) {
      if (node >= view.run.processes) continue;
      const places = view.run.places[node];
      const [past, future] = [view.cone.past[node], view.cone.future[node]];
      const y = view.nodeY(node);
      const pastX = past > 0 ? view.screenX(view.layout.x[places[past - 1]]) + 6 : 0;
      if (pastX > sizes.gutter) {
        c.globalAlpha = 0.3;
        c.fillStyle = this.colours.past;
        c.fillRect(sizes.gutter, y - half, pastX - sizes.gutter, 2 * half);
        this.ink(c, "past");
        c.lineWidth = 2;
        line(c, pastX, y - half, pastX, y + half);
      }
      if (future < places.length) {
        const x = Math.max(view.screenX(view.layout.x[places[future]]) - 6, sizes.gutter);
        c.globalAlpha = 0.55;
        c.fillStyle = this.hatch;
        c.fillRect(x, y - half, view.width - x, 2 * half);
        this.ink(c, "future");
        c.lineWidth = 2;
        line(c, x, y - half, x, y + half);
      }
    }
    c.globalAlpha = 1;
  }

  drawLives(c) {
    const { view } = this;
    for (const node of view.lanes) {
      const pieces = view.layout.lives[node];
      const first = Math.max(firstAtLeast(pieces.length, (index) => pieces[index].x, this.from) - 1, 0);
      const y = view.nodeY(node);
      for (let index = first; index < pieces.length && pieces[index].x < this.to; index++) {
        const piece = pieces[index];
        if (piece.state === "absent") continue;
        const end = pieces[index + 1]?.x ?? view.layout.end + 1;
        const isAlive = piece.state === "alive";
        this.ink(c, "soft", isAlive ? 1 : 0.8);
        c.lineWidth = isAlive ? 1.6 : 1.2;
        c.setLineDash(isAlive ? [] : [1.5, 5]);
        line(c, view.screenX(Math.max(piece.x, this.from)), y, view.screenX(Math.min(end, this.to)), y);
      }
    }
    c.setLineDash([]);
  }

  drawArrows(c) {
    const { view } = this;
    const { arrowLeft, arrowReach } = view.layout;
    const count = arrowLeft.length;
    const first = firstAtLeast(count, (index) => arrowReach[index], this.from);
    const last = firstAtLeast(count, (index) => arrowLeft[index], this.to);
    const isCrowded = last - first > arrowsMax;
    const lanes = view.lanes.length;
    // Of those from one node to another that begin close together, one is drawn, and pale.
    const bucket = Math.max((view.plotWidth * lanes * lanes) / arrowsMax, 2);
    const drawn = isCrowded ? new Int32Array(lanes * lanes).fill(-1) : null;
    for (let number = first; number < last; number++) {
      const [from, to] = [view.layout.arrowFrom[number], view.layout.arrowTo[number]];
      if (to >= 0 && view.layout.x[to] < this.from) continue;
      if (drawn !== null) {
        const pair = this.pair(from, to, lanes);
        // Each pair begins elsewhere, or there were stripes.
        const place = Math.floor((arrowLeft[number] * view.scale) / bucket + pair * 0.618);
        if (pair < 0 || drawn[pair] === place) continue;
        drawn[pair] = place;
      }
      this.drawArrow(c, from, to, isCrowded ? 0.25 : 1);
    }
    c.setLineDash([]);
    c.globalAlpha = 1;
  }

  pair(from, to, lanes) {
    const lane = (place) => (place < 0 ? -1 : this.view.laneOf[this.view.run.node[place]]);
    const [source, target] = [lane(from), lane(to)];
    return source < 0 || target < 0 ? -1 : source * lanes + target;
  }

  /** One message; an end that is hidden, unknown or nowhere is a stub. */
  drawArrow(c, from, to, alpha) {
    const { view } = this;
    const { run, layout } = view;
    const hasFrom = from >= 0 && view.isVisible(from);
    const hasTo = to >= 0 && view.isVisible(to);
    if (!hasFrom && !hasTo) return;
    const isLost = to >= 0 && run.kind[to] === run.kinds.drop;
    const isLit = view.cone === null || this.isMessageLit(from, to);
    const isOfSelected = view.selected >= 0 && (from === view.selected || to === view.selected);
    this.ink(c, isLit ? "ink" : "faint", (isLit ? 0.85 : 0.5) * alpha);
    c.lineWidth = isOfSelected ? 2.6 : view.cone !== null && isLit && !isLost ? 1.5 : 1;
    const reach = Math.min(0.8 * view.scale, 22);
    const fromX = hasFrom ? view.screenX(layout.x[from]) : view.screenX(layout.x[to]) - reach;
    const toX = hasTo ? view.screenX(layout.x[to]) : fromX + reach;
    const fromY = hasFrom ? view.nodeY(run.node[from]) : view.nodeY(run.node[to]) - 18;
    const toY = hasTo ? view.nodeY(run.node[to]) - (isLost ? 9 : 0) : fromY - 18;
    c.setLineDash(isLost ? [5, 4] : hasFrom && hasTo ? [] : [1.5, 3]);
    arrow(c, fromX, fromY, toX, toY, hasTo && !isLost && view.scale > 3);
    if (from >= 0 && to < 0) { c.setLineDash([]); disc(c, toX, toY, 2.5); c.lineWidth = 1; c.stroke(); }
  }

  /** A message is lit if it goes from an event of a cone to one of the same cone. */
  isMessageLit(from, to) {
    const { run, cone } = this.view;
    if (from < 0) return this.view.isLit(to);
    const isIn = (place, counts, isFuture) => isFuture
      ? run.index[place] >= counts[run.node[place]] : run.index[place] < counts[run.node[place]];
    if (to < 0 || !run.isEvent(to)) return this.view.isLit(from);
    return isIn(to, cone.past, false) || isIn(from, cone.future, true);
  }

  drawEvents(c) {
    const { view } = this;
    let visible = 0;
    const ranges = view.lanes.map((node) => {
      const range = [view.layout.firstOnLane(node, this.from), view.layout.firstOnLane(node, this.to)];
      visible += range[1] - range[0];
      return range;
    });
    view.lanes.forEach((node, lane) => {
      const y = view.laneY(lane);
      if (y < -20 || y > view.height + 40) return;
      this.drawLane(c, node, ranges[lane], y);
      if (visible <= labelsMax && view.scale >= 10) this.drawLabels(c, node, ranges[lane], y);
    });
    c.globalAlpha = 1;
  }

  drawLane(c, node, [first, last], y) {
    const { view } = this;
    const { run } = view;
    const lane = run.lanes[node];
    const isFine = view.scale >= 5;
    const crashes = [];
    let pixel = -1;
    for (let index = first; index < last; index++) {
      const place = lane[index];
      const x = view.screenX(view.layout.x[place]);
      if (run.kind[place] === run.kinds.crash) {
        if (crashes.length === 0 || x - crashes.at(-1) > 4) crashes.push(x);
        continue;
      }
      if (!isFine && Math.floor(x) === pixel) continue;
      pixel = Math.floor(x);
      this.ink(c, "ink", view.isLit(place) ? 1 : 0.22);
      c.lineWidth = 1.2;
      if (isFine) marks[markOf[run.kindName(place)]].draw(c, x, y); else c.fillRect(pixel, y - 4, 1, 8);
    }
    // Above all others, and never pale: these are what one looks for.
    this.ink(c, "wrong");
    for (const x of crashes) marks.crash.draw(c, x, y);
  }

  /** The texts for which there is room, from the left. */
  drawLabels(c, node, [first, last], y) {
    const { view } = this;
    const { run } = view;
    c.font = "11px system-ui, sans-serif";
    c.textAlign = "left";
    let end = -Infinity;
    for (let index = first; index < last; index++) {
      const place = run.lanes[node][index];
      const text = this.label(place);
      const x = view.screenX(view.layout.x[place]) + 4;
      if (text === null || x < end || x < sizes.gutter) continue;
      const short = shortened(text, 36);
      const width = c.measureText(short).width;
      this.ink(c, "ink", view.isLit(place) ? 0.9 : 0.3);
      words(c, short, x, y - 12);
      end = x + width + 8;
    }
  }

  label(place) {
    const { run } = this.view;
    switch (run.kindName(place)) {
      case "send": case "timer": case "output": case "note": return run.textOf(place, "text");
      case "save": case "written": case "refused": return run.textOf(place, "text") ?? run.kindName(place);
      case "recover": return `life ${run.life[place]}`;
      case "crash": return "crash";
      default: return null;
    }
  }

  drawHits(c) {
    const { view } = this;
    this.ink(c, "mark");
    c.lineWidth = 2;
    const isFine = view.scale >= 5;
    const pixels = new Int32Array(view.run.nodes.length).fill(-1);
    for (const place of view.hits) {
      const at = view.layout.x[place];
      if (at < this.from || at > this.to || !view.isVisible(place)) continue;
      const [x, y] = [view.screenX(at), view.nodeY(view.run.node[place])];
      const pixel = Math.floor(x / 3);
      if (!isFine && pixel === pixels[view.run.node[place]]) continue;
      pixels[view.run.node[place]] = pixel;
      if (isFine) c.strokeRect(x - 9, y - 9, 18, 18); else c.strokeRect(x - 2, y - 9, 4, 18);
    }
  }

  drawSelection(c) {
    const { view } = this;
    if (view.selected < 0 || !view.isVisible(view.selected)) return;
    const x = view.screenX(view.layout.x[view.selected]);
    const y = view.nodeY(view.run.node[view.selected]);
    this.ink(c, "ink");
    c.lineWidth = 2;
    disc(c, x, y, 11);
    c.stroke();
    disc(c, x, y, 14);
    c.lineWidth = 1;
    c.stroke();
  }

  drawRuler(c) {
    const { view } = this;
    this.ink(c, "paper");
    c.fillRect(0, 0, view.width, sizes.ruler);
    this.ink(c, "soft");
    c.lineWidth = 1;
    line(c, 0, sizes.ruler + 0.5, view.width, sizes.ruler + 0.5);
    c.font = "11px system-ui, sans-serif";
    c.textAlign = "left";
    const step = Drawing.roundStep(120 / view.scale);
    let said = "";
    for (let x = Math.max(Math.ceil(this.from / step) * step, 0); x <= Math.min(this.to, view.layout.end); x += step) {
      const [at, text] = [view.screenX(x), view.run.timeText(view.layout.timeAt(x))];
      if (at < sizes.gutter) continue;
      line(c, at, sizes.ruler - 6, at, sizes.ruler);
      if (text !== said) c.fillText(text, at + 4, 16);
      said = text;
    }
    if (view.cut !== null) this.drawGrip(c);
  }

  static roundStep(least) {
    const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
    return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? 1;
  }

  drawNames(c) {
    const { view } = this;
    this.ink(c, "paper");
    c.fillRect(0, sizes.ruler + 1, sizes.gutter - 2, view.height);
    c.font = "600 13px system-ui, sans-serif";
    c.textAlign = "right";
    view.lanes.forEach((node, lane) => {
      const y = view.laneY(lane);
      if (y < sizes.ruler) return;
      this.ink(c, "ink");
      c.fillText(this.fitted(c, view.run.nodes[node], sizes.gutter - 20), sizes.gutter - 14, y + 4);
    });
    this.ink(c, "paper");
    c.fillRect(0, 0, sizes.gutter - 2, sizes.ruler);
    c.textAlign = "left";
  }

  /** A text, cut to a width in pixels. */
  fitted(c, text, width) {
    let length = 40;
    while (length > 2 && c.measureText(shortened(text, length)).width > width) length--;
    return shortened(text, length);
  }
}
