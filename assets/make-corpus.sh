#!/usr/bin/env bash
# Makes the sample corpus: the King James Bible, one file a book, one verse a line, from Debian's
# packages bible-kjv and bible-kjv-text (install them first; they are needed for this alone).
set -euo pipefail
cd "$(dirname "$0")/corpus"
rm -f ./*.txt
# Each verse comes with its reference in front, such as `1Sm3:10`: it tells the book, and goes.
bible -f Gen1:1-Rev22:21 | awk '
    {
        book = $1
        sub(/[0-9]+:[0-9]+$/, "", book)
        if (book != last) { number++; last = book }
        sub(/^[^ ]+ /, "")
        print > sprintf("%02d-%s.txt", number, book)
    }'
cat ./*.txt | wc
