"""What Schemathesis is told of Ferric beyond its OpenAPI document. Loaded through SCHEMATHESIS_HOOKS.

Paths get identifiers of things that are there (resources.py keeps them there) and some that aren't, bodies
get the samples of api-ref/ as their examples.
"""

import json
import pathlib

import schemathesis
from hypothesis import strategies as st

import resources

SAMPLES = pathlib.Path(__file__).parents[2] / "api-ref" / "samples"

schemathesis.openapi.format(
    "mac-address",
    st.lists(st.sampled_from("0123456789abcdef"), min_size=12, max_size=12).map(
        lambda digits: ":".join("".join(digits[at : at + 2]) for at in range(0, 12, 2))
    ),
)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    for path, item in raw_schema["paths"].items():
        for operation in item.values():
            # The version is given with every request: it is what the document is of.
            operation["parameters"] = [
                name_what_is_there(parameter) for parameter in operation["parameters"] if "$ref" not in parameter
            ]
            give_example(operation)


def name_what_is_there(parameter):
    known = resources.IDENTS.get(parameter["name"])
    if parameter["in"] == "path" and known:
        parameter = {**parameter, "schema": {"type": "string", "enum": known}}
    return parameter


def give_example(operation):
    sample = json.loads((SAMPLES / f"{operation['operationId']}.json").read_text())
    body = sample["request"].get("body")
    if body is not None:
        for media in operation["requestBody"]["content"].values():
            media["example"] = body
