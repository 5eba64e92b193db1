"""A mapper or reducer of the classic course in another language.

    python3 classic_worker.py mapper INDEX PORT
    python3 classic_worker.py reducer INDEX PORT

It is written from the facts of the course's protocol and shares nothing with the program that starts it.
What it needs to know comes in its environment: REDIS_SOCKET, REDIS_PASSWORD, CHECKPOINTS (a folder),
COORDINATOR_PORT, MAPPERS, REDUCERS, HEARTBEAT_INTERVAL. SLOW is how long it sleeps for each file. And it can be
made to go wrong: CLOSE_ONCE names a file, and while there is none, a reducer closes the first stream that brings
something, and makes the file; with GARBAGE, a mapper sends something else behind its first file; with CURSOR, it writes that for its cursor;
with WRONG_ACK, it acknowledges recoveries that nobody has asked for; with DIE, it dies in its first file; with MUTE,
it says one word and then nothing more.
"""

import collections
import csv
import json
import os
import select
import socket
import struct
import sys
import threading
import time

HEARTBEAT, CHECKPOINT, FWD_CHECKPOINT, WORD_COUNT, CHECKPOINT_ACK = range(5)
EXIT, DONE, LAST_CHECKPOINT_ACK, RECOVER, RECOVERY_ACK = range(5, 10)
SIZE = 1024
HOST = "127.0.0.1"

MAPPERS = int(os.environ.get("MAPPERS", 2))
REDUCERS = int(os.environ.get("REDUCERS", 2))
COORDINATOR_PORT = int(os.environ.get("COORDINATOR_PORT", 12900))
FOLDER = os.environ.get("CHECKPOINTS", "checkpoints")


def encode(message):
    body = json.dumps(message).encode()
    if len(body) > SIZE - 4:
        raise ValueError("a message of %d bytes" % len(body))
    return struct.pack(">I", len(body)) + body + bytes(SIZE - 4 - len(body))


def decode(data):
    (length,) = struct.unpack(">I", data[:4])
    return json.loads(data[4 : 4 + length].decode())


def write_file(name, text):
    path = os.path.join(FOLDER, name)
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".part", path)


