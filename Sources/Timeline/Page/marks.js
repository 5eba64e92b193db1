"use strict";

/** The shapes of events on their node's line, the same as in the pictures of `timeline --svg`. */
const marks = {
  event: { meaning: "send or receive", draw: (c, x, y) => { disc(c, x, y, 3.6); c.fill(); } },
  timer: { meaning: "timer", draw: (c, x, y) => { disc(c, x, y, 4.2); hollow(c); } },
  idle: { meaning: "step of work", draw: (c, x, y) => { disc(c, x, y, 2.2); hollow(c); } },
  output: {
    meaning: "output",
    draw: (c, x, y) => { shape(c, [[x, y - 5.5], [x + 5.5, y], [x, y + 5.5], [x - 5.5, y]]); hollow(c); },
  },
  saved: { meaning: "state at rest", draw: (c, x, y) => c.fillRect(x - 4.5, y - 4.5, 9, 9) },
  refused: {
    meaning: "state not saved",
    draw: (c, x, y) => {
      shape(c, [[x - 4.5, y - 4.5], [x + 4.5, y - 4.5], [x + 4.5, y + 4.5], [x - 4.5, y + 4.5]]);
      hollow(c);
      line(c, x - 4.5, y - 4.5, x + 4.5, y + 4.5);
    },
  },
  start: { meaning: "a life begins", draw: (c, x, y) => { c.lineWidth = 3; line(c, x, y - 9, x, y + 9); } },
  crash: { meaning: "crash", draw: (c, x, y) => { c.lineWidth = 3; cross(c, x, y, 7); } },
  halt: {
    meaning: "end",
    draw: (c, x, y) => { c.lineWidth = 2; line(c, x - 2.5, y - 8, x - 2.5, y + 8); line(c, x + 2.5, y - 8, x + 2.5, y + 8); },
  },
  note: { meaning: "remark", draw: (c, x, y) => { shape(c, [[x, y - 3], [x + 4.5, y - 11], [x - 4.5, y - 11]]); hollow(c); } },
  drop: { meaning: "message lost", draw: (c, x, y) => { c.lineWidth = 1.8; cross(c, x, y - 9, 4); } },
};

/** The mark of each kind of event. */
const markOf = {
  send: "event", receive: "event", timer: "timer", idle: "idle", output: "output", save: "saved",
  written: "saved", refused: "refused", start: "start", recover: "start", crash: "crash", halt: "halt",
  note: "note", drop: "drop",
};

function disc(c, x, y, radius) {
  c.beginPath();
  c.arc(x, y, radius, 0, 2 * Math.PI);
}

function shape(c, points) {
  c.beginPath();
  points.forEach(([x, y], number) => { if (number === 0) c.moveTo(x, y); else c.lineTo(x, y); });
  c.closePath();
}

/** Draws the outline of a shape over whatever is behind it. */
function hollow(c) {
  const ink = c.fillStyle;
  c.fillStyle = c.paper;
  c.fill();
  c.fillStyle = ink;
  c.lineWidth = 1.5;
  c.stroke();
}

function line(c, fromX, fromY, toX, toY) {
  c.beginPath();
  c.moveTo(fromX, fromY);
  c.lineTo(toX, toY);
  c.stroke();
}

function cross(c, x, y, half) {
  line(c, x - half, y - half, x + half, y + half);
  line(c, x - half, y + half, x + half, y - half);
}

/** A message from one place to another, with a head at its end, which stays clear of the event there. */
function arrow(c, fromX, fromY, toX, toY, hasHead) {
  const length = Math.hypot(toX - fromX, toY - fromY);
  if (length < 1) return;
  const [dx, dy] = [(toX - fromX) / length, (toY - fromY) / length];
  const [tipX, tipY] = [toX - dx * 4, toY - dy * 4];
  line(c, fromX, fromY, tipX, tipY);
  if (!hasHead) return;
  c.beginPath();
  c.moveTo(tipX, tipY);
  c.lineTo(tipX - dx * 8 - dy * 3.5, tipY - dy * 8 + dx * 3.5);
  c.lineTo(tipX - dx * 8 + dy * 3.5, tipY - dy * 8 - dx * 3.5);
  c.closePath();
  c.fill();
}

/** Words with a rim of paper, so that lines behind them do not matter. */
function words(c, text, x, y) {
  const ink = c.strokeStyle;
  c.strokeStyle = c.paper;
  c.lineWidth = 4;
  c.lineJoin = "round";
  c.strokeText(text, x, y);
  c.strokeStyle = ink;
  c.fillText(text, x, y);
}

/** A text that is not longer than a line of a picture. */
function shortened(text, charactersMax) {
  const line = text.replace(/\s+/gu, " ");
  return line.length > charactersMax ? `${line.slice(0, charactersMax - 1)}…` : line;
}
