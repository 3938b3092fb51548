"""weir and a server over HTTPS, for real: its certificate is of an authority that was made for the test."""

import datetime
import ipaddress
import ssl
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from harness import WeirTest

AUTHORITIES = ("CURL_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR")
PEM = serialization.Encoding.PEM


class Jobs(BaseHTTPRequestHandler):
    """Creates every job it is asked for, as number 7."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"job_id": 7}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def name(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def certificate(subject, key, issuer, issuer_key, *extensions):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder(name(issuer), name(subject), key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(PEM)


def write_authority_and_server(folder):
    """authority.pem, which a client is to trust, and server.pem: a key and a certificate for 127.0.0.1."""
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    itself = x509.BasicConstraints(ca=True, path_length=None)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    key = server_key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "authority.pem").write_bytes(certificate("authority", authority_key, "authority", authority_key, itself))
    (folder / "server.pem").write_bytes(key + certificate("server", server_key, "authority", authority_key, address))


class Server(ThreadingHTTPServer):
    def handle_error(self, *_):
        """Clients that hang up because they do not trust it are what it is there for."""


class Https(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        write_authority_and_server(cls.folder)

        cls.server = Server(("127.0.0.1", 0), Jobs)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cls.folder / "server.pem")
        cls.server.socket = context.wrap_socket(cls.server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=cls.server.serve_forever, daemon=True)
        thread.start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(cls.server.shutdown)
        cls.weir.environment = {name: value for name, value in cls.weir.environment.items() if name not in AUTHORITIES}
        cls.weir.write(
            ".databrickscfg", f"[DEFAULT]\nhost = https://127.0.0.1:{cls.server.server_port}\ntoken = secret\n"
        )

    def create_job(self, **environment):
        """A request that is not sent again, so that a refusal is told at once."""
        return self.weir("jobs", "create", "--json", '{"name": "behind TLS"}', "--workspace", "DEFAULT", **environment)

    def test_a_server_of_a_trusted_authority_is_talked_to(self):
        ended = self.create_job(SSL_CERT_FILE=str(self.folder / "authority.pem"))
        self.assert_ended(ended, 0)
        self.assertEqual(ended.out, "7\n")

    def test_a_server_that_nobody_vouches_for_is_refused(self):
        ended = self.create_job()
        self.assert_ended(ended, 5)
        self.assertIn("its certificate could not be verified", ended.err)
        self.assertIn("SSL_CERT_FILE", ended.err)

    def test_a_file_of_authorities_that_is_missing_is_an_error_not_a_pass(self):
        ended = self.create_job(SSL_CERT_FILE=str(self.folder / "missing.pem"))
        self.assert_ended(ended, 5)
        self.assertIn("its certificate could not be verified", ended.err)


if __name__ == "__main__":
    unittest.main()
