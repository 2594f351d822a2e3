"""What `syntax` needs to know of each language, as data: which nodes of its grammar mean what."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Grammar:
    """One language's tree-sitter grammar, and the names it has for things."""

    module: str
    """The package that carries it."""
    functions: frozenset[str]
    """Nodes that define a function or method under a name."""
    closures: frozenset[str] = frozenset()
    """Nodes that make a function with no name of its own; what they are assigned to names it."""
    types: frozenset[str] = frozenset()
    """Nodes that define a class, struct, interface, enum, …"""
    scopes: frozenset[str] = frozenset()
    """Nodes that only lend their name to what is in them: namespaces, modules, `impl`."""
    calls: frozenset[str] = frozenset()
    """Nodes that call something."""
    language: str = "language"
    """The function of `module` that returns it."""
    by_position: bool = True
    """Callers cannot name a parameter, so that renaming one breaks nobody."""
    typed: bool = False
    """A parameter's type is part of what callers rely on."""


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_JAVASCRIPT = Grammar(
    module="tree_sitter_javascript",
    functions=_set("function_declaration generator_function_declaration method_definition"),
    closures=_set("arrow_function function_expression generator_function"),
    types=_set("class_declaration class"),
    calls=_set("call_expression new_expression"),
)
_TYPESCRIPT = Grammar(
    module="tree_sitter_typescript",
    language="language_typescript",
    functions=_JAVASCRIPT.functions
    | _set("function_signature method_signature abstract_method_signature"),
    closures=_JAVASCRIPT.closures,
    types=_JAVASCRIPT.types
    | _set(
        "abstract_class_declaration interface_declaration enum_declaration type_alias_declaration"
    ),
    scopes=_set("internal_module module"),
    calls=_JAVASCRIPT.calls,
)
_C = Grammar(
    module="tree_sitter_c",
    functions=_set("function_definition"),
    types=_set("struct_specifier enum_specifier union_specifier"),
    calls=_set("call_expression"),
    typed=True,
)

GRAMMARS: Mapping[str, Grammar] = {
    "python": Grammar(
        module="tree_sitter_python",
        functions=_set("function_definition"),
        closures=_set("lambda"),
        types=_set("class_definition"),
        calls=_set("call"),
        by_position=False,
    ),
    "javascript": _JAVASCRIPT,
    "typescript": _TYPESCRIPT,
    "java": Grammar(
        module="tree_sitter_java",
        functions=_set(
            "method_declaration constructor_declaration compact_constructor_declaration"
        ),
        closures=_set("lambda_expression"),
        types=_set(
            "class_declaration interface_declaration enum_declaration record_declaration "
            "annotation_type_declaration"
        ),
        calls=_set("method_invocation object_creation_expression"),
        typed=True,
    ),
    "c": _C,
    "cpp": Grammar(
        module="tree_sitter_cpp",
        functions=_C.functions,
        closures=_set("lambda_expression"),
        types=_C.types | _set("class_specifier"),
        scopes=_set("namespace_definition"),
        calls=_C.calls | _set("new_expression"),
        typed=True,
    ),
    "csharp": Grammar(
        module="tree_sitter_c_sharp",
        functions=_set(
            "method_declaration constructor_declaration destructor_declaration "
            "local_function_statement property_declaration indexer_declaration"
        ),
        closures=_set("lambda_expression anonymous_method_expression"),
        types=_set(
            "class_declaration struct_declaration interface_declaration enum_declaration "
            "record_declaration"
        ),
        scopes=_set("namespace_declaration"),
        calls=_set("invocation_expression object_creation_expression"),
        by_position=False,
        typed=True,
    ),
    "php": Grammar(
        module="tree_sitter_php",
        language="language_php",
        functions=_set("function_definition method_declaration"),
        closures=_set("anonymous_function arrow_function"),
        types=_set("class_declaration interface_declaration trait_declaration enum_declaration"),
        calls=_set(
            "function_call_expression member_call_expression nullsafe_member_call_expression "
            "scoped_call_expression object_creation_expression"
        ),
        by_position=False,
    ),
    "rust": Grammar(
        module="tree_sitter_rust",
        functions=_set("function_item function_signature_item"),
        closures=_set("closure_expression"),
        types=_set("struct_item enum_item union_item trait_item"),
        scopes=_set("impl_item mod_item"),
        calls=_set("call_expression macro_invocation"),
        typed=True,
    ),
    "go": Grammar(
        module="tree_sitter_go",
        functions=_set("function_declaration method_declaration"),
        closures=_set("func_literal"),
        types=_set("type_spec"),
        calls=_set("call_expression"),
        typed=True,
    ),
}
"""By the name that `languages.of_path` gives."""

TSX = Grammar(
    module=_TYPESCRIPT.module,
    language="language_tsx",
    functions=_TYPESCRIPT.functions,
    closures=_TYPESCRIPT.closures,
    types=_TYPESCRIPT.types,
    scopes=_TYPESCRIPT.scopes,
    calls=_TYPESCRIPT.calls,
)
"""TypeScript with JSX. `<T>x` is a cast in one and a tag in the other, so it is tried second."""

BLOCKS = _set(
    "block module program statement_block compound_statement translation_unit source_file "
    "compilation_unit statement_list declaration_list constructor_body class_body switch_body "
    "arrow_expression_clause"
)
"""Nodes, in any of the grammars, whose children are statements."""

STATEMENTS = ("_statement", "_declaration", "_definition", "_item")
"""How the names of statement nodes end."""

OUTPUT = _set(
    "print println eprint eprintln printf fprintf puts perror echo log debug info warn warning "
    "error exception critical trace WriteLine Write Println Printf error_log"
)
"""Calls that only tell somebody."""

GIVING_UP = _set("todo unimplemented panic unreachable abort die NotImplementedError")
"""Calls that end it all."""

NOTHING = _set("None null NULL nil nullptr undefined NotImplemented Ok Err")
"""Names that stand for no value."""
