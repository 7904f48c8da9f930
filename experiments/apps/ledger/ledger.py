"""Takes payments and keeps them in PostgreSQL. A region hands it PORT, and in DB_ENDPOINTS where the servers of a pair are.

POST /payments  books a payment: 201 once it is committed; the same X-Request-Id twice is one payment
GET /audit      200 while every payment that this process has confirmed is in the database; 409 when one is lost
GET /healthz    200 while the database takes writes
"""

import os
import select
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

try:
    import psycopg2
    from psycopg2 import extensions
except ImportError:
    sys.exit('"psycopg2" is missing: apt-get install python3-psycopg2')

PATIENCE_S = 0.5
SERVERS = [one.rsplit(":", 1) for one in os.environ["DB_ENDPOINTS"].split(",")]


def wait(connection):
    """Waits for the server no longer than it may take: a machine without power closes no connection."""
    until = time.monotonic() + PATIENCE_S
    while True:
        state = connection.poll()
        if state == extensions.POLL_OK:
            return
        reads = [connection] if state == extensions.POLL_READ else []
        writes = [connection] if state == extensions.POLL_WRITE else []
        if not any(select.select(reads, writes, [], max(0, until - time.monotonic()))):
            connection.close()
            raise psycopg2.OperationalError("no answer in time")


extensions.set_wait_callback(wait)


class Database:
    """Connections to whoever takes writes, kept and used again."""

    def __init__(self):
        self.lock = threading.Lock()
        self.idle = []
        self.preferred = 0

    def run(self, statement, values):
        with self.lock:
            connection = self.idle.pop() if self.idle else None
        connection = connection or self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                rows = cursor.fetchall() if cursor.description else []
        except psycopg2.Error:
            connection.close()
            with self.lock:
                stale, self.idle = self.idle, []
            for one in stale:
                one.close()
            raise
        with self.lock:
            self.idle.append(connection)
        return rows

    def connect(self):
        """One server at a time; the next attempt begins with the next one."""
        mine = self.preferred
        host, port = SERVERS[mine % len(SERVERS)]
        try:
            connection = psycopg2.connect(
                host=host, port=port, user="ledger", dbname="postgres", target_session_attrs="read-write"
            )
            connection.autocommit = True
            return connection
        except psycopg2.Error:
            with self.lock:
                if self.preferred == mine:
                    self.preferred = mine + 1
            raise


database = Database()
confirmed = []
TABLE = "create table if not exists payments (id uuid primary key, booked timestamptz not null default now())"


def book(request):
    number = request or uuid.uuid4().hex
    database.run("insert into payments (id) values (%s::uuid) on conflict do nothing", (number,))
    confirmed.append(number)
    return 201, number


def audit():
    numbers = list(set(confirmed))
    [(count,)] = database.run("select count(*) from payments where id = any(%s::uuid[])", (numbers,))
    return (200 if count == len(numbers) else 409), f"{count} of {len(numbers)}"


def check():
    database.run("select 1 from payments limit 1", ())
    return 200, "ok"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, task):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            status, text = task()
        except psycopg2.Error as error:
            status, text = 503, str(error).strip()
        body = f"{text}\n".encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer({"/audit": audit, "/healthz": check}.get(self.path, lambda: (404, "no such page")))

    def do_POST(self):
        request = self.headers.get("x-request-id")
        self.answer((lambda: book(request)) if self.path == "/payments" else lambda: (404, "no such page"))

    def log_message(self, *_):
        pass


def begin():
    """The table is made by whoever comes first; two at once are one too many for PostgreSQL."""
    while True:
        try:
            return database.run(TABLE, ())
        except psycopg2.Error:
            time.sleep(0.2)


threading.Thread(target=begin, daemon=True).start()
ThreadingHTTPServer.request_queue_size = 512
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
