#!/usr/bin/env python3
"""Draws the figures of lab 2's handout that show no run, as SVG: into a folder, or beside this file."""

import pathlib
import sys

INK, FAINT, BLUE, RED = "#1b1f24", "#57606a", "#0550ae", "#a40e26"
PAPER, SHADE = "#ffffff", "#eef2f6"
FOLDER = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent


class Figure:
    def __init__(self, width, height, title):
        self.size = (width, height)
        self.title = title
        self.parts = []

    def box(self, x, y, width, height, lines, shade=SHADE, radius=8, weight=1.5, dash=None):
        """A box around the middle (x, y), with its lines; the first is heavy."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<rect x="{x - width / 2}" y="{y - height / 2}" width="{width}" height="{height}" rx="{radius}" '
            f'fill="{shade}" stroke="{INK}" stroke-width="{weight}"{dashes}/>'
        )
        top = y - (len(lines) - 1) * 9
        for place, line in enumerate(lines):
            self.text(x, top + 18 * place, line, heavy=place == 0, size=14 if place == 0 else 12.5)

    def text(self, x, y, text, heavy=False, size=13, colour=INK, anchor="middle", mono=False):
        weight = ' font-weight="600"' if heavy else ""
        family = ' font-family="DejaVu Sans Mono, Menlo, monospace"' if mono else ""
        text = text.replace("&", "&amp;").replace("<", "&lt;")
        self.parts.append(
            f'<text x="{x}" y="{y + size * 0.35:.1f}" font-size="{size}" fill="{colour}" '
            f'text-anchor="{anchor}"{weight}{family}>{text}</text>'
        )

    def note(self, x, y, text, size=12.5, colour=INK, anchor="middle"):
        """Text on a patch of paper, so that it can lie over a line."""
        width = len(text) * size * 0.56 + 6
        left = {"middle": x - width / 2, "start": x - 3, "end": x - width + 3}[anchor]
        self.parts.append(
            f'<rect x="{left:.1f}" y="{y - size * 0.72:.1f}" width="{width:.1f}" height="{size * 1.44:.1f}" '
            f'fill="{PAPER}"/>'
        )
        self.text(x, y, text, size=size, colour=colour, anchor=anchor)

    def line(self, points, colour=INK, weight=1.6, dash=None, arrow=True, curve=None):
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        head = f' marker-end="url(#{ {INK: "ink", BLUE: "blue", RED: "red", FAINT: "faint"}[colour] })"'
        path = curve or "M" + " L".join(f"{x},{y}" for x, y in points)
        self.parts.append(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{weight}"{dashes}'
            f'{head if arrow else ""}/>'
        )

    def write(self, name):
        width, height = self.size
        heads = "".join(
            f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="11" markerHeight="11" '
            f'markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0,0 L10,5 L0,10 z" fill="{colour}"/></marker>'
            for name, colour in [("ink", INK), ("blue", BLUE), ("red", RED), ("faint", FAINT)]
        )
        stripes = (
            '<pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{PAPER}"/>'
            f'<line x1="0" y1="0" x2="0" y2="6" stroke="{FAINT}" stroke-width="1.6"/></pattern>'
        )
        # A paper of its own: legible on a light page and on a dark one.
        body = "\n".join(self.parts)
        (FOLDER / name).write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" font-family="DejaVu Sans, Verdana, sans-serif" role="img">\n'
            f"<title>{self.title}</title>\n<defs>{heads}{stripes}</defs>\n"
            f'<rect width="{width}" height="{height}" rx="10" fill="{PAPER}"/>\n{body}\n</svg>\n'
        )


def pipeline():
    figure = Figure(860, 450, "Streams, mappers, reducers and the coordinator")
    top, bottom = 185, 315
    figure.box(440, 55, 250, 56, ["Coordinator", "when to save, who is lost"])
    for y, number in [(top, 0), (bottom, 1)]:
        figure.box(100, y, 150, 52, [f"stream_{number}", "file names, on Redis"], shade=PAPER)
        figure.box(335, y, 150, 62, [f"Mapper_{number}", "is at a cursor"])
        figure.box(625, y, 150, 62, [f"Reducer_{number}", "has counts"])
        figure.line([(175, y), (258, y)])
        figure.line([(410, y), (548, y)], weight=2.6)
    figure.line([(410, top + 16), (549, bottom - 16)], weight=2.6)
    figure.line([(410, bottom - 16), (549, top + 16)], weight=2.6)
    figure.text(480, top - 16, "counts, markers")
    # The coordinator and everybody.
    figure.line([(345, 84), (335, top - 33)], colour=BLUE, dash="7 4")
    figure.line([(535, 84), (625, top - 33)], colour=BLUE, dash="7 4")
    figure.line([], colour=BLUE, dash="7 4", curve=f"M314,62 C 195,95 195,240 262,{bottom - 28}")
    figure.line([], colour=BLUE, dash="7 4", curve=f"M566,62 C 760,95 770,240 698,{bottom - 28}")
    figure.text(215, 70, "checkpoint, recover, exit", colour=BLUE, anchor="end")
    figure.text(690, 70, "recover, exit", colour=BLUE, anchor="start")
    # Disk.
    figure.box(
        400, 412, 490, 36, ["checkpoints on disk: a part from each, complete or not there"],
        shade=PAPER, dash="3 3",
    )
    for x, what in [(335, "cursor"), (625, "counts")]:
        figure.line([(x, bottom + 31), (x, 392)], colour=FAINT, weight=1.4)
        figure.text(x + 12, 368, what, colour=FAINT, anchor="start")
    # What lines mean.
    figure.line([(690, 372), (735, 372)], weight=2.6)
    figure.text(744, 372, "TCP", size=12.5, anchor="start")
    figure.line([(690, 398), (735, 398)], colour=BLUE, dash="7 4")
    figure.text(744, 398, "UDP; the answers", size=12.5, anchor="start", colour=BLUE)
    figure.text(690, 417, "and heartbeats go back", size=12.5, anchor="start", colour=BLUE)
    figure.text(690, 436, "along these lines", size=12.5, anchor="start", colour=BLUE)
    figure.write("checkpointing-pipeline.svg")


def phases():
    figure = Figure(860, 400, "The phases of the coordinator")
    y = 90
    figure.box(150, y, 200, 62, ["checkpointing", "CP"])
    figure.box(470, y, 180, 62, ["lastCheckpoint", "LAST_CP"])
    figure.box(745, y, 150, 62, ["exiting", "EXITING"], weight=3)
    low = 305
    figure.box(470, low, 200, 62, ["recoverReducers", "RECOVER_REDUCER"])
    figure.box(150, low, 200, 62, ["recoverMappers", "RECOVER_MAPPER"])
    figure.line([(12, y), (48, y)], weight=2)
    figure.text(28, y - 18, "begin", size=12)
    for x, end, two in [(314, (250, 378), ("all mappers", "are done")), (614, (560, 668), ("every part", "is there"))]:
        figure.line([(end[0], y), (end[1], y)])
        figure.text(x, y - 16, two[0])
        figure.text(x, y + 16, two[1])
    # Forward again.
    figure.line([(370, low), (252, low)])
    figure.text(311, low - 16, "all reducers")
    figure.text(311, low + 16, "are back")
    figure.line([(110, low - 31), (110, y + 33)])
    figure.note(110, 195, "all mappers are back")
    # Whoever is lost.
    dash = "7 4"
    figure.line([(235, y + 31), (405, low - 32)], colour=RED, dash=dash)
    figure.line([(470, y + 31), (470, low - 33)], colour=RED, dash=dash)
    figure.line([], colour=RED, dash=dash, curve=f"M200,{low + 31} C 230,{low + 75} 400,{low + 75} 430,{low + 33}")
    figure.line([], colour=RED, dash=dash, curve=f"M570,{low - 12} C 640,{low - 40} 640,{low + 40} 572,{low + 12}")
    figure.line([(600, 190), (645, 190)], colour=RED, dash=dash)
    figure.text(654, 190, "a worker is lost:", size=12.5, anchor="start", colour=RED)
    figure.text(600, 212, "the next recovery id, back to the", size=12.5, anchor="start", colour=RED)
    figure.text(600, 231, "newest complete checkpoint", size=12.5, anchor="start", colour=RED)
    figure.text(745, y + 50, "nobody is missed any more", size=12, colour=FAINT)
    figure.text(150, y - 48, "one checkpoint at a time", size=12, colour=FAINT)
    figure.text(470, y - 48, "checkpoint 0, the result", size=12, colour=FAINT)
    figure.write("checkpointing-phases.svg")


pipeline()
phases()
