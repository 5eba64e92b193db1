#!/usr/bin/env python3
"""Measures the jobs of lab 2 in one run on one machine: the tables of docs/performance.md.

Corpora are made below .bench/ and kept there. No figure is a test: compare within one run only. What is
checked is that each job counts exactly.
"""

import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import time

HOUSE = pathlib.Path(__file__).resolve().parents[2]
BENCH = HOUSE / ".bench"
RELEASE = HOUSE / ".build" / "release"
ROUNDS = 5
LIMIT_SECONDS = 120


def fail(reason):
    sys.exit(f"job: {reason}")


def corpus(megabytes, distinct):
    """A folder with a corpus of this size; made anew only if it is not there."""
    folder = BENCH / f"corpus-{megabytes}-{distinct}-1"
    if not folder.exists():
        BENCH.mkdir(exist_ok=True)
        draft = folder.with_name(folder.name + ".draft")
        subprocess.run(
            [RELEASE / "wordcount", "corpus", "--out", draft, "--megabytes", str(megabytes),
             "--distinct", str(distinct), "--seed", "1"],
            check=True, stderr=subprocess.DEVNULL)
        draft.rename(folder)
    return folder


def small_files(count=200, size=65_536):
    """Files of ten-word lines over 36 words."""
    folder = BENCH / f"small-{count}-{size}"
    if not folder.exists():
        chance = random.Random(1)
        words = [a + b + c for a in "bdlnrt" for b in "aeiouy" for c in "n"]
        draft = folder.with_name(folder.name + ".draft")
        draft.mkdir(parents=True, exist_ok=True)
        for number in range(count):
            lines, length = [], 0
            while length < size:
                line = " ".join(chance.choice(words) for _ in range(10)) + "\n"
                lines.append(line)
                length += len(line)
            (draft / f"{number:04}.txt").write_text("".join(lines))
        draft.rename(folder)
    return folder


def run(folder, *words):
    """The report of a job; its time is that from the first step of a node to the last."""
    command = [RELEASE / "checkpointing", "run", "--data", folder, "--top", "0", "--json", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS)
    if done.returncode != 0:
        fail(f"{' '.join(map(str, command))}: {done.stdout} {done.stderr}")
    return json.loads(done.stdout)


def size(folder):
    return sum(path.stat().st_size for path in folder.iterdir())


def throughput():
    ways = [("--no-checkpoints",), ("--checkpoint-interval", "0.5"), ("--checkpoint-interval", "0.1")]
    print("input                          checkpoints     MB/s   range         taken")
    for name, folder in [
        ("200 files of 64 KB, 36 words", small_files()),
        ("1600 files of 64 KB, 36 words", small_files(1600)),
        ("512 MB, 36 words", corpus(512, 36)),
        ("512 MB, 300,000 words", corpus(512, 300_000)),
    ]:
        rates = {way: [] for way in ways}
        taken = {way: 0 for way in ways}
        run(folder)
        for _ in range(ROUNDS):
            for way in ways:
                report = run(folder, *way)
                rates[way].append(size(folder) / report["nanoseconds"] * 1000)
                taken[way] = report["checkpointsCompleted"]
        for way in ways:
            interval = "none but last" if len(way) == 1 else f"every {way[1]} s"
            spread = f"{min(rates[way]):.0f}-{max(rates[way]):.0f}"
            print(f"{name:30} {interval:14} {statistics.median(rates[way]):5.0f}   {spread:12} {taken[way]:5}")


def recovery():
    print("\nfrom the notice of a death to the first new count   median ms   longest   times")
    for name, folder, words in [
        ("36 words, a mapper killed", corpus(512, 36), ["kill Mapper_0 at 40%"]),
        ("36 words, a reducer killed", corpus(512, 36), ["kill Reducer_0 at 40%"]),
        ("1,000,000 words, a mapper killed", corpus(64, 1_000_000), ["kill Mapper_0 at 60%"]),
        ("1,000,000 words, a reducer killed", corpus(64, 1_000_000), ["kill Reducer_0 at 60%"]),
    ]:
        times = []
        for _ in range(2 * ROUNDS):
            report = run(folder, "--checkpoint-interval", "0.2", "--verify", "--faults", *words)
            if not report["verified"]:
                fail(f"{name}: the counts are wrong")
            times += [each["untilFirstCountMilliseconds"] for each in report["recoveries"]
                      if each.get("untilFirstCountMilliseconds") is not None]
        print(f"{name:51} {statistics.median(times):7.0f} {max(times):11.0f} {len(times):7}")