def read_file(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


class Worker:
    """What both roles share: the UDP port, heartbeats, the ids."""

    def __init__(self, name, port):
        self.name = name
        self.last_recovery = 0
        self.last_checkpoint = 0
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for attempt in range(400):
            try:
                self.udp.bind((HOST, port))
                break
            except OSError:
                if attempt == 399:
                    raise
                time.sleep(0.005)
        self.udp.setblocking(False)
        if os.environ.get("MUTE"):
            self.tell(HEARTBEAT)
            time.sleep(1000)
        threading.Thread(target=self.beat, daemon=True).start()

    def beat(self):
        while True:
            self.tell(HEARTBEAT)
            time.sleep(float(os.environ.get("HEARTBEAT_INTERVAL", 0.5)))

    def tell(self, kind, **keys):
        message = encode({"type": kind, "source": self.name, **keys})
        self.udp.sendto(message, (HOST, COORDINATOR_PORT))

    def acknowledge(self, checkpoint):
        # As the course's messages have it: without the recovery id.
        if os.environ.get("WRONG_ACK"):
            self.tell(RECOVERY_ACK, recovery_id=self.last_recovery + 7)
        kind = LAST_CHECKPOINT_ACK if checkpoint == 0 else CHECKPOINT_ACK
        self.tell(kind, checkpoint_id=checkpoint)

    def orders(self):
        while True:
            try:
                data = self.udp.recv(SIZE)
            except BlockingIOError:
                return
            message = decode(data)
            if message["source"] != "Coordinator":
                continue
            if message["type"] == EXIT:
                sys.exit(0)
            if message["type"] == RECOVER:
                if message["recovery_id"] > self.last_recovery:
                    self.last_recovery = message["recovery_id"]
                    self.recover(message["checkpoint_id"])
                    self.last_checkpoint = max(0, message["checkpoint_id"])
                if message["recovery_id"] == self.last_recovery:
                    self.tell(RECOVERY_ACK, recovery_id=self.last_recovery)
            if message["type"] == CHECKPOINT:
                if message["recovery_id"] == self.last_recovery:
                    self.checkpoint(message["checkpoint_id"])


class Redis:
    """The few words of Redis that are needed."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(os.environ["REDIS_SOCKET"])
        self.file = self.socket.makefile("rb")
        if os.environ.get("REDIS_PASSWORD"):
            self.ask("AUTH", os.environ["REDIS_PASSWORD"])

    def ask(self, *words):
        parts = [b"*%d\r\n" % len(words)]
        for word in words:
            data = word.encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
        self.socket.sendall(b"".join(parts))
        return self.reply()

    def reply(self):
        line = self.file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"+" or kind == b":":
            return rest.decode()
        if kind == b"-":
            raise RuntimeError(rest.decode())
        count = int(rest)
        if count < 0:
            return None
        if kind == b"$":
            return self.file.read(count + 2)[:-2].decode()
        return [self.reply() for _ in range(count)]

    def next_entry(self, stream, after):
        found = self.ask("XREAD", "COUNT", "1", "STREAMS", stream, after)
        if not found:
            return None
        ((_, ((identity, fields),)),) = found
        return identity, fields[fields.index("fname") + 1]


class Mapper(Worker):
    def __init__(self, index, port):
        self.index = index
        self.cursor = "0"
        self.is_done = False
        self.streams = [None] * REDUCERS
        self.redis = Redis()
        super().__init__("Mapper_%d" % index, port)

    def run(self):
        while True:
            select.select([self.udp], [], [], 0.01 if self.is_done else 0)
            self.orders()
            if self.is_done:
                continue
            entry = self.redis.next_entry("stream_%d" % self.index, self.cursor)
            if entry is None:
                self.is_done = True
                self.tell(DONE)
                continue
            time.sleep(float(os.environ.get("SLOW", 0)))
            self.read(entry[1])
            self.cursor = entry[0]

    def read(self, path):
        if os.environ.get("DIE"):
            self.tell(HEARTBEAT)
            sys.exit(7)
        counts = collections.Counter()
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["text"] != "\n":
                    counts.update(row["text"].split(" "))
        parts = [[] for _ in range(REDUCERS)]
        for word, count in counts.items():
            parts[0 if word[:1] < "m" else 1].append(
                encode(
                    {
                        "type": WORD_COUNT,
                        "source": self.name,
                        "key": word,
                        "value": count,
                        "last_recovery_id": self.last_recovery,
                    }
                )
            )
        if os.environ.get("GARBAGE"):
            parts[0].append(struct.pack(">I", 4) + b"oops" + bytes(SIZE - 8))
        for reducer, part in enumerate(parts):
            self.send(reducer, b"".join(part))

    def send(self, reducer, data):
        # While a reducer is dead, what is said to it is of a time that is over.
        stream = self.streams[reducer]
        if stream == "broken" or not data:
            return
        try:
            if stream is None:
                stream = self.streams[reducer] = self.connect(reducer)
            stream.sendall(data)
        except OSError:
            self.streams[reducer] = "broken"

    @staticmethod
    def connect(reducer):
        while True:
            stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            try:
                stream.connect((HOST, COORDINATOR_PORT + 1 + MAPPERS + reducer))
                return stream
            except ConnectionRefusedError:
                stream.close()
                time.sleep(0.01)

    def checkpoint(self, identity):
        if identity == self.last_checkpoint and identity != 0:
            return
        cursor = os.environ.get("CURSOR", self.cursor)
        write_file("%s_%d.txt" % (self.name, identity), cursor + "\n")
        self.last_checkpoint = identity
        for reducer in range(REDUCERS):
            message = {
                "type": FWD_CHECKPOINT,
                "source": self.name,
                "checkpoint_id": identity,
                "recovery_id": self.last_recovery,
            }
            self.send(reducer, encode(message))
        self.acknowledge(identity)

    def recover(self, checkpoint):
        self.is_done = False
        self.cursor = "0"
        if checkpoint != -1:
            self.cursor = read_file("%s_%d.txt" % (self.name, checkpoint)).strip()
        for reducer, stream in enumerate(self.streams):
            if stream is None:
                continue
            if stream != "broken":
                # One that has broken, and was not used since, must not be taken for a good one.
                readable, _, _ = select.select([stream], [], [], 0)
                if not readable:
                    continue
                stream.close()
            self.streams[reducer] = None


class Reducer(Worker):
    def __init__(self, index, port):
        self.counts = {}
        self.marker = None
        self.aligned = set()
        self.done = (-1, -1)
        self.buffers = {}
        self.mappers = {}
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((HOST, port))
        self.listener.listen()
        super().__init__("Reducer_%d" % index, port)

    def run(self):
        while True:
            held = [s for s in self.buffers if self.mappers.get(s) in self.aligned]
            waiting = [s for s in self.buffers if s not in held]
            select_on = [self.udp, self.listener] + waiting
            has_rest = any(len(self.buffers[s]) >= SIZE for s in waiting)
            readable, _, _ = select.select(select_on, [], [], 0 if has_rest else 0.5)
            self.orders()
            if self.listener in readable:
                stream, _ = self.listener.accept()
                self.buffers[stream] = b""
            for stream in waiting:
                if stream in readable:
                    self.fill(stream)
                self.take(stream)

    def fill(self, stream):
        try:
            data = stream.recv(1 << 18)
        except OSError:
            data = b""
        once = os.environ.get("CLOSE_ONCE")
        if data and once and not os.path.exists(once):
            open(once, "w").close()
            self.buffers.pop(stream, None)
            stream.close()
        elif data:
            self.buffers[stream] += data
        else:
            self.take(stream)
            self.buffers.pop(stream, None)
            stream.close()

    def take(self, stream):
        data = self.buffers.get(stream, b"")
        place = 0
        while len(data) - place >= SIZE:
            message = decode(data[place : place + SIZE])
            self.mappers[stream] = message["source"]
            if message["source"] in self.aligned:
                break
            place += SIZE
            if message["type"] == WORD_COUNT:
                if message["last_recovery_id"] == self.last_recovery:
                    key = message["key"]
                    self.counts[key] = self.counts.get(key, 0) + message["value"]
            elif message["type"] == FWD_CHECKPOINT:
                if message["recovery_id"] == self.last_recovery:
                    self.take_marker(message["checkpoint_id"], message["source"])
        if stream in self.buffers:
            self.buffers[stream] = data[place:]

    def take_marker(self, identity, mapper):
        if identity != 0 and (self.last_recovery, identity) <= self.done:
            return
        if self.marker not in (None, identity):
            return
        self.marker = identity
        self.aligned.add(mapper)
        if len(self.aligned) < MAPPERS:
            return
        write_file("%s_%d.txt" % (self.name, identity), json.dumps(self.counts))
        self.done = (self.last_recovery, identity)
        self.marker = None
        self.aligned = set()
        self.acknowledge(identity)

    def checkpoint(self, identity):
        pass  # Not for a reducer.

    def recover(self, checkpoint):
        self.marker = None
        self.aligned = set()
        self.counts = {}
        if checkpoint != -1:
            self.counts = json.loads(read_file("%s_%d.txt" % (self.name, checkpoint)))


if __name__ == "__main__":
    csv.field_size_limit(1 << 30)
    role, index, port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    (Mapper if role == "mapper" else Reducer)(index, port).run()
