"use strict";

/** How a cut is drawn: whole if it is consistent; dashed if not, with a sign at the message that breaks it. */
Object.assign(Drawing.prototype, {
  drawCut(c) {
    const { view } = this;
    if (view.cut === null) return;
    const { isConsistent } = view.verdict;
    const nodes = view.lanes.filter((node) => node < view.run.processes);
    this.ink(c, isConsistent ? "cut" : "wrong");
    c.lineWidth = 2.5;
    c.setLineDash(isConsistent ? [] : [9, 5]);
    const half = Math.min(view.laneHeight * 0.3, 16);
    c.beginPath();
    nodes.forEach((node, number) => {
      const [x, y] = [view.cutX(node), view.nodeY(node)];
      if (number === 0) c.moveTo(x, sizes.ruler); else c.lineTo(x, y - half);
      c.lineTo(x, y + half);
    });
    const last = nodes.at(-1);
    if (last !== undefined) c.lineTo(view.cutX(last), view.nodeY(last) + view.laneHeight / 2);
    c.stroke();
    c.setLineDash([]);
    for (const node of nodes) this.drawHandle(c, view.cutX(node), view.nodeY(node));
    if (!isConsistent) this.drawOffence(c);
  },

  drawHandle(c, x, y) {
    c.beginPath();
    c.rect(x - 5, y - sizes.handle - 3, 10, 2 * sizes.handle + 6);
    hollow(c);
    c.lineWidth = 1;
    for (const shift of [-1.5, 1.5]) line(c, x + shift, y - 5, x + shift, y + 5);
  },

  /** The message that was received in the cut and sent behind it. */
  drawOffence(c) {
    const { view } = this;
    const { send, receive } = view.verdict;
    if (!view.isVisible(send) || !view.isVisible(receive)) return;
    const end = (place) => [view.screenX(view.layout.x[place]), view.nodeY(view.run.node[place])];
    const [[fromX, fromY], [toX, toY]] = [end(send), end(receive)];
    this.ink(c, "wrong");
    c.lineWidth = 3.5;
    arrow(c, fromX, fromY, toX, toY, true);
    const [x, y] = [(fromX + toX) / 2, (fromY + toY) / 2];
    shape(c, [[x, y - 13], [x + 13, y + 10], [x - 13, y + 10]]);
    hollow(c);
    c.font = "bold 15px system-ui, sans-serif";
    c.textAlign = "center";
    c.fillText("!", x, y + 7);
    c.textAlign = "left";
    c.font = "600 12px system-ui, sans-serif";
    words(c, "received inside, sent outside", x + 18, y + 5);
  },

  drawGrip(c) {
    const { view } = this;
    const x = view.gripX();
    this.ink(c, view.verdict.isConsistent ? "cut" : "wrong");
    c.fillRect(x - 32, 3, 64, sizes.ruler - 6);
    c.fillStyle = this.colours.paper;
    c.font = "600 12px system-ui, sans-serif";
    c.textAlign = "center";
    c.fillText(view.verdict.isConsistent ? "↔ cut ✓" : "↔ cut !", x, 17);
    c.textAlign = "left";
  },
});
