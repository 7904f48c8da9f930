"""Uses CloudWatch through boto3 as a person would, and prints what came back as one line of JSON.

Takes the endpoint and the keys as arguments, and the time of the region in seconds since 1970.
"""

import datetime
import json
import sys

import boto3

endpoint, key, secret, now = sys.argv[1:]
client = boto3.client(
    "cloudwatch",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id=key,
    aws_secret_access_key=secret,
)
now = datetime.datetime.fromtimestamp(float(now), datetime.timezone.utc)
minute = datetime.timedelta(minutes=1)
dimensions = [{"Name": "Zone", "Value": "a & b"}]


def refusal(call, **arguments):
    try:
        call(**arguments)
    except client.exceptions.ClientError as error:
        return [error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]]
    return None


datum = {"MetricName": "Orders", "Dimensions": dimensions, "Timestamp": now, "Unit": "Count"}
client.put_metric_data(Namespace="Py", MetricData=[{**datum, "Value": 2.5}, {**datum, "Values": [1, 2], "Counts": [3, 1]}])
points = client.get_metric_statistics(
    Namespace="Py",
    MetricName="Orders",
    Dimensions=dimensions,
    StartTime=now,
    EndTime=now + minute,
    Period=60,
    Statistics=["Sum", "SampleCount"],
)["Datapoints"]
metric = {"Namespace": "Py", "MetricName": "Orders", "Dimensions": dimensions}
query = {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}
results = client.get_metric_data(MetricDataQueries=[query], StartTime=now, EndTime=now + minute)["MetricDataResults"]
client.put_metric_alarm(
    AlarmName="few orders",
    EvaluationPeriods=1,
    Period=60,
    Statistic="Sum",
    Threshold=0.5,
    ComparisonOperator="LessThanThreshold",
    TreatMissingData="breaching",
    **metric,
)
alarm = client.describe_alarms(AlarmNames=["few orders"])["MetricAlarms"][0]
history = client.describe_alarm_history(AlarmName="few orders")["AlarmHistoryItems"]
print(
    json.dumps(
        {
            "points": [[point["Sum"], point["SampleCount"], point["Unit"], point["Timestamp"].timestamp()] for point in points],
            "values": [result["Values"] for result in results],
            "metrics": client.list_metrics(Namespace="Py")["Metrics"],
            "alarm": [alarm["StateValue"], alarm["Threshold"], alarm["Dimensions"], alarm["ActionsEnabled"]],
            "history": [item["HistoryItemType"] for item in history],
            "refusals": [
                refusal(client.put_metric_data, Namespace="AWS/EC2", MetricData=[{"MetricName": "m", "Value": 1}]),
                refusal(client.put_metric_data, Namespace="Py", MetricData=[{"MetricName": "m"}]),
                refusal(client.put_metric_data, Namespace="Py", MetricData=[{"MetricName": "m", "Value": 1, "Values": [1]}]),
                refusal(client.delete_alarms, AlarmNames=["none"]),
                refusal(client.set_alarm_state, AlarmName="none", StateValue="OK", StateReason="x"),
            ],
        }
    )
)
