"""Uses DynamoDB, SQS and Secrets Manager through boto3 as a person would, and prints what came back as one line of JSON.

Takes the endpoint and the keys as arguments.
"""

import json
import sys
import threading
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

endpoint, key, secret = sys.argv[1:]
at = {
    "endpoint_url": endpoint,
    "region_name": "us-east-1",
    "aws_access_key_id": key,
    "aws_secret_access_key": secret,
}


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return [error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]]
    return None


table = boto3.resource("dynamodb", **at).create_table(
    TableName="orders",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"}],
    BillingMode="PAY_PER_REQUEST",
)
table.wait_until_exists()
item = {
    "id": "a",
    "at": Decimal("1.5"),
    "n": Decimal("12345678901234567890123456789012345678"),
    "bytes": b"\x00\xff",
    "tags": {"x", "y"},
    "map": {"list": [None, True, "ä"]},
}
table.put_item(Item=item)
got = table.get_item(Key={"id": "a", "at": Decimal("1.50")})["Item"]
with table.batch_writer() as batch:
    for k in range(30):
        batch.put_item(Item={"id": "b", "at": k, "even": k % 2 == 0})
found = table.query(KeyConditionExpression=Key("id").eq("b") & Key("at").between(5, 9), FilterExpression=Attr("even").eq(True))
updated = table.update_item(
    Key={"id": "a", "at": Decimal("1.5")},
    UpdateExpression="SET n = :n, #m.#l[0] = :s ADD hits :one",
    ConditionExpression=Attr("tags").contains("x") & Attr("n").gt(1),
    ExpressionAttributeNames={"#m": "map", "#l": "list"},
    ExpressionAttributeValues={":n": 2, ":s": "new", ":one": 1},
    ReturnValues="UPDATED_NEW",
)["Attributes"]

sqs = boto3.client("sqs", **at)
url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
polled = []
poll = threading.Thread(target=lambda: polled.extend(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, MessageAttributeNames=["All"])["Messages"]))
poll.start()
sent = sqs.send_message(
    QueueUrl=url,
    MessageBody="<ä>",
    MessageAttributes={"a": {"DataType": "String", "StringValue": "x"}, "b": {"DataType": "Binary", "BinaryValue": b"\x00"}},
)
poll.join()
[message] = polled
sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

secrets = boto3.client("secretsmanager", **at)
secrets.create_secret(Name="s", SecretString="first")
secrets.put_secret_value(SecretId="s", SecretString="second")

print(
    json.dumps(
        {
            "item": got == {**item, "bytes": got["bytes"]} and got["bytes"].value == item["bytes"],
            "found": [int(one["at"]) for one in found["Items"]],
            "scanned": found["ScannedCount"],
            "updated": updated == {"n": 2, "map": {"list": ["new"]}, "hits": 1},
            "count": table.scan(Select="COUNT")["Count"],
            "message": [message["Body"], message["MessageAttributes"]["a"]["StringValue"]],
            "sums": message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"],
            "left": sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"],
            "secret": [secrets.get_secret_value(SecretId="s", VersionStage=stage)["SecretString"] for stage in ("AWSCURRENT", "AWSPREVIOUS")],
            "refusals": [
                refusal(table.put_item, Item=item, ConditionExpression=Attr("id").not_exists()),
                refusal(table.get_item, Key={"id": "a"}),
                refusal(sqs.get_queue_url, QueueName="none"),
                refusal(secrets.get_secret_value, SecretId="none"),
            ],
        }
    )
)
