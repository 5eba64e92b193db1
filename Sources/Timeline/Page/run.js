"use strict";

/**
 * A run: its events by column, its messages, and what happened before what.
 *
 * An event is named by its place in the log. Places of one process are in its order, so that a cut is one count
 * a process, and so are the two light cones. Nothing here draws, and nothing recurses: a chain of causes may be
 * as long as the log.
 */
class Run {
  constructor(data) {
    this.data = data;
    this.count = data.count;
    this.nodes = data.nodes;
    /** The first so many nodes have events; further ones are only spoken of. */
    this.processes = data.processes;
    const column = (name, Column = Int32Array) => {
      const values = data.events[name];
      return typeof values === "number"
        ? new Column(this.count).fill(values) : Column.from(values);
    };
    this.node = column("node");
    this.kind = column("kind");
    this.time = column("time", Float64Array);
    this.life = column("life");
    this.message = column("message");
    this.rank = column("rank");
    this.effects = column("effects");
    /** Columns of texts, as indices into `data.texts`; -1 is none. */
    this.texts = {};
    for (const name of ["name", "peer", "link", "text", "state", "clock"]) {
      this.texts[name] = column(name);
    }
    this.kinds = {};
    data.kinds.forEach((name, number) => { this.kinds[name] = number; });
    this.layOut();
    this.linkMessages();
  }

  kindName(place) { return this.data.kinds[this.kind[place]]; }

  nodeName(place) { return this.nodes[this.node[place]]; }

  /** A text of an event, or null. */
  textOf(place, column) {
    const index = this.texts[column][place];
    return index < 0 ? null : this.data.texts[index];
  }

  /** Whether a node did this; drops and notes are remarks, and in no cut. */
  isEvent(place) {
    return this.kind[place] !== this.kinds.drop && this.kind[place] !== this.kinds.note;
  }

  layOut() {
    const lanes = this.nodes.map(() => []);
    const places = Array.from({ length: this.processes }, () => []);
    /** Of an event, how many events of its process are before it; of a remark, the same. */
    this.index = new Int32Array(this.count);
    for (let place = 0; place < this.count; place++) {
      const node = this.node[place];
      lanes[node].push(place);
      if (node >= this.processes) continue;
      this.index[place] = places[node].length;
      if (this.isEvent(place)) places[node].push(place);
    }
    /** All that stands on a node's line, in order. */
    this.lanes = lanes.map((list) => Int32Array.from(list));
    /** The events of each process, in order. */
    this.places = places.map((list) => Int32Array.from(list));
  }

  linkMessages() {
    let count = 0;
    for (const message of this.message) count = Math.max(count, message + 1);
    this.messages = count;
    this.send = new Int32Array(count).fill(-1);
    this.drop = new Int32Array(count).fill(-1);
    this.receives = Array.from({ length: count }, () => []);
    const { send, receive, drop } = this.kinds;
    for (let place = 0; place < this.count; place++) {
      const message = this.message[place];
      if (message < 0) continue;
      if (this.kind[place] === send) this.send[message] = place;
      if (this.kind[place] === receive) this.receives[message].push(place);
      if (this.kind[place] === drop) this.drop[message] = place;
    }
    for (const receives of this.receives) {
      if (receives.length > 1) {
        receives.sort((a, b) => this.node[a] - this.node[b] || this.index[a] - this.index[b]);
      }
    }
  }

  contains(counts, place) { return this.index[place] < counts[this.node[place]]; }

  /** All that happened before an event, and itself: of each process a count. Also its vector time. */
  past(place) {
    const counts = new Int32Array(this.processes);
    counts[this.node[place]] = this.index[place] + 1;
    return this.leastConsistent(counts);
  }

  /** All that an event happened before, and itself: of each process the first index. */
  future(place) {
    const counts = Int32Array.from(this.places, (list) => list.length);
    counts[this.node[place]] = this.index[place];
    return this.greatestConsistent(counts);
  }

  /** The least consistent cut with all of a cut in it; `counts` becomes it. */
  leastConsistent(counts) {
    const searched = new Int32Array(this.processes);
    const open = Array.from(this.places.keys());
    while (open.length > 0) {
      const process = open.pop();
      while (searched[process] < counts[process]) {
        const place = this.places[process][searched[process]++];
        const message = this.message[place];
        if (message < 0 || this.kind[place] !== this.kinds.receive) continue;
        const send = this.send[message];
        if (send < 0 || this.contains(counts, send)) continue;
        counts[this.node[send]] = this.index[send] + 1;
        open.push(this.node[send]);
      }
    }
    return counts;
  }

