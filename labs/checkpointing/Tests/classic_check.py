"""Finds out, as the classic course does, whether a job has counted right.

    python3 classic_check.py CHECKPOINTS FILE...

It counts the words of the files one after another, writes that to seq.txt in the folder of the checkpoints,
and compares it with what the reducers have put to rest at last, all of them together.
"""

import collections
import csv
import glob
import json
import os
import sys


def sequential(paths):
    counts = collections.Counter()
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["text"] != "\n":
                    counts.update(row["text"].split(" "))
    return counts


def main(folder, paths):
    csv.field_size_limit(1 << 30)
    with open(os.path.join(folder, "seq.txt"), "w", encoding="utf-8") as file:
        json.dump(sequential(paths), file)
    with open(os.path.join(folder, "seq.txt"), encoding="utf-8") as file:
        expected = json.load(file)
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, "Reducer_*_0.txt"))):
        with open(path, encoding="utf-8") as file:
            part = json.load(file)
        twice = found.keys() & part.keys()
        if twice:
            return "counted by two reducers: %r" % sorted(twice)[:5]
        found.update(part)
    wrong = [w for w in expected.keys() | found.keys() if expected.get(w) != found.get(w)]
    if wrong:
        word = sorted(wrong)[0]
        return "%d words differ, as %r: %r, not %r" % (
            len(wrong),
            word,
            found.get(word),
            expected.get(word),
        )
    print("%d words, %d different: right" % (sum(found.values()), len(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
