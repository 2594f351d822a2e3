"""Which code of a project a model is shown for a task, and how much of it."""

import os
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indict_review.relevant import choosing, relevant
from indict_review.relevant.excerpt import excerpt, size
from indict_review.relevant.words import words_of
from indict_review.sources.stores import Folder

ROOM = 12_000

SHOP = {
    "shop/basket.py": "class Basket:\n    def add_item(self, item):\n        self.n += 1\n",
    "shop/invoice.py": "def render_invoice(order):\n    return f'Invoice {order.number}'\n",
    "shop/users.py": "def find_user(name):\n    return DB.get(name)\n",
    "shop/login.py": "from shop.users import find_user\n\n\ndef log_in(name):\n    return 1\n",
    "README.md": "# Shop\n\nBaskets, invoices, users, logins.\n",
    "setup.cfg": "[metadata]\nname = shop\n",
}


@pytest.fixture
def folder(tmp_path):
    def lay_out(files):
        for path, text in files.items():
            place = tmp_path / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Folder(tmp_path)

    return lay_out


def shown(task, store, room=ROOM):
    return [each.path for each in relevant(task, store, room).excerpts]


def long_module(functions, body=12):
    lines = [f"    step_{n} = {n}" for n in range(body)]
    texts = [
        "\n".join([f"def {name}():", *lines, f"    return '{name}'", ""]) for name in functions
    ]
    return "import os\n\n\n" + "\n\n".join(texts)


def test_a_word_finds_the_names_that_have_it(folder):
    assert shown("Invoices lack the total", folder(SHOP))[0] == "shop/invoice.py"
    assert shown("The basket has to count what is added", folder(SHOP))[0] == "shop/basket.py"


def test_the_file_that_defines_a_name_goes_before_those_that_use_it(folder):
    users = {f"shop/use_{n}.py": "find_user(1)\nfind_user(2)\nfind_user(3)\n" for n in range(4)}

    assert shown("`find_user` has to raise KeyError", folder({**SHOP, **users}))[0] == (
        "shop/users.py"
    )


def test_a_suffix_is_no_word(folder):
    assert "x.py" not in shown("Invoices in billing.py", folder({**SHOP, "x.py": "a = 1\n"}))


def test_code_goes_before_its_tests_unless_the_task_is_about_tests(folder):
    store = folder({**SHOP, "tests/test_invoice.py": "# invoice invoice\nrender_invoice(1)\n"})

    assert shown("The invoice", store) == ["shop/invoice.py", "tests/test_invoice.py"]
    assert shown("A test of the invoice", store)[0] == "tests/test_invoice.py"


def test_a_file_that_the_task_names_is_shown_whatever_is_in_it(folder):
    assert shown("Put a version into setup.cfg", folder(SHOP))[0] == "setup.cfg"
    assert shown("Rewrite shop/login.py: the basket, the invoice", folder(SHOP))[0] == (
        "shop/login.py"
    )


def test_an_empty_folder_shows_nothing(folder):
    found = relevant("A web server", folder({}), ROOM)

    assert (found.excerpts, found.paths, found.unread) == ((), (), 0)


def test_every_file_is_named_and_those_that_matter_first(folder):
    found = relevant("Invoices lack the total", folder(SHOP), ROOM)

    assert found.paths[0] == "shop/invoice.py"
    assert set(found.paths) == set(SHOP)


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/invoice/invoice.js",
        "vendor/invoice.php",
        "invoice.min.js",
        "package-lock.json",
        "invoice-lock.json",
    ],
)
def test_what_others_or_tools_wrote_is_not_shown(folder, path):
    store = folder({path: "invoice invoice invoice\n", "a.py": "invoice = 1\n"})

    assert shown("The invoice", store) == ["a.py"]


