"use strict";

/** How much of a column the events of a node keep between them where distances tell of times. */
const timeShare = 0.25;

/**
 * How far to the right each event stands, in columns, by order or by time; and the messages, as arrows from the
 * left. No arrow points to the left, and no two events of a node share a place.
 */
class Layout {
  constructor(run, scale) {
    this.run = run;
    this.scale = scale;
    this.x = scale === "time" ? Layout.byTime(run) : Float64Array.from(run.rank);
    this.end = this.x.reduce((end, x) => Math.max(end, x), 0);
    this.collectTimes();
    this.collectArrows();
    this.collectLives();
  }

  static byTime(run) {
    const x = new Float64Array(run.count);
    let [first, last, columns] = [Infinity, -Infinity, 0];
    for (let place = 0; place < run.count; place++) {
      first = Math.min(first, run.time[place]);
      last = Math.max(last, run.time[place]);
      columns = Math.max(columns, run.rank[place]);
    }
    const unit = last > first ? columns / (last - first) : 0;
    const reached = new Float64Array(run.nodes.length).fill(-timeShare);
    for (let place = 0; place < run.count; place++) {
      const node = run.node[place];
      let at = Math.max((run.time[place] - first) * unit, reached[node] + timeShare);
      const send = run.message[place] < 0 ? -1 : run.send[run.message[place]];
      if (send >= 0 && send < place) at = Math.max(at, x[send] + timeShare);
      x[place] = at;
      reached[node] = at;
    }
    return x;
  }

  /** The time of each whole column, for the ruler. */
  collectTimes() {
    this.times = new Float64Array(Math.floor(this.end) + 1).fill(-1);
    for (let place = 0; place < this.run.count; place++) {
      const column = Math.floor(this.x[place]);
      this.times[column] = Math.max(this.times[column], this.run.time[place]);
    }
    for (let column = 1; column < this.times.length; column++) {
      if (this.times[column] < 0) this.times[column] = this.times[column - 1];
    }
  }

  /** From where to where each message goes, sorted by its left end; -1 is nowhere in this run. */
  collectArrows() {
    const run = this.run;
    const [from, to] = [[], []];
    for (let message = 0; message < run.messages; message++) {
      const send = run.send[message];
      for (const receive of run.receives[message]) { from.push(send); to.push(receive); }
      if (send < 0) continue;
      if (run.drop[message] >= 0) { from.push(send); to.push(run.drop[message]); }
      else if (run.receives[message].length === 0) { from.push(send); to.push(-1); }
    }
    const left = (number) => (from[number] < 0 ? this.x[to[number]] - 1 : this.x[from[number]]);
    const order = Int32Array.from(from.keys()).sort((a, b) => left(a) - left(b));
    this.arrowFrom = Int32Array.from(order, (number) => from[number]);
    this.arrowTo = Int32Array.from(order, (number) => to[number]);
    this.arrowLeft = Float64Array.from(order, left);
    /** How far any arrow up to this one reaches: where to begin drawing is searched in it. */
    this.arrowReach = new Float64Array(order.length);
    let reach = -Infinity;
    for (let number = 0; number < order.length; number++) {
      const end = this.arrowTo[number];
      reach = Math.max(reach, end < 0 ? this.arrowLeft[number] + 1 : this.x[end]);
      this.arrowReach[number] = reach;
    }
  }

  /** Of each node, where it begins, dies, comes back or ends. */
  collectLives() {
    const run = this.run;
    const { start, recover, crash, halt } = run.kinds;
    const states = new Map([[start, "alive"], [recover, "alive"], [crash, "dead"], [halt, "absent"]]);
    this.lives = run.lanes.map((lane) => {
      // A log without a beginning tells of a node that is there from the start.
      const begins = lane.some((place) => run.kind[place] === start);
      const pieces = [{ x: -Infinity, state: begins ? "absent" : "alive" }];
      for (const place of lane) {
        const state = states.get(run.kind[place]);
        if (state !== undefined) pieces.push({ x: this.x[place], state });
      }
      return pieces;
    });
  }

  /** The first on a node's line that is not left of a column, as an index into the line. */
  firstOnLane(node, x) {
    const lane = this.run.lanes[node];
    return firstAtLeast(lane.length, (index) => this.x[lane[index]], x);
  }

  /** How many events of a process are left of a column. */
  countBefore(process, x) {
    const places = this.run.places[process];
    return firstAtLeast(places.length, (index) => this.x[places[index]], x);
  }

  /** Where a cut goes through the line of a process. */
  cutX(process, count) {
    const places = this.run.places[process];
    if (places.length === 0) return 0;
    if (count === 0) return this.x[places[0]] - 0.5;
    if (count === places.length) return this.x[places[count - 1]] + 0.5;
    return (this.x[places[count - 1]] + this.x[places[count]]) / 2;
  }

  timeAt(x) {
    if (this.times.length === 0) return 0;
    return this.times[Math.min(Math.max(Math.floor(x), 0), this.times.length - 1)];
  }
}