  /** The greatest consistent cut within a cut; `counts` becomes it. */
  greatestConsistent(counts) {
    const searched = Int32Array.from(this.places, (list) => list.length);
    const open = Array.from(this.places.keys());
    while (open.length > 0) {
      const process = open.pop();
      while (searched[process] > counts[process]) {
        const place = this.places[process][--searched[process]];
        if (this.kind[place] !== this.kinds.send || this.message[place] < 0) continue;
        for (const receive of this.receives[this.message[place]]) {
          if (!this.contains(counts, receive)) continue;
          counts[this.node[receive]] = this.index[receive];
          open.push(this.node[receive]);
        }
      }
    }
    return counts;
  }

  /** What there is to say about a cut: the first message that breaks it, and what is in flight. */
  judge(counts) {
    const verdict = { isConsistent: true, message: -1, send: -1, receive: -1, crossing: 0, unreceived: 0 };
    for (let message = 0; message < this.messages; message++) {
      const send = this.send[message];
      if (send < 0) continue;
      const receives = this.receives[message];
      if (this.contains(counts, send)) {
        if (receives.length === 0) {
          if (this.drop[message] < 0) verdict.unreceived++;
        } else if (this.isMissing(counts, receives)) {
          verdict.crossing++;
        }
      } else if (verdict.isConsistent) {
        const receive = receives.find((place) => this.contains(counts, place));
        if (receive === undefined) continue;
        Object.assign(verdict, { isConsistent: false, message, send, receive });
      }
    }
    return verdict;
  }

  /** Whether a process has not yet got a message; what a network has doubled is missing once. */
  isMissing(counts, receives) {
    return receives.some((place, number) => {
      const isFirst = number === 0 || this.node[receives[number - 1]] !== this.node[place];
      return isFirst && !this.contains(counts, place);
    });
  }

  /** The events in which a text is, in any of their words. */
  search(text) {
    const wanted = text.trim().toLowerCase();
    if (wanted === "") return new Int32Array(0);
    const find = (list) => Uint8Array.from(list, (one) => (one.toLowerCase().includes(wanted) ? 1 : 0));
    const [nodes, kinds, texts] = [find(this.nodes), find(this.data.kinds), find(this.data.texts)];
    const columns = Object.values(this.texts);
    const hits = [];
    for (let place = 0; place < this.count; place++) {
      const isHit = nodes[this.node[place]] || kinds[this.kind[place]]
        || columns.some((column) => column[place] >= 0 && texts[column[place]]);
      if (isHit) hits.push(place);
    }
    return Int32Array.from(hits);
  }

  /** Crashes and recoveries, in the order of the log. */
  incidents() {
    const { crash, recover } = this.kinds;
    const places = [];
    for (let place = 0; place < this.count; place++) {
      if (this.kind[place] === crash || this.kind[place] === recover) places.push(place);
    }
    return places;
  }

  /** A time since the run began: `0.25 ms`; a trace of the explorer counts steps. */
  timeText(time) {
    if (this.data.unit === "step") return `step ${time}`;
    const units = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];
    const [unit, name] = units.find(([size]) => time >= size) ?? [1, "ns"];
    return `${Math.floor((time / unit) * 1000 + 1e-6) / 1000} ${name}`;
  }

  /** An event in a few words: `Server receives ping(number: 3) from Client`. */
  words(place) {
    const peer = this.textOf(place, "peer");
    const isFrom = this.kind[place] === this.kinds.receive || this.kind[place] === this.kinds.drop;
    const words = [`${this.nodeName(place)}: ${this.kindName(place)}`];
    if (peer !== null) words.push(`${isFrom ? "from" : "to"} ${peer}`);
    const text = this.textOf(place, "text") ?? this.textOf(place, "name");
    if (text !== null) words.push(text);
    return words.join(" ");
  }
}

/** The first index of an ascending list whose value is at least `value`. */
function firstAtLeast(length, valueAt, value) {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) < value) low = middle + 1; else high = middle;
  }
  return low;
}
