#!/usr/bin/env python3
import json, sys

name, count = None, 0
for line in sys.stdin:
    message = json.loads(line)
    body = message["body"]
    reply = {"type": body["type"] + "_ok", "in_reply_to": body["msg_id"]}
    if body["type"] == "init":
        name = body["node_id"]
    if body["type"] == "generate":
        count += 1
        reply["id"] = f"{name}-{count}"
    answer = {"src": message["dest"], "dest": message["src"], "body": reply}
    print(json.dumps(answer), flush=True)
