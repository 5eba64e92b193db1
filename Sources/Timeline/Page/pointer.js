"use strict";

/** A hand that moves less than this, in pixels, has clicked. */
const clickMax = 4;

/** The mouse, the pen and the finger on the picture. */
class Pointer {
  constructor(page) {
    this.page = page;
    this.view = page.view;
    this.canvas = page.view.canvas;
    /** What is being dragged: null, or `{ handle, x, y, moved }`. */
    this.drag = null;
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    this.canvas.addEventListener("pointerup", (event) => this.up(event));
    this.canvas.addEventListener("pointercancel", () => { this.drag = null; });
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    if (event.button !== 0) return;
    const [x, y] = this.place(event);
    this.drag = { handle: this.view.handleAt(x, y), x, y, moved: 0 };
    // A pointer that a script made up cannot be held.
    if (event.isTrusted) this.canvas.setPointerCapture(event.pointerId);
  }

  move(event) {
    const [x, y] = this.place(event);
    const { drag, view, page } = this;
    if (drag === null) { this.hover(x, y); return; }
    drag.moved += Math.abs(x - drag.x) + Math.abs(y - drag.y);
    if (drag.handle >= 0) {
      page.moveCut(drag.handle, view.layout.countBefore(drag.handle, view.columnAt(x)));
    } else if (drag.handle === -2) {
      page.cutAcross(view.columnAt(x));
    } else if (drag.moved > clickMax) {
      view.pan(drag.x - x);
      view.scroll(drag.y - y);
      page.refresh();
    }
    [drag.x, drag.y] = [x, y];
  }

  up(event) {
    const { drag } = this;
    this.drag = null;
    if (drag === null || drag.handle !== -1 || drag.moved > clickMax) return;
    const [x, y] = this.place(event);
    this.page.select(this.view.eventAt(x, y));
  }

  /** Says under the pointer what there is. */
  hover(x, y) {
    const handle = this.view.handleAt(x, y);
    const place = handle === -1 ? this.view.eventAt(x, y) : -1;
    this.canvas.style.cursor = handle !== -1 ? "ew-resize" : place >= 0 ? "pointer" : "grab";
    this.canvas.title = place >= 0 ? this.page.run.words(place) : "";
  }

  wheel(event) {
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? 30 : 1;
    const [x] = this.place(event);
    const sideways = event.deltaX * pixels + (event.shiftKey ? event.deltaY * pixels : 0);
    if (sideways !== 0) this.view.pan(sideways);
    else this.view.zoom(Math.exp(-event.deltaY * pixels * 0.0016), x);
    this.page.refresh();
  }
}

/** The whole run in one strip: where much happens, where nodes die, and what is in view. */
class Overview {
  constructor(canvas, page) {
    this.canvas = canvas;
    this.page = page;
    const go = (event) => {
      if (event.buttons === 0) return;
      const { view } = page;
      const share = (event.clientX - canvas.getBoundingClientRect().left) / canvas.clientWidth;
      view.left = share * (view.layout.end + 2) - 1 - view.plotWidth / view.scale / 2;
      view.pan(0);
      page.refresh();
    };
    canvas.addEventListener("pointerdown", go);
    canvas.addEventListener("pointermove", go);
    this.measure();
  }

  /** Counts what happens at each pixel. */
  measure() {
    const { view, run } = this.page;
    this.width = Math.max(this.canvas.clientWidth, 1);
    this.density = new Float64Array(this.width);
    this.crashes = new Set();
    for (let place = 0; place < run.count; place++) {
      if (!view.isVisible(place)) continue;
      const pixel = Math.min(Math.floor(this.x(view.layout.x[place])), this.width - 1);
      this.density[pixel]++;
      if (run.kind[place] === run.kinds.crash) this.crashes.add(pixel);
    }
    this.most = this.density.reduce((most, count) => Math.max(most, count), 1);
  }

  x(column) { return ((column + 1) / (this.page.view.layout.end + 2)) * this.width; }

  draw() {
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.clientWidth !== this.width) this.measure();
    const height = this.canvas.clientHeight;
    [this.canvas.width, this.canvas.height] = [this.width * ratio, height * ratio];
    const c = this.canvas.getContext("2d");
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { colours } = this.page.drawing;
    c.fillStyle = colours.soft;
    this.density.forEach((count, pixel) => {
      const bar = (count / this.most) * (height - 14);
      if (count > 0) c.fillRect(pixel, height - 3 - Math.max(bar, 1), 1, Math.max(bar, 1));
    });
    c.strokeStyle = colours.wrong;
    c.lineWidth = 1.6;
    for (const pixel of this.crashes) cross(c, pixel, 6, 3);
    const { view } = this.page;
    c.strokeStyle = colours.ink;
    c.lineWidth = 2;
    const [from, to] = [this.x(view.left), this.x(view.left + view.plotWidth / view.scale)];
    c.strokeRect(Math.max(from, 1), 1, Math.max(Math.min(to, this.width - 1) - Math.max(from, 1), 3), height - 2);
    if (view.selected >= 0) {
      const x = this.x(view.layout.x[view.selected]);
      c.lineWidth = 1;
      line(c, x, 0, x, height);
    }
  }
}
