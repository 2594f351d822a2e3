"""Secrets of many kinds, made up here, each as it would stand in a file."""

import base64
import random
import string
from dataclasses import dataclass

_ALL = string.ascii_letters + string.digits
_UPPER = string.ascii_uppercase + string.digits
_HEX = string.digits + "abcdef"
_made = random.Random(7)


def _some(count: int, of: str = _ALL) -> str:
    return "".join(_made.choice(of) for _ in range(count))


def _base64(count: int) -> str:
    return base64.b64encode(_made.randbytes(count)).decode()


def _part(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Planted:
    """One secret in one file."""

    kind: str
    path: str
    text: str
    values: tuple[str, ...]
    """What nobody may be shown."""


def _one(kind: str, path: str, text: str, value: str) -> Planted:
    return Planted(kind, path, text.replace("@@", value) + "\n", (value,))


def _key() -> Planted:
    lines = [_base64(48) for _ in range(6)]
    begin, end = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
    return Planted("private key", "id.pem", "\n".join([begin, *lines, end, ""]), tuple(lines))


TOKENS = (
    _one("AWS key id", "aws.py", 'ID = "@@"', "AKIA" + _some(16, _UPPER)),
    _one("AWS secret", "aws.env", "AWS_SECRET_ACCESS_KEY=@@", _base64(30)),
    _one("GitHub", "gh.py", 'gh = "@@"', "ghp_" + _some(36)),
    _one("GitHub, fine-grained", "gh2.py", 'gh = "@@"', "github_pat_" + _some(82)),
    _one("GitLab", "gl.yml", "x: @@", "glpat-" + _some(20)),
    _one("Slack", "slack.js", 'const t = "@@";', f"xoxb-{_some(12, _HEX[:10])}-{_some(24)}"),
    _one(
        "Slack hook", "hook.js", 'post("@@");',
        f"https://hooks.slack.com/services/T{_some(8, _UPPER)}/B{_some(8, _UPPER)}/{_some(24)}",
    ),
    _one("Stripe", "stripe.rb", 'Stripe.api = "@@"', "sk_live_" + _some(24)),
    _one("Twilio", "twilio.py", 'Client("@@", x)', "SK" + _some(32, _HEX)),
    _one("SendGrid", "mail.go", 'k := "@@"', f"SG.{_some(22)}.{_some(43)}"),
    _one("npm", ".npmrc", "//npm.example.org/:_authToken=@@", "npm_" + _some(36)),
    _one("PyPI", ".pypirc", "password = @@", "pypi-AgEIcHlwaS5vcmc" + _some(120)),
    _one("OpenAI", "ai.py", 'c = O("@@")', f"sk-proj-{_some(20)}T3BlbkFJ{_some(20)}"),
    _one("Anthropic", "ai2.py", 'c = A("@@")', "sk-ant-api03-" + _some(90) + "AA"),
    _one("Google", "maps.html", '<script src="m?key=@@">', "AIza" + _some(35)),
    _one(
        "Azure storage", "a.cs", 'var c = "AccountName=x;AccountKey=@@;";', _base64(64)
    ),
    _one("Discord", "bot.py", 'run("@@")', f"M{_some(23)}.{_some(6)}.{_some(27)}"),
    _one("Telegram", "tg.py", 'Bot("@@")', "812345679:" + _some(35)),
    _one("Mailchimp", "mc.py", 'm = "@@"', _some(32, _HEX) + "-us14"),
    _one("Square", "sq.py", 'm = "@@"', "sq0csp-" + _some(43)),
    _one("Cloudant", "cl.py", 'cloudant_password = "@@"', _some(64, _HEX)),
    _one("IBM Cloud", "ibm.py", 'ibm_cloud_iam_api_key = "@@"', _some(44)),
    _one("Artifactory", "art.cfg", "x=@@", "AKC" + _some(60)),
    _one(
        "web token", "jwt.py", 'h = "@@"',
        ".".join((_part('{"alg":"HS256"}'), _part('{"sub":"8812"}'), _some(43))),
    ),
    _one("Hugging Face", "hf.py", 'login("@@")', "hf_" + _some(34, string.ascii_letters)),
)  # fmt: skip
"""Told by their form."""

NAMED = (
    _one("address", "u.py", 'u = "https://bob:@@@host.internal.net/x"', "Zr7-kestrel_91"),
    _one("database", "db.yaml", "url: postgresql://app:@@@db.corp.net:5432/app", "Kx9-tundra.44"),
    _one("Python", "p.py", 'password = "@@"', "Tr0ub4dor-and-3"),
    _one("Python, annotated", "p2.py", 'password: str = "@@"', "Gr4nite!Falls"),
    _one("YAML", "p.yaml", "  password: @@", "vole-73-Cinder"),
    _one(".env", ".env", "DB_PASSWORD=@@", "Pl0ver%Marsh8"),
    _one("JSON", "p.json", '  "client_secret": "@@",', "b8Q~zzT1rkm.PQ7w"),
    _one("properties", "p.properties", "spring.datasource.password=@@", "s3a-Otter-22"),
    _one("shell", "p.sh", "export API_TOKEN=@@", "q7Yw3eLr81Zk"),
    _one("HTTP header", "p.http", "Authorization: Bearer @@", _some(40)),
    _one("HTTP Basic", "p3.py", 'h = {"Authorization": "Basic @@"}', _base64(13)),
    _one("connection string", "p.config", '<add c="Server=x;Password=@@;E=1"/>', "Wr3n&Thicket5"),
    _one("libpq", "p4.py", 'c("host=db password=@@ dbname=x")', "hu8+Lan7ern3"),
    _one("curl", "c.sh", "curl -u bob:@@ https://x.corp.net", "Fj0rd-B4s1l7"),
    _one("query", "q.js", 'fetch("https://x.corp.net/a?token=@@&b=1")', _some(28)),
    _one("Dockerfile", "Dockerfile", "ENV ADMIN_PASSWORD=@@", "juniper-Flint-6"),
    _one("dictionary", "d.py", 'db = {"user": "x", "password": "@@"}', "Marl1n-bay-x"),
    _one("setter", "S.java", 'config.setPassword("@@");', "Qu4rry-Bell9"),
    _one("environment", "e.py", 'os.environ.setdefault("SECRET_KEY", "@@")', "kd82hs71-ahq0"),
    _one("next line", "n.py", 'password = (\n    "@@"\n)', "Sp1nney#Dune4"),
    _one("YAML block", "b.yaml", "password: |\n  @@", "c0pperHeath99"),
    _one("XML", "x.xml", "<password>@@</password>", "El4nd-Moss-7"),
    _one("netrc", ".netrc", "machine x.org login bob password @@", "Ost-r1ch-loom"),
    _one("Kubernetes", "k.yaml", '- name: DB_PASSWORD\n  value: "@@"', "Ryeg4ss-Pond3"),
    _one("PHP", "p.php", "define('DB_PASSWORD', '@@');", "Th1stle-Owl8"),
    _one("Go", "g.go", 'dbPassword := "@@"', "Lark-g0rse-77"),
)
"""Told by where they stand."""

ALL = (*TOKENS, *NAMED, _key())
