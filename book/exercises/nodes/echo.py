#!/usr/bin/env python3
import json, sys

for line in sys.stdin:
    message = json.loads(line)
    body = message["body"]
    reply = {"type": body["type"] + "_ok", "in_reply_to": body["msg_id"]}
    if body["type"] == "echo":
        reply["echo"] = body["echo"]
    answer = {"src": message["dest"], "dest": message["src"], "body": reply}
    print(json.dumps(answer), flush=True)
