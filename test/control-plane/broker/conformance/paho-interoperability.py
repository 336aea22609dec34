"""Runs Debian's Paho client against a broker: MQTT 3.1.1, what Paho's interoperability test covers.

Usage: paho-interoperability.py PORT. Prints a line for each part: its name and "passed", or what was not so.
"""

import socket
import sys
import time
import traceback

import paho.mqtt.client as mqtt

PORT = int(sys.argv[1])
PATIENCE = 10.0
TOPICS = ["TopicA", "TopicA/B", "Topic/C", "TopicA/C", "/TopicA"]
WILDS = ["TopicA/+", "+/C", "#", "/#", "/+", "+/+", "TopicA/#"]


class Client:
    """A client that remembers what it heard."""

    def __init__(self, name, clean=True, will=None, keepalive=60):
        self.heard, self.granted, self.unsubscribed = [], {}, set()
        self.acked, self.code, self.present, self.lost = set(), None, None, False
        self.paho = mqtt.Client(client_id=name, clean_session=clean, protocol=mqtt.MQTTv311)
        self.paho.on_connect = self._on_connect
        self.paho.on_disconnect = self._on_disconnect
        self.paho.on_message = lambda _c, _u, message: self.heard.append(message)
        self.paho.on_subscribe = lambda _c, _u, mid, granted: self.granted.update({mid: granted})
        self.paho.on_unsubscribe = lambda _c, _u, mid: self.unsubscribed.add(mid)
        self.paho.on_publish = lambda _c, _u, mid: self.acked.add(mid)
        if will:
            self.paho.will_set(*will)
        self.paho.connect("127.0.0.1", PORT, keepalive)
        self.paho.loop_start()
        until(lambda: self.code is not None, "a CONNACK")

    def _on_connect(self, _client, _userdata, flags, code):
        self.code, self.present = code, bool(flags["session present"])

    def _on_disconnect(self, _client, _userdata, _code):
        self.lost = True

    def subscribe(self, *filters):
        _, mid = self.paho.subscribe(list(filters))
        until(lambda: mid in self.granted, "a SUBACK")
        return list(self.granted[mid])

    def unsubscribe(self, *filters):
        _, mid = self.paho.unsubscribe(list(filters))
        until(lambda: mid in self.unsubscribed, "an UNSUBACK")

    def publish(self, topic, payload, qos=0, retain=False):
        mid = self.paho.publish(topic, payload, qos, retain).mid
        until(lambda: mid in self.acked, f"the end of a publish of QoS {qos}")

    def expect(self, count, pause=0.3):
        """So many messages, and then no more for a while."""
        until(lambda: len(self.heard) >= count, f"{count} messages, received {len(self.heard)}")
        time.sleep(pause)
        same(len(self.heard), count, "messages")
        return [(m.topic, m.payload.decode(), m.qos) for m in self.heard]

    def close(self):
        self.paho.disconnect()
        self.paho.loop_stop()

    def cut(self):
        """Without a word. The thread has ended when the socket is closed."""
        self.paho.loop_stop()
        self.paho.socket().shutdown(socket.SHUT_RDWR)
        self.paho.socket().close()


def until(holds, what):
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"expected {what}")
        time.sleep(0.01)


def same(received, expected, what):
    if received != expected:
        raise AssertionError(f"expected {expected} as {what}, received {received}")


def basic():
    a = Client("basic")
    same(a.code, 0, "the return code")
    same(a.subscribe((TOPICS[0], 2)), [2], "granted QoS")
    for qos in (0, 1, 2):
        a.publish(TOPICS[0], f"qos {qos}", qos)
    same(a.expect(3), [(TOPICS[0], f"qos {qos}", qos) for qos in (0, 1, 2)], "what came, in order")
    a.close()
    for version, level in (("MQTT", 9), ("hello", 4)):
        raw = socket.create_connection(("127.0.0.1", PORT))
        body = len(version).to_bytes(2, "big") + version.encode() + bytes([level, 2, 0, 60, 0, 1, 0x78])
        raw.sendall(bytes([0x10, len(body)]) + body)
        raw.settimeout(PATIENCE)
        answer = raw.recv(4)
        same(answer in (b"", b"\x20\x02\x00\x01"), True, f"a refusal of {version} {level}")
        raw.close()


def retained_messages():
    a = Client("retained")
    for qos, topic in enumerate(TOPICS[:3]):
        a.publish(topic, f"qos {qos}", qos, True)
    a.subscribe((WILDS[5], 2), ("TopicA", 2))
    kept = a.expect(3)
    same(sorted(kept), sorted((t, f"qos {q}", q) for q, t in enumerate(TOPICS[:3])), "what was kept")
    same([m.retain for m in a.heard], [True] * 3, "the retain flags")
    for topic in TOPICS[:3]:
        a.publish(topic, "", 1, True)
    a.close()
    b = Client("retained")
    b.subscribe((WILDS[5], 2), ("TopicA", 2))
    b.expect(0)
    b.close()


def will_message():
    a = Client("will-leaves", will=(TOPICS[2], "gone", 2, False))
    b = Client("will-hears", clean=False)
    b.subscribe((TOPICS[2], 2))
    a.cut()
    same(b.expect(1), [(TOPICS[2], "gone", 2)], "the will")
    c = Client("will-ends", will=(TOPICS[2], "never", 2, False))
    c.close()
    b.expect(1)
    b.close()
    Client("will-hears").close()


