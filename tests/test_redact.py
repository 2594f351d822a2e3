"""Secrets are masked, and come back where an edit carries them."""

import json
import time

import pytest

from indict_review.redact import Mask, secrets_in
from indict_review.tools import secrets_seen

KEY = "AKIA" + "Q3EGRX7J2M5WZK4T"


def test_published_shapes_and_named_values_are_found():
    text = f'aws = "{KEY}"\npassword = "hunter2hunter2"\ngreeting = "hello, world"\n'

    assert set(secrets_in(text)) == {KEY, "hunter2hunter2"}


def test_every_line_of_a_private_key_is_a_secret():
    body = ["MIIEow" + "a" * 58, "b" * 64]
    begin, end = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"

    assert set(secrets_in("\n".join([begin, *body, end]))) == set(body)


def test_a_masked_secret_comes_back_and_is_hidden_in_json_too():
    secret = 'a"b\\c-d-e-f-g'
    mask = Mask([secret])
    hidden = mask.hide(json.dumps({"x": secret}) + secret)

    assert json.dumps(secret)[1:-1] not in hidden
    assert secret not in hidden
    assert mask.show(mask.hide(f"x = {secret}")) == f"x = {secret}"


def test_ordinary_code_has_no_secrets():
    text = 'token = get_token()\npassword = input("Password: ")\nkey: str = ""\n'

    assert secrets_in(text) == ()


def test_ten_megabytes_on_one_line_are_no_trouble():
    assert secrets_in("password = '" + "x" * 10_000_000) == ()


def test_a_mask_learns_and_keeps_the_places_it_gave():
    first, second = "ghp_" + "a1B2" * 9, "ghp_" + "c3D4" * 9
    mask = Mask((first,))
    before = mask.hide(first)
    mask.learn(f"key: {second} {first}")

    assert mask.hide(f"{first} {second}") == f"{before} <secret-2>"
    assert mask.show(mask.hide(second)) == second


@pytest.mark.parametrize(
    "word", ["subprocess", "helpfulness", "getElementById", "Function", "f-string", "task:"]
)
def test_a_plain_word_and_our_own_words_are_no_secret(word):
    assert secrets_in(f'DB_PASSWORD = "{word}"\n') == ()


def test_letters_that_are_no_words_are_one():
    assert secrets_in('password = "xqzkwvbnrt"\n') == ("xqzkwvbnrt",)
    assert secrets_in('password = "kXqPzRtWmNvB"\n') == ("kXqPzRtWmNvB",)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ('password = "@@"', "Tr0ub4dor &3xY!"),
        ('password = "@@"', "kJ8#admin$9xQ!"),
        ('api_key = "@@"', "x8Kq1234zZpL9w"),
        ('PASSWORD = "@@"', "S3cr3t!token-x9"),
        ('pw = "@@"', "Zk9!vT3q#Lw8pX2m"),
        ('connect("svc", password="@@")', r"Zk9!vT3q\"Lw8pX2m"),
        ('password = "@@"', "Zk9'vT3q#Lw8pX2m"),
        ('password = "{}@@"', "Zk9!vT3q#Lw8pX2m"),
        ('const char password[] = "@@";', "Zk9!vT3q#Lw8pX2m"),
        ("static char password[32] = '@@';", "Zk9!vT3q#Lw8pX2m"),
        ('let password: &str = "@@";', "Zk9!vT3q#Lw8pX2m"),
        ('secretKey := []byte("@@")', "Zk9!vT3q#Lw8pX2m"),
        ('token = base64.b64decode("@@")', "Wms5IXZUM3EjTHc4cFgybQ=="),
        ('password = \\\n  "@@"', "Zk9!vT3q#Lw8pX2m"),
        ("mysql -uroot -p@@ shop", "Zk9!vT3qLw8"),
        ("sshpass -p '@@' ssh host", "Zk9!vT3qLw8"),
        ("PGPASSWORD=@@ psql", "Zk9!vT3qLw8"),
    ],
)
def test_a_secret_with_blanks_a_word_in_it_or_an_odd_place_is_found(code, value):
    for text in (code, "+" + code.replace("\n", "\n+")):
        hidden = Mask().hide(text.replace("@@", value))

        assert value not in hidden
        assert "<secret-1>" in hidden


@pytest.mark.parametrize(
    "code",
    [
        'password = "Enter your password!"',
        'password = "At least 8 characters, 1 digit and 64bit keys"',
        'password = "admin@123"',
        'api_key = "test-key-1234"',
        'secret = "my$secret!"',
        'token = f"{user}:{token}@{host}"',
        'password = f"{prefix}-utf8"',
        'token = "" + decode(b64x9q) + ""',
        "mysql -u root -p shop",
        "mysql -P3306 -p$PASSWORD",
        'if token == "+" or token == "...":',
    ],
)
def test_a_placeholder_a_sentence_and_a_template_are_none(code):
    assert secrets_in(code + "\n") == ()


@pytest.mark.parametrize(
    "code",
    [
        'password = "Zk9!vT3q" "#Lw8pX2m"',
        'password = b"Zk9!vT3q" + b"#Lw8pX2m"',
        'password = "x"  +  "Zk9!vT3q" + "#Lw8pX2m"',
        'password = "Zk9!vT3q" \\\n    "#Lw8pX2m"',
        "password = (\n    'Zk9!vT3q'\n    '#Lw8pX2m'\n)",
        'password = "Zk9!vT3q" +\n    "#Lw8pX2m"',
    ],
)
def test_every_half_of_a_secret_is_masked(code):
    for text in (code, "+" + code.replace("\n", "\n+")):
        hidden = Mask().hide(text)

        assert "Zk9!vT3q" not in hidden
        assert "#Lw8pX2m" not in hidden


def test_what_was_learnt_is_not_learnt_again(monkeypatch):
    read = []
    monkeypatch.setattr(secrets_seen, "named", lambda piece, path: read.append(piece) or ())
    mask = Mask()

    mask.hide("password = a()\nmore\nWhat of it?")
    mask.hide("password = a()\nmore\nAnd of this token?")

    assert [piece.split("\n")[0] for piece in read] == ["password = a()", "And of this token?"]


def test_many_colons_take_no_time():
    hostile = ["://" + ":" * 1_000_000, "://" + "a:" * 500_000, '"a""b"' * 99_999]
    began = time.process_time()

    for text in hostile:
        secrets_in(text)

    assert time.process_time() - began < 4
