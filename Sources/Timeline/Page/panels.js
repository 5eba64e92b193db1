"use strict";

/** More crashes and recoveries than this are not listed. */
const incidentsMax = 1000;

function byID(id) { return document.getElementById(id); }

/** An element with a text, which is never markup. */
function element(name, text = "") {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function button(text, action) {
  const made = element("button", text);
  made.addEventListener("click", action);
  return made;
}

function counted(count, one, many = `${one}s`) { return `${count} ${count === 1 ? one : many}`; }

/** What stands beside the picture: the event, the cut, crashes, nodes, shapes. */
class Panels {
  constructor(page) {
    this.page = page;
    this.run = page.run;
    byID("title").textContent = this.run.data.title;
    byID("summary").textContent = this.run.data.summary;
    this.listIncidents();
    this.listNodes();
    this.listCounts();
    this.listGivenCuts();
  }

  showEvent() {
    const { run, view } = this.page;
    const place = view.selected;
    const [facts, actions] = [byID("facts"), byID("eventActions")];
    facts.replaceChildren();
    actions.replaceChildren();
    byID("hint").hidden = place >= 0;
    byID("position").textContent = place < 0 ? `${run.count} in all` : `${place + 1} of ${run.count}`;
    if (place < 0) return;
    for (const [name, value] of this.facts(place)) {
      if (value !== null) facts.append(element("dt", name), element("dd", value));
    }
    for (const other of this.otherEnds(place)) {
      const what = other < place ? "to where it was sent" : `to ${run.nodeName(other)}: ${run.kindName(other)}`;
      actions.append(button(what, () => this.page.select(other)));
    }
    actions.append(button("cut at its past", () => this.page.cutAtPast()));
  }

  facts(place) {
    const { run, view } = this.page;
    const isEvent = run.isEvent(place);
    const number = isEvent ? `, event ${run.index[place] + 1}` : ", a remark";
    const { cone } = view;
    const size = (counts, list) => counts.reduce((sum, count, node) => sum + list(count, node), 0);
    const past = cone === null ? 0 : size(cone.past, (count) => count) - 1;
    const future = cone === null ? 0 : size(cone.future, (count, node) => run.places[node].length - count) - 1;
    const all = run.places.reduce((sum, places) => sum + places.length, 0);
    return [
      ["node", run.nodeName(place) + number],
      ["what", run.kindName(place)],
      [run.kind[place] === run.kinds.receive || run.kind[place] === run.kinds.drop ? "from" : "to", run.textOf(place, "peer")],
      ["text", run.textOf(place, "text")],
      ["message", run.textOf(place, "name")],
      ["fate", this.fate(place)],
      ["time", run.timeText(run.time[place])],
      ["life", `${run.life[place]}`],
      ["link", run.textOf(place, "link")],
      ["effects", run.effects[place] < 0 ? null : `${run.effects[place]} took place before the crash`],
      ["state", run.textOf(place, "state")],
      ["clock", run.textOf(place, "clock")],
      ["vector time", isEvent ? `(${Array.from(cone.past).join(",")})` : null],
      ["past", cone === null ? null : `${counted(past, "event")} (plain bands)`],
      ["future", cone === null ? null : `${counted(future, "event")} (hatched bands)`],
      ["concurrent", cone === null ? null : counted(all - past - future - 1, "event")],
    ];
  }

  /** How the message of a send ended. */
  fate(place) {
    const { run } = this;
    const message = run.message[place];
    if (message < 0 || run.kind[place] !== run.kinds.send) return null;
    const receives = run.receives[message].length;
    if (receives > 0) return receives === 1 ? "received" : `received ${receives} times`;
    return run.drop[message] >= 0 ? "lost" : "arrives nowhere in this log";
  }

  otherEnds(place) {
    const { run } = this;
    const message = run.message[place];
    if (message < 0) return [];
    if (run.kind[place] !== run.kinds.send) return run.send[message] < 0 ? [] : [run.send[message]];
    const ends = run.receives[message].slice(0, 8);
    return run.drop[message] < 0 ? ends : [...ends, run.drop[message]];
  }

  showCut() {
    const { view, run } = this.page;
    const isOn = view.cut !== null;
    byID("cut").setAttribute("aria-pressed", `${isOn}`);
    byID("cutPanel").hidden = !isOn;
    if (!isOn) return;
    const { verdict } = view;
    const box = byID("verdict");
    box.className = verdict.isConsistent ? "" : "wrong";
    box.replaceChildren(
      element("strong", `${verdict.isConsistent ? "✓" : "⚠"} ${this.verdictWords()}`),
      element("span", this.reason()),
    );
    byID("cutPast").disabled = view.cone === null;
    byID("cutLess").disabled = verdict.isConsistent;
    byID("cutMore").disabled = verdict.isConsistent;
    this.counts.forEach(({ range, output }, process) => {
      const count = view.cut[process];
      const most = run.places[process].length;
      range.value = `${count}`;
      range.setAttribute("aria-valuetext", `${count} of ${most} events of ${run.nodes[process]}`);
      output.textContent = `${count} / ${most}`;
    });
  }

  /** `consistent, 3 messages in flight, 2 never received`. */
  verdictWords() {
    const { isConsistent, crossing, unreceived } = this.page.view.verdict;
    if (!isConsistent) return "not consistent";
    const count = crossing + unreceived;
    if (count === 0) return "consistent, nothing in flight";
    const end = unreceived > 0 ? `, ${unreceived} never received` : "";
    return `consistent, ${counted(count, "message")} in flight${end}`;
  }

  /** Which message breaks the cut, and where; empty if none does. */
  reason() {
    const { run } = this;
    const { isConsistent, send, receive } = this.page.view.verdict;
    if (isConsistent) return "";
    const name = run.textOf(send, "name");
    const text = run.textOf(receive, "text");
    return `${run.nodeName(receive)} has received ${text === null ? name : `${name} [${text}]`} in its event `
      + `${run.index[receive] + 1}, and ${run.nodeName(send)} sends it only in its event ${run.index[send] + 1}`;
  }

  listIncidents() {
    const all = this.run.incidents();
    this.incidents = all;
    const list = byID("incidents");
    const items = all.slice(0, incidentsMax).map((place) => {
      const isCrash = this.run.kind[place] === this.run.kinds.crash;
      const what = isCrash ? "✕ crash" : `❘ life ${this.run.life[place]}`;
      const item = element("li");
      item.append(button(
        `${what} of ${this.run.nodeName(place)}, ${this.run.timeText(this.run.time[place])}`,
        () => this.page.select(place),
      ));
      return item;
    });
    if (all.length === 0) items.push(element("li", "none"));
    if (all.length > incidentsMax) items.push(element("li", `and ${all.length - incidentsMax} more`));
    list.replaceChildren(...items);
  }

  listNodes() {
    this.boxes = this.run.nodes.map((name, node) => {
      const box = element("input");
      box.type = "checkbox";
      box.checked = true;
      box.addEventListener("change", () => this.page.show(node, box.checked));
      const label = element("label");
      label.append(box, ` ${name} `, this.small(counted(this.run.lanes[node].length, "event")));
      const item = element("li");
      item.append(label);
      byID("nodes").append(item);
      return box;
    });
  }

  small(text) {
    return element("small", `(${text})`);
  }

  listCounts() {
    this.counts = this.run.places.map((places, process) => {
      const range = element("input");
      Object.assign(range, { type: "range", min: "0", max: `${places.length}`, step: "1" });
      range.setAttribute("aria-label", `Events of ${this.run.nodes[process]} in the cut`);
      range.addEventListener("input", () => this.page.moveCut(process, Number(range.value)));
      const output = element("output");
      const label = element("label");
      label.append(element("span", this.run.nodes[process]), range, output);
      byID("cutCounts").append(label);
      return { range, output };
    });
  }

  listGivenCuts() {
    const { cuts } = this.run.data;
    if (cuts.length === 0) return;
    byID("givenLabel").hidden = false;
    const select = byID("given");
    select.append(element("option", "choose…"));
    for (const cut of cuts) {
      select.append(element("option", cut.remark === "" ? cut.name : `${cut.name} (${cut.remark})`));
    }
    select.addEventListener("change", () => {
      const cut = cuts[select.selectedIndex - 1];
      if (cut !== undefined) this.page.setCut(Int32Array.from(cut.counts));
    });
  }

  /** The shapes of the events that there are. */
  listShapes(colours) {
    const used = new Set(Array.from(new Set(this.run.kind), (kind) => markOf[this.run.data.kinds[kind]]));
    const items = Object.entries(marks).filter(([name]) => used.has(name)).map(([, mark]) => {
      const sample = element("canvas");
      [sample.width, sample.height] = [48, 52];
      Object.assign(sample.style, { width: "24px", height: "26px" });
      const c = sample.getContext("2d");
      c.scale(2, 2);
      c.paper = colours.paper;
      [c.strokeStyle, c.fillStyle] = [colours.ink, colours.ink];
      mark.draw(c, 12, 15);
      const item = element("li");
      item.append(sample, mark.meaning);
      return item;
    });
    byID("shapes").replaceChildren(...items);
  }
}
