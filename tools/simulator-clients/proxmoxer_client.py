"""Lists nodes and guests, takes a snapshot and follows its task, with proxmoxer.

Prints what it saw as JSON.
"""
import json
import os
import time

from proxmoxer import ProxmoxAPI, ResourceException

NODE, VMID, SNAPSHOT = "pve1", 100, "by-proxmoxer"

api = ProxmoxAPI(
    os.environ["PVE_HOST"],
    port=int(os.environ["PVE_PORT"]),
    user=os.environ["PVE_USER"],
    token_name=os.environ["PVE_TOKEN_NAME"],
    token_value=os.environ["PVE_TOKEN_VALUE"],
    verify_ssl=os.environ["PVE_CA_FILE"],
)
guest = api.nodes(NODE).qemu(VMID)

nodes = sorted(node["node"] for node in api.nodes.get())
guests = sorted(row["vmid"] for row in api.cluster.resources.get(type="vm"))

upid = guest.snapshot.post(snapname=SNAPSHOT, description="Größe: 1 & 2")
task = api.nodes(NODE).tasks(upid)
while task.status.get()["status"] == "running":
    time.sleep(0.05)
log = [line["t"] for line in task.log.get(limit=0)]

try:
    api.nodes(NODE).qemu(9999).config.get()
    refusal = None
except ResourceException as error:
    refusal = str(error)

print(json.dumps({
    "nodes": nodes,
    "guests": guests,
    "snapshots": {row["name"]: row["description"] for row in guest.snapshot.get()},
    "exitstatus": task.status.get()["exitstatus"],
    "log": log,
    "refusal": refusal,
}))
