"""GraphQL: answers in parts, with status 200 and `errors` beside the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.github_stand_in import graphql_types
from tests.github_stand_in.exchange import Answer, Request, Route
from tests.github_stand_in.graphql_text import Field, Operation, SyntaxTrouble, Variable, parse
from tests.github_stand_in.graphql_types import Trouble
from tests.github_stand_in.refusals import Rejected

Json = Any


def answer(request: Request) -> Answer:
    if request.token is None:
        raise Rejected(401, "This endpoint requires you to be authenticated.")
    body = request.body
    if not isinstance(body, dict) or not {"query"} <= set(body) <= {
        "query",
        "variables",
        "operationName",
    }:
        raise Rejected(400, "A query attribute must be specified and must be a string.", ours=True)
    variables = body.get("variables") or {}
    try:
        operation = parse(body["query"])
        _check(operation, variables)
    except (SyntaxTrouble, Trouble) as e:
        request.hub.invalid.append(f"GraphQL: {e}")
        return 200, {"errors": [{"message": str(e)}]}
    roots = graphql_types.MUTATIONS if operation.kind == "mutation" else graphql_types.QUERIES
    root = {"__typename": operation.kind.title()}
    for name, act in roots.items():
        root[name] = _bound(act, request)
    run = _Run(request, variables)
    data = run.select(root, operation.fields, ())
    return 200, {"data": data, **({"errors": run.errors} if run.errors else {})}


def roots(body: Json) -> str:
    """The names of what a body asks for, by which faults find it."""
    try:
        return " ".join(field.name for field in parse(body["query"]).fields)
    except (SyntaxTrouble, KeyError, TypeError):
        return ""


def _bound(act: Callable[..., Json], request: Request) -> Callable[..., Json]:
    return lambda arguments: act(request, arguments)


def _check(operation: Operation, variables: Mapping[str, Json]) -> None:
    for name in operation.used - operation.declared.keys():
        raise Trouble(f"Variable ${name} is used but not declared")
    for name in operation.declared.keys() - operation.used:
        raise Trouble(f"Variable ${name} is declared but not used")
    for name, must in operation.declared.items():
        if must and variables.get(name) is None:
            raise Trouble(f"Variable ${name} was provided no value")


class _Run:
    def __init__(self, request: Request, variables: Mapping[str, Json]) -> None:
        self._request = request
        self._variables = variables
        self.errors: list[Json] = []

    def select(self, value: Json, fields: Sequence[Field], path: tuple[str, ...]) -> Json:
        if isinstance(value, list):
            return [self.select(item, fields, path) for item in value]
        if not isinstance(value, dict):
            if fields and value is not None:
                self._fail(Trouble(f"'{'.'.join(path)}' is a scalar"), path)
            return value
        if not fields:
            self._fail(Trouble(f"'{'.'.join(path)}' must have a selection of fields"), path)
            return None
        asked = [field for field in fields if field.on in {None, value["__typename"]}]
        return {field.alias: self._field(value, field, path) for field in asked}

    def _field(self, value: dict[str, Json], field: Field, path: tuple[str, ...]) -> Json:
        path = (*path, field.alias)
        try:
            if field.name not in value:
                kind = value["__typename"]
                raise Trouble(f"Field '{field.name}' doesn't exist on type '{kind}'")
            found = value[field.name]
            if callable(found):
                found = found({key: self._given(it) for key, it in field.arguments.items()})
            elif field.arguments:
                raise Trouble(f"Field '{field.name}' doesn't accept arguments")
            return self.select(found, field.fields, path)
        except Trouble as e:
            self._fail(e, path)
            return None

    def _given(self, value: Json) -> Json:
        if isinstance(value, Variable):
            return self._variables.get(value.name)
        if isinstance(value, dict):
            return {key: self._given(it) for key, it in value.items()}
        return [self._given(it) for it in value] if isinstance(value, list) else value

    def _fail(self, trouble: Trouble, path: tuple[str, ...]) -> None:
        if trouble.kind is None:
            self._request.hub.invalid.append(f"GraphQL: {trouble}")
        about = {"type": trouble.kind} if trouble.kind else {}
        self.errors.append({**about, "path": list(path), "message": str(trouble)})


ROUTES = (Route("POST", "/graphql", answer),)