@pytest.mark.parametrize(
    "path", [".env", "config/.env.local", "credentials.json", "secrets.yaml", "tls.key", "id_rsa"]
)
def test_files_that_hold_keys_are_not_shown_even_if_they_are_named(folder, path):
    store = folder({path: "invoice: hunter2\n", "credentials.py": "def invoice(): ...\n"})

    assert shown(f"Read the invoice from {path}", store) == ["credentials.py"]


def test_what_no_model_can_give_back_is_not_shown(folder):
    store = folder(
        {
            "binary.py": b"invoice\0",
            "latin.py": "invoice = 'é'\n".encode("latin-1"),
            "packed.js": "var invoice = 1;" * 1_000,
            "huge.py": "# invoice\n" * 100_000,
            "plain.py": "invoice = 1\n",
        }
    )
    os.symlink("/etc/hostname", store.root / "invoice.py")

    assert shown("The invoice", store) == ["plain.py"]


def test_what_git_ignores_is_neither_shown_nor_named(folder):
    store = folder({"a.py": "invoice = 1\n", "b.py": "invoice = 2\n", ".gitignore": "b.py\n"})
    subprocess.run(["git", "init", "-q", store.root], check=True)

    found = relevant("The invoice", Folder(store.root), ROOM)

    assert [each.path for each in found.excerpts] == ["a.py"]
    assert "b.py" not in found.paths


def test_of_a_large_file_the_matching_function_is_shown_whole_and_the_others_by_name(folder):
    names = [f"handle_{n}" for n in range(40)] + ["print_invoice"]
    store = folder({"big.py": long_module(names)})

    (each,) = relevant("The invoice is printed wrong", store, 3_000).excerpts

    assert not each.whole
    assert "    step_11 = 11\n    return 'print_invoice'" in each.text
    assert "def handle_7():\n[" in each.text
    assert "return 'handle_7'" not in each.text
    assert "lines are not shown]" in each.text


def test_a_large_text_without_a_grammar_is_shown_around_the_match(folder):
    lines = [f"setting_{n}: {n}" for n in range(500)]
    lines[300] = "invoice_total: 7"
    store = folder({"settings.yaml": "\n".join(lines)})

    (each,) = relevant("What is the invoice total?", store, 1_500).excerpts

    assert "invoice_total: 7" in each.text
    assert size(each.text) <= 1_500


def test_a_large_file_leaves_room_for_another_and_what_does_not_fit_is_told(folder):
    files = {f"invoice_{n}.py": long_module([f"invoice_{n}_{m}" for m in range(30)]) for n in "abc"}
    found = relevant("The invoice", folder(files), 7_000)

    assert len(found.excerpts) >= 2
    assert {*(e.path for e in found.excerpts), *found.unfit} == set(files)


def test_too_many_files_are_not_looked_through_and_it_is_told(folder, monkeypatch):
    monkeypatch.setattr(choosing, "MOST_READ", 3)
    found = relevant("The invoice", folder({f"m{n}.py": "x = 1\n" for n in range(10)}), ROOM)

    assert found.unread == 7


def test_of_too_many_files_those_are_read_whose_paths_speak_of_the_task(folder, monkeypatch):
    monkeypatch.setattr(choosing, "MOST_READ", 1)
    files = {f"m{n}.py": "x = 1\n" for n in range(10)} | {"deep/down/invoices.py": "y = 1\n"}

    assert shown("The invoice", folder(files)) == ["deep/down/invoices.py"]


WORDS = st.sampled_from(
    ["invoice", "basket", "total", "x = 1", "def f():", "    return y", "é", ""]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=200), st.integers(0, 2_000))
def test_an_excerpt_never_takes_more_than_its_room_and_quotes_whole_lines(lines, room):
    text = "\n".join(lines)
    found = excerpt("a.py", text, words_of("the invoice total"), room)

    if found is not None:
        assert size(found.text) <= room
        assert found.whole == (found.text == text)
        kept = [line for line in found.text.split("\n") if "not shown]" not in line]
        assert set(kept) <= set(text.split("\n"))
