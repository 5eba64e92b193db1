"use strict";

/** Light cones and verdicts of runs, each event and each cut, against what the lab's own code says of them. */
report(() => {
  for (const { name, data, past, future, cuts } of expected) {
    const run = new Run(data);
    run.places.forEach((places, process) => places.forEach((place, index) => {
      equal(Array.from(run.past(place)), past[process][index], `${name}: past of ${process}:${index}`);
      equal(Array.from(run.future(place)), future[process][index], `${name}: future of ${process}:${index}`);
    }));
    for (const cut of cuts) {
      const verdict = run.judge(Int32Array.from(cut.counts));
      equal(verdict.message, cut.message, `${name}: what breaks ${cut.counts}`);
      equal([verdict.crossing, verdict.unreceived], [cut.crossing, cut.unreceived], `${name}: in flight at ${cut.counts}`);
      equal(Array.from(run.leastConsistent(Int32Array.from(cut.counts))), cut.least, `${name}: grown ${cut.counts}`);
      equal(Array.from(run.greatestConsistent(Int32Array.from(cut.counts))), cut.greatest, `${name}: shrunk ${cut.counts}`);
    }
    for (const scale of ["order", "time"]) {
      const layout = new Layout(run, scale);
      for (const lane of run.lanes) {
        lane.forEach((place, index) => check(
          index === 0 || layout.x[place] > layout.x[lane[index - 1]], `${name}, ${scale}: event ${place} stands on another`));
      }
      layout.arrowTo.forEach((to, number) => {
        const from = layout.arrowFrom[number];
        check(from < 0 || to < 0 || layout.x[from] < layout.x[to], `${name}, ${scale}: arrow ${from} to ${to} goes left`);
      });
    }
  }
});
