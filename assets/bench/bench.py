#!/usr/bin/env python3
"""Measures the word count, and what compares with it, in one run on one machine.

    bench.py                   the tables of docs/performance.md
    bench.py --efficiency      the efficiency against workers and against input size, as CSV
    bench.py --redis           what it costs a Redis server to take counts, by command and order

Corpora are made below .bench/ and kept there. No figure is a test: compare within one run only.
What is checked is that all programs agree on the number of words and of different words.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HOUSE = pathlib.Path(__file__).resolve().parents[2]
BENCH = HOUSE / ".bench"
SEED = 1

PYTHON_COUNT = """
import collections, json, sys
counts = collections.Counter()
for path in sys.argv[1:]:
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        counts.update(file.read().split())
print(json.dumps({"words": sum(counts.values()), "distinct": len(counts)}))
"""


def fail(reason):
    sys.exit(f"bench: {reason}")


def corpus(binary, megabytes, distinct):
    """A folder with a corpus of this size; made anew only if it is not there."""
    folder = BENCH / f"corpus-{megabytes}-{distinct}-{SEED}"
    if not folder.exists():
        draft = folder.with_name(folder.name + ".draft")
        shutil.rmtree(draft, ignore_errors=True)
        print(f"making a corpus of {megabytes} MB, {distinct:,} different words", file=sys.stderr)
        draft.parent.mkdir(exist_ok=True)
        subprocess.run(
            [binary, "corpus", "--out", draft, "--megabytes", str(megabytes),
             "--distinct", str(distinct), "--seed", str(SEED)],
            check=True, stderr=subprocess.DEVNULL)
        draft.rename(folder)
    return folder


def measure(command):
    """Runs a command that prints JSON; the seconds are those of the whole process."""
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        fail(f"{command[:4]} ended with {done.returncode}: {done.stderr.decode()[-300:]}")
    return seconds, json.loads(done.stdout)


def programs(binary, counter, folder, rounds):
    """Name, command, and how often to run it."""
    files = sorted(str(path) for path in folder.iterdir())
    run = [binary, "run", "--data", folder, "--json"]
    yield "Python collections.Counter", [sys.executable, "-c", PYTHON_COUNT, *files], rounds
    if counter:
        yield "C hash table", [counter, *files], rounds
    yield "wordcount serial", [binary, "serial", "--data", folder, "--json"], rounds
    for workers in (1, 2, 4):
        yield f"wordcount run, {count(workers, 'worker')}", run + ["--workers", str(workers)], rounds
    yield ("wordcount run, 2 workers, --commit simple",
           run + ["--workers", "2", "--commit", "simple"], 1)


def count(number, noun):
    return f"{number} {noun}" + ("" if number == 1 else "s")


class Series:
    def __init__(self):
        self.seconds, self.peak, self.answer = [], 0, None

    @property
    def median(self):
        return statistics.median(self.seconds)

    def add(self, seconds, report):
        self.seconds.append(seconds)
        self.peak = max(self.peak, report.get("peakMemoryBytes", 0))
        self.answer = (report["words"], report["distinct"])


def series(candidates, check=True):
    """Runs the candidates in turn, so that a noisy minute disturbs all of them."""
    candidates = list(candidates)
    results = {name: Series() for name, _, _ in candidates}
    for turn in range(max(rounds for _, _, rounds in candidates)):
        for name, command, rounds in candidates:
            if turn < rounds:
                print(f"  {name}, round {turn + 1} of {rounds}", file=sys.stderr)
                results[name].add(*measure([str(part) for part in command]))
    if check:
        agree(results)
    return results


def agree(results):
    """Ends the whole run if the programs do not have the same answer."""
    if len({result.answer for result in results.values()}) != 1:
        fail("the programs disagree on (words, different words): "
             + "; ".join(f"{name}: {result.answer}" for name, result in results.items()))


def size(folder):
    return sum(path.stat().st_size for path in folder.iterdir())


def table(rows):
    """Right-aligned but for the first column."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows = [rows[0], ["-" * width for width in widths], *rows[1:]]
    for row in rows:
        cells = [cell.ljust(width) if column == 0 else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def comparison(binary, counter, megabytes, distinct, rounds):
    folder = corpus(binary, megabytes, distinct)
    results = series(programs(binary, counter, folder, rounds))
    words, different = next(iter(results.values())).answer
    print(f"\n{size(folder):,} bytes, {words:,} words, {different:,} of them different; "
          f"median of {rounds} (simple: 1); all programs agree\n")
    serial = results["wordcount serial"].median
    rows = [["", "seconds", "MB/s", "speed : serial", "peak of a worker"]]
    for name, result in results.items():
        peak = f"{result.peak / 1e6:.0f} MB" if result.peak else ""
        rows.append([name, f"{result.median:.2f}", f"{size(folder) / 1e6 / result.median:.0f}",
                     f"{serial / result.median:.2f}", peak])
    table(rows)
    two = results["wordcount run, 2 workers"].median
    simple = results["wordcount run, 2 workers, --commit simple"].median
    print(f"\nspeed of combined : simple commits, 2 workers: {simple / two:.1f}")


def growth(binary, small, large, distinct, rounds):
    """Both sizes in the same rounds, or a change of the machine's mood would pass for growth."""
    names = ("wordcount serial", "wordcount run, 2 workers")
    folders = {megabytes: corpus(binary, megabytes, distinct) for megabytes in (small, large)}
    results = series(
        (((name, megabytes), command, rounds) for megabytes, folder in folders.items()
         for name, command, _ in programs(binary, None, folder, rounds) if name in names),
        check=False)
    for megabytes in folders:
        agree({name: result for name, result in results.items() if name[1] == megabytes})
    print(f"\n{large} MB against {small} MB, {distinct:,} different words, "
          f"{large / small:.1f} times the input; median of {rounds}\n")
    rows = [["", f"seconds, {small} MB", f"seconds, {large} MB", "ratio", "peak of a worker"]]
    for name in names:
        before, after = results[name, small], results[name, large]
        peak = f"{after.peak / 1e6:.0f} MB" if after.peak else ""
        rows.append([name, f"{before.median:.2f}", f"{after.median:.2f}",
                     f"{after.median / before.median:.2f}", peak])
    table(rows)


def efficiency(binary, workers, megabytes, fixed, rounds):
    """E = T_serial / (p * T_p), where T is the time of the whole process."""
    print("series,megabytes,workers,serial_seconds,run_seconds,efficiency")

    def line(name, size_, folder, counts):
        rows = [("serial", [binary, "serial", "--data", folder, "--json"], rounds)]
        rows += [(p, [binary, "run", "--data", folder, "--json", "--workers", str(p)], rounds)
                 for p in counts]
        results = series(rows)
        serial = results["serial"].median
        for p in counts:
            time_ = results[p].median
            print(f"{name},{size_},{p},{serial:.3f},{time_:.3f},{serial / (p * time_):.3f}",
                  flush=True)

    line("workers", 64, corpus(binary, 64, 300_000), workers)
    for size_ in megabytes:
        line("input", size_, corpus(binary, size_, 50_000), [fixed])


class Redis:
    """A server of our own on a Unix socket, and the little of its protocol that we need."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="bench-", dir="/tmp")
        path = self.folder + "/redis.sock"
        try:
            self.process = subprocess.Popen(
                ["redis-server", "--port", "0", "--unixsocket", path, "--save", "",
                 "--dir", self.folder], stdout=subprocess.DEVNULL)
        except FileNotFoundError:
            fail("there is no redis-server on the PATH; run make setup")
        self.socket = socket.socket(socket.AF_UNIX)
        deadline = time.monotonic() + 10
        while True:
            try:
                self.socket.connect(path)
                break
            except OSError:
                if time.monotonic() > deadline:
                    fail("redis-server does not answer")
                time.sleep(0.01)
        self.input = self.socket.makefile("rb")

    def send(self, *arguments):
        parts = [part if isinstance(part, bytes) else str(part).encode() for part in arguments]
        message = b"*%d\r\n" % len(parts)
        message += b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        self.socket.sendall(message)
        return self.reply()

    def reply(self):
        line = self.input.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            fail(f"redis: {rest.decode()}")
        if kind == b"$" and rest != b"-1":
            return self.input.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        return rest

    @property
    def cpu(self):
        facts = dict(line.split(":", 1) for line in self.send("INFO", "cpu").decode().split("\r\n")
                     if ":" in line)
        return float(facts["used_cpu_user"]) + float(facts["used_cpu_sys"])

    def end(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def redis_costs(distinct=300_000):
    """CPU seconds of the server for taking the same counts in different ways."""
    generator = random.Random(SEED)
    words = [b"%x" % generator.getrandbits(36) for _ in range(distinct)]
    counts = [int(1e6 / (rank + 1)) + 1 for rank in range(distinct)]
    pairs = list(zip(counts, words))
    shuffled = pairs[:]
    generator.shuffle(shuffled)
    ascending = sorted(pairs)
    script = ("for i = 1, #ARGV, 2 do redis.call('%s', KEYS[1], %s) end")
    by_member = script % ("ZINCRBY", "ARGV[i], ARGV[i + 1]")
    by_field = script % ("HINCRBY", "ARGV[i + 1], ARGV[i]")

    def portions(pairs, length):
        for start in range(0, len(pairs), length):
            yield [part for pair in pairs[start:start + length] for part in pair]

    def zadd(pairs):
        return lambda redis: [redis.send("ZADD", "key", *flat) for flat in portions(pairs, 1000)]

    def lua(text, times):
        def work(redis):
            for _ in range(times):
                for flat in portions(shuffled, 100_000):
                    redis.send("EVAL", text, 1, "key", *flat)
        return work

    block = b"".join(word + b"%d" % number for number, word in pairs)
    ways = [
        ("ZINCRBY in Lua, word by word, new words", lua(by_member, 1)),
        ("ZINCRBY in Lua, word by word, words new, then known", lua(by_member, 2)),
        ("HINCRBY in Lua, word by word, new words", lua(by_field, 1)),
        ("ZADD, 1,000 pairs a command, random order", zadd(shuffled)),
        ("ZADD, 1,000 pairs a command, descending order", zadd(ascending[::-1])),
        ("ZADD, 1,000 pairs a command, ascending order", zadd(ascending)),
        ("RPUSH of one packed block", lambda redis: redis.send("RPUSH", "key", block)),
    ]
    rows = [[f"{distinct:,} words", "CPU seconds of the server"]]
    for name, work in ways:
        times = []
        for _ in range(3):
            redis = Redis()
            try:
                before = redis.cpu
                work(redis)
                times.append(redis.cpu - before)
            finally:
                redis.end()
        rows.append([name, f"{statistics.median(times):.3f}"])
    print("\nwhat it costs the server to take counts; median of 3, each on a new server\n")
    table(rows)


def numbers(text):
    return [int(part) for part in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", default=HOUSE / ".build/release/wordcount")
    parser.add_argument("--counter", help="the compiled count.c; left out if there is none")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--efficiency", action="store_true")
    parser.add_argument("--workers", type=numbers, default=[1, 2, 3, 4, 5, 6, 7, 8])
    parser.add_argument("--megabytes", type=numbers, default=[4, 16, 64, 256])
    parser.add_argument("--fixed-workers", type=int, default=8)
    parser.add_argument("--redis", action="store_true")
    options = parser.parse_args()
    binary = str(pathlib.Path(options.binary).resolve())
    if not os.access(binary, os.X_OK) and not options.redis:
        fail(f"there is no program {binary}; build it with make build")
    if options.redis:
        return redis_costs()
    if options.efficiency:
        return efficiency(binary, options.workers, options.megabytes, options.fixed_workers,
                          options.rounds)
    comparison(binary, options.counter, 64, 300_000, options.rounds)
    comparison(binary, options.counter, 64, 10_000, options.rounds)
    growth(binary, 64, 256, 300_000, options.rounds)


if __name__ == "__main__":
    main()
