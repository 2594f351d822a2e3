"""Which of Bandit's tests take part in a review, and what each is worth.

A review speaks of what a change brings in, so a test has to see the weakness itself. Left out are
those that tell of

- a mere import or any call: B310, B311, B4xx, B601, B603, B604, B606, B607, true of good code too;
- robustness and style: B101, B110, B112, B113;
- XML parsers, whose library mended itself: B313 to B319 (expat bounds expansion, and Python
  resolves no external entity);
- usual addresses and folders: B104, B108;
- what is said with more care elsewhere: B105 to B107 by `secrets`, B308 by B703, B602 by our rules
  for semgrep, which know quoting.

B608 takes every query that is put together for an attack. `bandit_texts` looks at what is put in,
and then it is right nearly always.
"""

from dataclasses import dataclass

from indict_review.evidence import Confidence, Severity

_HIGH, _MEDIUM, _LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW

_PARAMETERS = "Give values to the database as parameters, beside the text of the query."
_LIST = "Run the program with a list of arguments and without a shell."
_PARSE = "Parse the text: ast.literal_eval for values, a table of functions for choices."
_PLAIN = "Read data in a form that carries no code, such as JSON, or sign it and check that first."
_VERIFY = "Leave verification on; name a CA bundle where the certificate is your own."
_TLS = "Use ssl.create_default_context(), which asks for TLS 1.2 or later."
_AES = "Use an authenticated cipher: AES-GCM or ChaCha20-Poly1305."
_SHA = "Use SHA-256 or better; for passwords, a slow hash such as argon2 or scrypt."
_ENCRYPTED = "Use the encrypted protocol instead: SSH or SFTP, SNMPv3 with privacy, HTTPS."
_ESCAPE = "Let the template engine escape: format_html(), or autoescape switched on."
_PINNED = "Name the exact revision, a commit hash."


@dataclass(frozen=True)
class Test:
    """One of Bandit's tests, as it counts here."""

    cwe: str
    """Often narrower than Bandit's own."""
    precision: Confidence
    remedy: str
    severity: Severity | None = None
    """Where the CWE's would be too much: what is used may be harmless. None: the CWE's."""
    constant: bool = True
    """Whether it means something of a text that no outsider can change. Where it does not, we read
    the text ourselves, and `precision` is what is left then; else Bandit's word counts as well."""


TESTS = {
    "B102": Test("CWE-95", _LOW, _PARSE, Severity.MEDIUM, constant=False),
    "B103": Test("CWE-732", _HIGH, "Give rights to the owner only: 0o600, or 0o700."),
    "B201": Test("CWE-489", _HIGH, "Take debug=True out, or let a setting decide."),
    "B202": Test("CWE-22", _MEDIUM, 'Write extractall(path, filter="data").'),
    "B301": Test("CWE-502", _MEDIUM, _PLAIN, Severity.MEDIUM),
    "B302": Test("CWE-502", _MEDIUM, _PLAIN, Severity.MEDIUM),
    "B303": Test("CWE-328", _MEDIUM, _SHA),
    "B304": Test("CWE-327", _HIGH, _AES),
    "B305": Test("CWE-327", _HIGH, _AES),
    "B306": Test("CWE-377", _HIGH, "Use tempfile.mkstemp() or NamedTemporaryFile()."),
    "B307": Test("CWE-95", _LOW, _PARSE, Severity.MEDIUM, constant=False),
    "B312": Test("CWE-319", _HIGH, _ENCRYPTED),
    "B321": Test("CWE-319", _MEDIUM, _ENCRYPTED),
    "B323": Test("CWE-295", _HIGH, _VERIFY),
    "B324": Test("CWE-328", _MEDIUM, _SHA),
    "B501": Test("CWE-295", _HIGH, _VERIFY),
    "B502": Test("CWE-327", _HIGH, _TLS),
    "B503": Test("CWE-327", _MEDIUM, _TLS),
    "B504": Test("CWE-327", _MEDIUM, _TLS),
    "B505": Test("CWE-326", _HIGH, "Use RSA keys of 3072 bits, or an elliptic curve."),
    "B506": Test("CWE-502", _HIGH, "Use yaml.safe_load()."),
    "B507": Test("CWE-295", _HIGH, "Load the known hosts, and set RejectPolicy."),
    "B508": Test("CWE-319", _MEDIUM, _ENCRYPTED),
    "B509": Test("CWE-319", _MEDIUM, _ENCRYPTED),
    "B605": Test("CWE-78", _MEDIUM, _LIST, constant=False),
    "B608": Test("CWE-89", _MEDIUM, _PARAMETERS, constant=False),
    "B609": Test("CWE-78", _MEDIUM, _LIST, Severity.MEDIUM),
    "B610": Test("CWE-89", _MEDIUM, _PARAMETERS, constant=False),
    "B611": Test("CWE-89", _MEDIUM, _PARAMETERS, constant=False),
    "B612": Test("CWE-94", _MEDIUM, "Give listen() a verify function, or read a file."),
    "B613": Test("CWE-838", _HIGH, "Take the invisible direction marks out.", Severity.HIGH),
    "B614": Test("CWE-502", _MEDIUM, "Write torch.load(..., weights_only=True).", Severity.MEDIUM),
    "B615": Test("CWE-494", _MEDIUM, _PINNED, Severity.MEDIUM),
    "B701": Test("CWE-79", _MEDIUM, _ESCAPE),
    "B703": Test("CWE-79", _MEDIUM, _ESCAPE),
    "B704": Test("CWE-79", _MEDIUM, _ESCAPE, constant=False),
}
"""By Bandit's number. A new test of Bandit's takes part once somebody weighed it."""