def zero_length_client_id():
    a = Client("", clean=True)
    same(a.code, 0, "the return code of an empty client id with a clean session")
    a.close()
    raw = socket.create_connection(("127.0.0.1", PORT))
    raw.sendall(bytes([0x10, 12, 0, 4]) + b"MQTT" + bytes([4, 0, 0, 60, 0, 0]))
    raw.settimeout(PATIENCE)
    same(raw.recv(4), b"\x20\x02\x00\x02", "the answer to one that wants a session")
    raw.close()


def offline_message_queueing():
    a = Client("offline-hears", clean=False)
    a.subscribe((WILDS[6], 2))
    a.close()
    b = Client("offline-says")
    for qos, topic in enumerate((TOPICS[1], TOPICS[3], "TopicA/D")):
        b.publish(topic, f"qos {qos}", qos)
    b.close()
    c = Client("offline-hears", clean=False)
    same(c.present, True, "the session")
    until(lambda: len(c.heard) >= 2, "what was said meanwhile")
    time.sleep(0.3)
    # Of QoS 0 a broker may keep it, or not.
    kept = [(m.topic, m.qos) for m in c.heard if m.qos > 0]
    same(sorted(kept), [(TOPICS[3], 1), ("TopicA/D", 2)], "what was kept")
    c.close()
    Client("offline-hears").close()


def overlapping_subscriptions():
    a = Client("overlaps")
    same(a.subscribe((WILDS[6], 2), (WILDS[0], 1)), [2, 1], "granted QoS")
    a.publish(TOPICS[3], "overlapping", 2)
    until(lambda: len(a.heard) >= 1, "a message")
    time.sleep(0.3)
    # [MQTT-3.3.5-1]: one with the highest QoS, or one for each.
    qualities = sorted(m.qos for m in a.heard)
    if qualities not in ([2], [1, 2]):
        raise AssertionError(f"expected one of QoS 2, or one for each, received {qualities}")
    a.close()


def keepalive():
    a = Client("keepalive-hears")
    a.subscribe((TOPICS[4], 2))
    b = socket.create_connection(("127.0.0.1", PORT))
    will = b"\x00\x07/TopicA" + b"\x00\x07expired"
    body = b"\x00\x04MQTT" + bytes([4, 0x06 | (2 << 3), 0, 1]) + b"\x00\x09keepalive" + will
    b.sendall(bytes([0x10, len(body)]) + body)
    began = time.monotonic()
    same(a.expect(1), [("/TopicA", "expired", 2)], "the will of one that says nothing")
    same(time.monotonic() - began >= 1.0, True, "patience of at least the keepalive")
    b.close()
    a.close()


def redelivery_on_reconnect():
    """Of QoS 2, what was not acknowledged comes again: a client that says nothing after its SUBSCRIBE."""
    raw = connect_raw(b"redelivery", clean=False)
    raw.sendall(b"\x82\x0d\x00\x01\x00\x08TopicA/#\x02")
    same(receive(raw, 5), b"\x90\x03\x00\x01\x02", "the SUBACK")
    b = Client("redelivery-says")
    b.publish(TOPICS[1], "once", 1)
    b.publish(TOPICS[3], "twice", 2)
    until(lambda: select_bytes(raw), "what is on its way")
    raw.close()
    b.close()
    a = Client("redelivery", clean=False)
    same(a.present, True, "the session")
    again = a.expect(2)
    same(sorted(again), [(TOPICS[1], "once", 1), (TOPICS[3], "twice", 2)], "what came again")
    a.close()
    Client("redelivery").close()


def connect_raw(name, clean):
    raw = socket.create_connection(("127.0.0.1", PORT))
    body = b"\x00\x04MQTT" + bytes([4, 2 if clean else 0, 0, 60]) + len(name).to_bytes(2, "big") + name
    raw.sendall(bytes([0x10, len(body)]) + body)
    same(receive(raw, 4)[3], 0, "the return code")
    return raw


def receive(raw, count):
    raw.settimeout(PATIENCE)
    received = b""
    while len(received) < count:
        piece = raw.recv(count - len(received))
        if not piece:
            raise AssertionError(f"expected {count} bytes, received the end after {received!r}")
        received += piece
    return received


def select_bytes(raw):
    raw.settimeout(0.05)
    try:
        return len(raw.recv(1, socket.MSG_PEEK)) > 0
    except TimeoutError:
        return False


def dollar_topics():
    a = Client("dollar")
    a.subscribe((WILDS[2], 2), (WILDS[5], 2))
    time.sleep(0.1)
    a.heard.clear()
    a.publish("$" + TOPICS[1], "hidden", 1)
    a.expect(0)
    a.close()


def unsubscribe():
    a = Client("unsubscribes")
    for topic in (TOPICS[0], TOPICS[1], TOPICS[2]):
        a.subscribe((topic, 2))
    a.unsubscribe(TOPICS[0])
    for topic in (TOPICS[0], TOPICS[1], TOPICS[2]):
        a.publish(topic, topic, 1)
    same(sorted(topic for topic, _, _ in a.expect(2)), sorted([TOPICS[1], TOPICS[2]]), "what came")
    # [MQTT-3.10.4-5]: what was never subscribed is acknowledged as well.
    a.unsubscribe("never/subscribed")
    a.close()


PARTS = [
    basic, retained_messages, will_message, zero_length_client_id, offline_message_queueing,
    overlapping_subscriptions, keepalive, redelivery_on_reconnect, dollar_topics, unsubscribe,
]

for part in PARTS:
    try:
        part()
        print(part.__name__, "passed", flush=True)
    except Exception as error:  # Whatever it was: the line says it.
        where = traceback.extract_tb(error.__traceback__)[-1].lineno
        print(part.__name__, f"line {where}:", repr(error), flush=True)
