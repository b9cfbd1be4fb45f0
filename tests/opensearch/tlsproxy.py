"""A server that is asked by TLS and with a password, and asks an OpenSearch node in turn."""

from __future__ import annotations

import base64
import http.client
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"


class Authority:
    """Who signs certificates.

    Args:
        folder: Where it puts them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("authority of a test")
        extension = x509.BasicConstraints(ca=True, path_length=0)
        itself = _certificate(self._name, self._key, self._name, self._key, extension)
        self.file = folder / "authority.pem"
        self.file.write_bytes(itself.public_bytes(Encoding.PEM))

    def sign(self, host: str) -> Path:
        """A file of a key and of a certificate for an address."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
        signed = _certificate(_name(host), key, self._name, self._key, names)
        file = self._folder / f"{host}.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(secret + signed.public_bytes(Encoding.PEM))
        return file


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    signing: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    return made.add_extension(extension, critical=True).sign(signing, hashes.SHA256())


class TlsProxy(ThreadingHTTPServer):
    """Passes on what a user asks of a node.

    Args:
        node: The port of the node on this machine.
        certificate: A file of a key and a certificate.
        user: Who may ask.
        password: The user's password.
    """

    daemon_threads = True

    def __init__(self, node: int, certificate: Path, user: str, password: str) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.node = node
        self.wanted = f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
        self.answered = 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        # Each connection shakes hands in its own thread.
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    def handle_error(self, _request: object, _address: object) -> None:
        """Nothing: clients hang up that do not trust the certificate."""

    @contextmanager
    def serving(self) -> Iterator[int]:
        """Serve until the block ends; the port."""
        thread = threading.Thread(target=self.serve_forever)
        thread.start()
        try:
            yield self.server_port
        finally:
            self.shutdown()
            thread.join()
            self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: TlsProxy
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Authorization") != self.server.wanted:
            self._answer(401, "text/plain", b"Unauthorized")
            return
        kind = self.headers.get("Content-Type")
        node = http.client.HTTPConnection(LOOPBACK, self.server.node)
        try:
            node.request(self.command, self.path, body, {"Content-Type": kind} if kind else {})
            answer = node.getresponse()
            content = answer.read()
        finally:
            node.close()
        self.server.answered += 1
        self._answer(answer.status, answer.headers["Content-Type"], content)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass_on  # noqa: N815 - names of methods

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing."""
