"""Secrets are masked, and come back where an edit carries them."""

import json

from indict_review.redact import Mask, secrets_in

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
