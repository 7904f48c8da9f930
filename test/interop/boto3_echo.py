"""Sends every operation of AWS services through boto3's own library to an endpoint that echoes, and has it refuse with
every error of their models.

Speaks lines of JSON with whoever started it. For each operation it says which one and what output it would like to get
(`{"operation", "output"}`), waits for a line that says whether the endpoint knows it, calls it with a generated input,
and says what it sent and what came back (`{"input", "got"}` or `{"input", "error"}`). Inputs and outputs are made from
the models that botocore carries: they owe nothing to the catalogue that is tested. For an error it says
`{"operation", "fault"}`, and then which code it got and which it should have been.
"""

import datetime
import json
import random
import sys

import botocore
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

WORDS = ["alpha", "be&ta", "g<a>mma", "dé lta", "x\"y'z", "a b", "true", "12", "é漢字", "p+q=r%20", "l1\nl2"]
NESTED = ("structure", "list", "map")
# What the service takes for a union, a number, a document of its own, and the model does not say so.
UNIONS = ("AttributeValue",)
NUMBERS = ("PageMaxItems", "MaxResults", "maxResults")
DOCUMENTS = ("policyDocumentType",)
LOCATED = ("uri", "header", "querystring", "headers")


class Maker:
    """Makes random values that fit a shape of a model."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def value(self, shape, depth, path, plain):
        if shape.name in path:
            return None
        return getattr(self, "make_" + shape.type_name, self.make_string)(shape, depth, [*path, shape.name], plain)

    def make_structure(self, shape, depth, path, plain):
        if getattr(shape, "is_tagged_union", False) or shape.name in UNIONS:
            return self.make_union(shape, depth, path, plain)
        made = {}
        for name, member in shape.members.items():
            required = name in shape.required_members
            nested = member.type_name in NESTED
            if not required and ((depth <= 0 and nested) or (depth < 3 and self.random.random() < 0.33)):
                continue
            located = member.serialization.get("location")
            if located == "statusCode":
                value = 200
            else:
                value = self.value(member, depth - 1, path, plain or located in LOCATED)
            if value is not None:
                made[name] = value
        return made or self.make_union(shape, depth, path, plain)

    def make_union(self, shape, depth, path, plain):
        members = list(shape.members.items())
        self.random.shuffle(members)
        members.sort(key=lambda member: depth <= 0 and member[1].type_name in NESTED)
        for name, member in members:
            value = self.value(member, depth - 1, path, plain)
            if value is not None:
                return {name: value}
        return None

    def make_list(self, shape, depth, path, plain):
        count = max(shape.metadata.get("min", 1), 1)
        items = [self.value(shape.member, depth - 1, path, plain) for _ in range(count)]
        return [item for item in items if item is not None] or None

    def make_map(self, shape, depth, path, plain):
        keys = (shape.key.enum or ["k1-of-a-map", "k2-of-a-map"])[:2]
        made = {key: self.value(shape.value, depth - 1, path, plain) for key in keys}
        return {key: value for key, value in made.items() if value is not None} or None

    def make_string(self, shape, depth, path, plain):
        if getattr(shape, "enum", None):
            return self.random.choice(shape.enum)
        if shape.name in NUMBERS:
            return str(self.random.randrange(1, 999))
        text = "id-%d" % self.random.randrange(9999)
        if not plain and shape.name not in DOCUMENTS:
            text = self.random.choice(WORDS) + str(self.random.randrange(999))
        return text.ljust(shape.metadata.get("min", 0), "x")

    def make_integer(self, shape, depth, path, plain):
        return self.random.randrange(1000) + max(0, int(shape.metadata.get("min", 0)))

    make_long = make_integer

    def make_double(self, shape, depth, path, plain):
        return self.make_integer(shape, depth, path, plain) + 0.5

    make_float = make_double

    def make_boolean(self, shape, depth, path, plain):
        return self.random.random() < 0.5

    def make_timestamp(self, shape, depth, path, plain):
        seconds = 1_700_000_000 + self.random.randrange(100_000_000)
        return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)

    def make_blob(self, shape, depth, path, plain):
        return bytes([1, 2, self.random.randrange(255)]).ljust(shape.metadata.get("min", 0), b"\x07")


def plain(value):
    """A value as JSON: times and bytes named."""
    if isinstance(value, datetime.datetime):
        return {"$time": round(value.timestamp() * 1000)}
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": value.hex()}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if hasattr(value, "read"):
        return {"$bytes": value.read().hex()}
    return value


def say(**line):
    print(json.dumps(line), flush=True)


def run(session, endpoint, service, seed, rounds):
    options = {"retries": {"total_max_attempts": 1}, "read_timeout": 10}
    if hasattr(Config(), "request_min_compression_size_bytes"):
        options["request_min_compression_size_bytes"] = 200
    client = session.create_client(
        service,
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="AKIDTEST",
        aws_secret_access_key="secret",
        config=Config(**options),
    )
    model = client.meta.service_model
    maker = Maker(seed)
    for name in [name for name in model.operation_names for _ in range(rounds)]:
        operation = model.operation_model(name)
        given = (operation.input_shape and maker.value(operation.input_shape, 5, [], False)) or {}
        wanted = (operation.output_shape and maker.value(operation.output_shape, 5, [], False)) or {}
        say(operation=name, output=plain(wanted))
        if sys.stdin.readline().strip() != "go":
            continue
        try:
            got = client._make_api_call(name, given)
            got.pop("ResponseMetadata", None)
            say(input=plain(given), got=plain(got))
        except Exception as error:  # whatever it is, it is the answer
            say(input=plain(given), error="%s: %s" % (type(error).__name__, error))

    refuse(client, model, maker)


def refuse(client, model, maker):
    """Has one operation refused with each error that the service has."""
    faults = {}
    for name in model.operation_names:
        for shape in model.operation_model(name).error_shapes:
            faults.setdefault(shape.name, (name, shape))
    for name, shape in faults.values():
        input_shape = model.operation_model(name).input_shape
        given = (input_shape and maker.value(input_shape, 5, [], False)) or {}
        say(operation=name, fault=shape.name)
        if sys.stdin.readline().strip() != "go":
            continue
        try:
            client._make_api_call(name, given)
            say(raised=None)
        except ClientError as error:
            said = error.response["Error"]
            # Where services have left a query protocol, the code is that of old and the class is that of the shape.
            code = shape.error_code if type(error).__name__ == shape.name else said["Code"]
            say(raised=[code, said.get("Message")], should=[shape.error_code, "said so"])
        except Exception as error:
            say(raised=["%s: %s" % (type(error).__name__, error)], should=[])


def main():
    endpoint, seed, rounds, *services = sys.argv[1:]
    session = botocore.session.get_session()
    say(version=botocore.__version__)
    for service in services:
        run(session, endpoint, service, int(seed), int(rounds))


main()