def nodes(job):
    """The processes of the nodes of a job that has begun, in the order of the nodes."""
    children = pathlib.Path(f"/proc/{job.pid}/task/{job.pid}/children").read_text().split()
    return [int(child) for child in children
            if b"node" in pathlib.Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")]


def until_next_count(name, folder, log, heartbeats, by_hand):
    """Runs a job in which a worker stops for good, and says after how many milliseconds counts came again.

    Both times are those of the log: that of the last thing that the worker did, and that of the first count
    of the next recovery. So a stop by hand and one by a plan are measured alike.
    """
    words = ["--checkpoint-interval", "0.2", "--verify", "--log", log, *heartbeats]
    if not by_hand:
        run(folder, "--faults", f"stop {name} at 40% for 100s", *words)
    else:
        command = [RELEASE / "checkpointing", "run", "--data", folder, "--json", *words]
        job = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        processes, deadline = [], time.monotonic() + LIMIT_SECONDS
        while len(processes) < 5 and time.monotonic() < deadline:
            processes = nodes(job)
        time.sleep(0.2)
        os.kill(processes[1 if name == "Mapper_0" else 3], signal.SIGSTOP)
        if job.wait(timeout=LIMIT_SECONDS) != 0:
            fail(f"{name} was stopped by hand: status {job.returncode}")
    last, first = None, None
    for line in log.read_text().splitlines()[1:]:
        event = json.loads(line)
        if event["node"] == name and event["incarnation"] == 0 \
                and event["kind"] not in ("crash", "drop", "note"):
            last = event["time"]
        if event["kind"] == "output" and event.get("text", "").startswith("counting(recovery: 1)"):
            first = first or event["time"]
    if last is None or first is None:
        fail(f"{name} was stopped, and that is not in the log")
    return (first - last) / 1e6


def stops():
    print("\nfrom a stop to the first new count              median ms   longest   times")
    folder, log = corpus(256, 36), BENCH / "stop.jsonl"
    for timing, heartbeats in [
        ("every 500 ms, limit 1000 ms", []),
        ("every 100 ms, limit 300 ms", ["--heartbeat-interval", "0.1", "--heartbeat-timeout", "0.3"]),
    ]:
        for name in ["Mapper_0", "Reducer_0"]:
            for by_hand in [False, True]:
                times = [until_next_count(name, folder, log, heartbeats, by_hand)
                         for _ in range(ROUNDS)]
                who = f"{timing}: {name}, {'by hand' if by_hand else 'by plan'}"
                print(f"{who:47} {statistics.median(times):9.0f} {max(times):9.0f} {len(times):7}")
    log.unlink()


def saving():
    print("\na part of a checkpoint       saving: median ms, longest   alignment: median ms, longest")
    for name, folder in [("36 words", corpus(512, 36)), ("1,000,000 words", corpus(64, 1_000_000))]:
        report = run(folder, "--checkpoint-interval", "0.1")
        save, align = report["saving"], report["alignment"]
        print(f"{name:28} {save['medianMilliseconds']:12.1f} {save['maximumMilliseconds']:8.1f}"
              f" {align['medianMilliseconds']:21.1f} {align['maximumMilliseconds']:8.1f}")


def simulation():
    command = [RELEASE / "checkpointing", "simulate", "--seeds", "1...3000", "--cores", "1",
               "--checkpoint-interval", "0.001", "--heartbeat-interval", "0.02",
               "--heartbeat-timeout", "0.06", "--faults", "random kills=5 lose=10%"]
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS)
    seconds = time.monotonic() - began
    if "0 failed" not in done.stdout:
        fail(done.stdout)
    print(f"\nsimulated, 10 files, 5 kills: {3000 / seconds:.0f} jobs a second on one core")


throughput()
recovery()
stops()
saving()
simulation()
