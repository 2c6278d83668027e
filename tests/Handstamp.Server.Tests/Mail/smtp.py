"""A real mail server on a free port (aiosmtpd). Each accepted mail is a line of JSON on standard output.

Arguments: auth=USER:PASSWORD, tls=CERTIFICATE,KEY, lose=N (the first N answers to a mail get lost), refuse=CODE TEXT
(for the receivers with "refused" in them), port=PORT.
"""
import json
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

options = dict(argument.split("=", 1) for argument in sys.argv[1:])
lose = int(options.get("lose", 0))


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if "refuse" in options and "refused" in address:
            return options["refuse"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        global lose
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "content": envelope.content.decode("utf-8"),
        }), flush=True)
        if lose > 0:
            lose -= 1
            server.transport.close()
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    known = f"{data.login.decode()}:{data.password.decode()}" == options["auth"]
    return AuthResult(success=known, handled=known, auth_data=data)


arguments = {}
if "auth" in options:
    arguments |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}
if "tls" in options:
    certificate, key = options["tls"].split(",")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    arguments |= {"tls_context": context}


class Server(Controller):
    def factory(self):
        return SMTP(self.handler, enable_SMTPUTF8=True, **arguments)


controller = Server(Handler(), hostname="127.0.0.1", port=int(options["port"]))
controller.start()
print("ready", flush=True)
sys.stdin.read()
controller.stop()
