"""The weaknesses this program knows by number: a short title, and how bad each one is.

Numbers are those of MITRE's Common Weakness Enumeration (https://cwe.mitre.org). The severity is
ours: what an attacker gets who reaches such a line, injection and code execution above all.
"""

from indict_review.evidence import Severity

_CRITICAL, _HIGH = Severity.CRITICAL, Severity.HIGH
_MEDIUM, _LOW = Severity.MEDIUM, Severity.LOW

CWES: dict[str, tuple[str, Severity]] = {
    # What comes from outside is run, or becomes part of a query or a page.
    "CWE-77": ("Command injection", _CRITICAL),
    "CWE-78": ("Command injection", _CRITICAL),
    "CWE-79": ("HTML injection (XSS)", _HIGH),
    "CWE-80": ("HTML injection (XSS)", _HIGH),
    "CWE-88": ("Argument injection", _HIGH),
    "CWE-89": ("SQL injection", _CRITICAL),
    "CWE-90": ("LDAP injection", _HIGH),
    "CWE-91": ("XML injection", _HIGH),
    "CWE-93": ("Line break injection", _MEDIUM),
    "CWE-94": ("Code injection", _CRITICAL),
    "CWE-95": ("Code injection", _CRITICAL),
    "CWE-96": ("Code injection into a stored file", _CRITICAL),
    "CWE-98": ("File inclusion from outside", _CRITICAL),
    "CWE-113": ("HTTP header injection", _MEDIUM),
    "CWE-116": ("Output not encoded", _MEDIUM),
    "CWE-117": ("Log injection", _MEDIUM),
    "CWE-134": ("Format string from outside", _HIGH),
    "CWE-470": ("Code chosen by a name from outside", _HIGH),
    "CWE-502": ("Unsafe deserialisation", _CRITICAL),
    "CWE-611": ("XML external entities", _HIGH),
    "CWE-643": ("XPath injection", _HIGH),
    "CWE-652": ("XQuery injection", _HIGH),
    "CWE-494": ("Code downloaded without a check", _HIGH),
    "CWE-621": ("Variables set from outside", _HIGH),
    "CWE-829": ("Code from an untrusted place", _HIGH),
    "CWE-915": ("Attributes set by names from outside", _MEDIUM),
    "CWE-917": ("Expression language injection", _CRITICAL),
    "CWE-943": ("NoSQL injection", _HIGH),
    "CWE-1236": ("Formula injection into a table", _MEDIUM),
    "CWE-1321": ("Prototype pollution", _MEDIUM),
    "CWE-1427": ("Instructions to a language model", _HIGH),
    "CWE-1336": ("Template injection", _CRITICAL),
    # Files, and what may touch them.
    "CWE-22": ("Path traversal", _HIGH),
    "CWE-23": ("Path traversal", _HIGH),
    "CWE-36": ("Path traversal by an absolute path", _HIGH),
    "CWE-59": ("Link followed out of a folder", _HIGH),
    "CWE-73": ("File name from outside", _HIGH),
    "CWE-276": ("Wrong default permissions", _MEDIUM),
    "CWE-367": ("Check and use are apart", _LOW),
    "CWE-377": ("Insecure temporary file", _MEDIUM),
    "CWE-379": ("Temporary file in an open folder", _MEDIUM),
    "CWE-426": ("Program searched in an untrusted place", _HIGH),
    "CWE-434": ("Upload of any type of file", _HIGH),
    "CWE-732": ("Wrong permissions", _HIGH),
    # Who may do what.
    "CWE-259": ("Hard-coded password", _HIGH),
    "CWE-269": ("Wrong privileges", _HIGH),
    "CWE-290": ("Identity can be faked", _HIGH),
    "CWE-284": ("Missing access control", _HIGH),
    "CWE-285": ("Wrong authorisation", _HIGH),
    "CWE-287": ("Wrong authentication", _HIGH),
    "CWE-306": ("Missing authentication", _HIGH),
    "CWE-307": ("Unlimited login attempts", _MEDIUM),
    "CWE-321": ("Hard-coded cryptographic key", _HIGH),
    "CWE-352": ("Missing CSRF protection", _MEDIUM),
    "CWE-384": ("Session fixation", _MEDIUM),
    "CWE-521": ("Weak password rules", _MEDIUM),
    "CWE-522": ("Credentials not protected", _HIGH),
    "CWE-613": ("Session does not end", _MEDIUM),
    "CWE-617": ("Check by assert", _MEDIUM),
    "CWE-639": ("Access by a key from outside", _HIGH),
    "CWE-770": ("No limit on what is used", _MEDIUM),
    "CWE-798": ("Hard-coded password or secret", _HIGH),
    "CWE-807": ("Decision by data from outside", _MEDIUM),
    "CWE-862": ("Missing authorisation", _HIGH),
    "CWE-863": ("Wrong authorisation", _HIGH),
    # Cryptography, and who is at the other end.
    "CWE-208": ("Secrets compared in variable time", _MEDIUM),
    "CWE-295": ("Certificate not verified", _HIGH),
    "CWE-297": ("Host name not verified", _HIGH),
    "CWE-310": ("Weak cryptography", _MEDIUM),
    "CWE-311": ("Missing encryption", _MEDIUM),
    "CWE-312": ("Secret stored in the clear", _MEDIUM),
    "CWE-319": ("Sent without encryption", _MEDIUM),
    "CWE-322": ("Key exchange without authentication", _HIGH),
    "CWE-323": ("Nonce used twice", _HIGH),
    "CWE-325": ("Missing cryptographic step", _MEDIUM),
    "CWE-326": ("Key too short", _HIGH),
    "CWE-327": ("Broken cipher, mode or protocol", _HIGH),
    "CWE-328": ("Weak hash", _MEDIUM),
    "CWE-329": ("Constant IV or nonce", _HIGH),
    "CWE-330": ("Predictable random numbers", _MEDIUM),
    "CWE-331": ("Too little randomness", _MEDIUM),
    "CWE-335": ("Constant seed", _MEDIUM),
    "CWE-338": ("Predictable random numbers for a secret", _MEDIUM),
    "CWE-345": ("Origin of data not verified", _HIGH),
    "CWE-940": ("Source of a message not checked", _MEDIUM),
    "CWE-346": ("Origin not checked", _MEDIUM),
    "CWE-347": ("Signature not verified", _HIGH),
    "CWE-353": ("Integrity not verified", _MEDIUM),
    "CWE-354": ("Integrity not verified", _MEDIUM),
    "CWE-757": ("Weaker algorithm can be negotiated", _MEDIUM),
    "CWE-759": ("Password hash without salt", _HIGH),
    "CWE-760": ("Constant salt", _HIGH),
    "CWE-1240": ("Cryptography of one's own", _MEDIUM),
    "CWE-780": ("RSA without OAEP", _MEDIUM),
    "CWE-916": ("Password hashed with a fast hash", _HIGH),
    "CWE-1204": ("Weak IV", _HIGH),
    # The web.
    "CWE-601": ("Open redirect", _MEDIUM),
    "CWE-614": ("Cookie without Secure", _MEDIUM),
    "CWE-918": ("Request forged by the server (SSRF)", _HIGH),
    "CWE-942": ("CORS open to every site", _MEDIUM),
    "CWE-1004": ("Cookie without HttpOnly", _MEDIUM),
    "CWE-1021": ("Page can be framed", _LOW),
    "CWE-1275": ("Cookie without SameSite", _LOW),
    "CWE-1327": ("Server listens on every interface", _LOW),
    # What gets out.
    "CWE-200": ("Information exposed", _MEDIUM),
    "CWE-209": ("Error details sent to the user", _MEDIUM),
    "CWE-215": ("Debug information exposed", _MEDIUM),
    "CWE-489": ("Debug mode left on", _HIGH),
    "CWE-922": ("Secret stored without protection", _MEDIUM),
    "CWE-532": ("Secret written to the log", _MEDIUM),
    "CWE-605": ("Server listens on every interface", _LOW),
    # Input taken as it comes, and what it can use up.
    "CWE-20": ("Input not checked", _MEDIUM),
    "CWE-129": ("Index not checked", _HIGH),
    "CWE-477": ("Obsolete function", _LOW),
    "CWE-554": ("Input validation switched off", _MEDIUM),
    "CWE-589": ("Call that does not exist everywhere", _LOW),
    "CWE-185": ("Wrong regular expression", _LOW),
    "CWE-400": ("Resources can be used up", _MEDIUM),
    "CWE-409": ("Decompression without a bound", _MEDIUM),
    "CWE-625": ("Regular expression allows too much", _MEDIUM),
    "CWE-674": ("Recursion without a bound", _MEDIUM),
    "CWE-703": ("Errors not handled", _LOW),
    "CWE-730": ("Denial of service", _MEDIUM),
    "CWE-754": ("Unusual condition not checked", _LOW),
    "CWE-776": ("XML entity expansion", _MEDIUM),
    "CWE-835": ("Loop without an end", _MEDIUM),
    "CWE-1333": ("Slow regular expression", _MEDIUM),
    # Memory and numbers.
    "CWE-119": ("Access outside a buffer", _CRITICAL),
    "CWE-120": ("Copy into a buffer without a bound", _CRITICAL),
    "CWE-121": ("Stack overflow of a buffer", _CRITICAL),
    "CWE-122": ("Heap overflow of a buffer", _CRITICAL),
    "CWE-125": ("Read outside a buffer", _HIGH),
    "CWE-131": ("Buffer size miscalculated", _HIGH),
    "CWE-170": ("String not terminated", _HIGH),
    "CWE-190": ("Integer overflow", _HIGH),
    "CWE-191": ("Integer underflow", _HIGH),
    "CWE-242": ("Function that cannot be used safely", _HIGH),
    "CWE-252": ("Result not checked", _LOW),
    "CWE-369": ("Division by zero", _LOW),
    "CWE-401": ("Memory not released", _LOW),
    "CWE-404": ("Resource not released", _LOW),
    "CWE-415": ("Memory freed twice", _CRITICAL),
    "CWE-416": ("Memory used after it was freed", _CRITICAL),
    "CWE-457": ("Variable used before it is set", _MEDIUM),
    "CWE-467": ("sizeof of a pointer", _MEDIUM),
    "CWE-476": ("Null pointer used", _MEDIUM),
    "CWE-590": ("Free of memory that is not on the heap", _HIGH),
    "CWE-908": ("Memory used before it is set", _MEDIUM),
    "CWE-665": ("Wrong initialisation", _MEDIUM),
    "CWE-676": ("Dangerous function", _MEDIUM),
    "CWE-680": ("Integer overflow to buffer overflow", _CRITICAL),
    "CWE-681": ("Wrong conversion between numbers", _MEDIUM),
    "CWE-704": ("Wrong conversion", _MEDIUM),
    "CWE-787": ("Write outside a buffer", _CRITICAL),
    "CWE-805": ("Buffer accessed with a wrong length", _HIGH),
    "CWE-822": ("Pointer from outside used", _CRITICAL),
    "CWE-843": ("Memory taken for another type", _HIGH),
    # Concurrency.
    "CWE-362": ("Race", _MEDIUM),
}

_KIN = (
    "CWE-78 CWE-77 CWE-88",
    "CWE-79 CWE-80",
    "CWE-22 CWE-23 CWE-36 CWE-73",
    "CWE-89 CWE-564",
    "CWE-327 CWE-326 CWE-328",
    "CWE-338 CWE-330",
    "CWE-798 CWE-259 CWE-321",
    "CWE-95 CWE-94",
    "CWE-787 CWE-119 CWE-120 CWE-121 CWE-122 CWE-125",
)
"""What tools call by a parent's or a child's number, as they please. The first stands for all.

It is part of fingerprints, by which people dismissed findings: a first one stays the first.
"""
_STANDS = {number: family.split()[0] for family in _KIN for number in family.split()}


def kin(cwe: str) -> str:
    """The number that stands for this one and those that tools confuse with it."""
    return _STANDS.get(cwe, cwe)


def severity_of(cwe: str | None) -> Severity | None:
    """None for a weakness that is not in the table, so that a rule's own severity may count."""
    known = CWES.get(cwe or "")
    return known[1] if known else None


def title_of(cwe: str | None) -> str | None:
    """A few words, or None for a weakness that is not in the table."""
    known = CWES.get(cwe or "")
    return known[0] if known else None
