/**
 * What PVE's handlers check beyond the expression that the API states, in prose alone; and what a
 * list needs in order not to come back empty. Source: the handlers' own descriptions and code
 * (PVE::API2 of pve-manager, qemu-server, pve-container, pve-storage, pve-network).
 *
 * @module
 */
import type { Operation } from "../../src/pve/api.ts";

/** A path, and all privileges that are needed there. */
export type Grant = readonly [path: string, ...privileges: string[]];

const CONFIG_QEMU = [
  "VM.Config.CDROM",
  "VM.Config.CPU",
  "VM.Config.Cloudinit",
  "VM.Config.Disk",
  "VM.Config.HWType",
  "VM.Config.Memory",
  "VM.Config.Network",
  "VM.Config.Options",
] as const;
const CONFIG_LXC = [
  "VM.Config.CPU",
  "VM.Config.Disk",
  "VM.Config.Memory",
  "VM.Config.Network",
  "VM.Config.Options",
] as const;
const SPACE: Grant = ["/storage", "Datastore.AllocateSpace"];
const BRIDGES: Grant = ["/sdn/zones", "SDN.Use"];
/** Reading a backup volume. */
const BACKUPS: readonly Grant[] = [SPACE, ["/vms", "VM.Backup"]];
const ZONES_AUDIT: readonly Grant[] = [["/sdn/zones", "SDN.Audit"]];
const ZONES_ALLOCATE: readonly Grant[] = [["/sdn/zones", "SDN.Allocate"]];
const REPLICATE: readonly Grant[] = [["/vms", "VM.Audit", "VM.Replicate"]];
const GUESTS: readonly Grant[] = [["/vms", "VM.Audit"]];
/** What each operation takes besides its stated check. */
export const HANDLER_CHECKS: Readonly<Partial<Record<Operation, readonly Grant[]>>> = {
  "GET /cluster/resources": GUESTS,
  "GET /nodes": [["/nodes", "Sys.Audit"]],
  "GET /cluster/options": [["/", "Sys.Audit"]],
  "POST /nodes/{node}/startall": [["/", "VM.PowerMgmt"]],
  "POST /nodes/{node}/stopall": [["/", "VM.PowerMgmt"]],
  "POST /nodes/{node}/migrateall": [["/", "VM.Migrate"]],
  "GET /nodes/{node}/replication/{id}/status": GUESTS,
  "GET /nodes/{node}/replication/{id}/log": GUESTS,
  "POST /nodes/{node}/replication/{id}/schedule_now": REPLICATE,
  "GET /cluster/replication": GUESTS,
  "GET /cluster/replication/{id}": GUESTS,
  "POST /cluster/replication": REPLICATE,
  "PUT /cluster/replication/{id}": REPLICATE,
  "DELETE /cluster/replication/{id}": REPLICATE,
  "GET /nodes/{node}/tasks": [["/nodes", "Sys.Audit"]],
  "GET /nodes/{node}/tasks/{upid}/status": [["/nodes", "Sys.Audit"]],
  "GET /nodes/{node}/tasks/{upid}/log": [["/nodes", "Sys.Audit"]],
  "DELETE /nodes/{node}/tasks/{upid}": [["/nodes", "Sys.Modify"]],
  "POST /cluster/backup": [["/vms", "VM.Backup"], SPACE],
  "PUT /cluster/backup/{id}": [["/vms", "VM.Backup"], SPACE],
  "POST /nodes/{node}/qemu/{vmid}/clone": [SPACE, BRIDGES],
  "POST /nodes/{node}/lxc/{vmid}/clone": [SPACE, BRIDGES],
  "POST /nodes/{node}/qemu/{vmid}/config": [["/vms", ...CONFIG_QEMU], SPACE, BRIDGES],
  "PUT /nodes/{node}/qemu/{vmid}/config": [["/vms", ...CONFIG_QEMU], SPACE, BRIDGES],
  "PUT /nodes/{node}/lxc/{vmid}/config": [["/vms", ...CONFIG_LXC], SPACE, BRIDGES],
  "POST /nodes/{node}/qemu/{vmid}/move_disk": [SPACE],
  "POST /nodes/{node}/lxc/{vmid}/move_volume": [SPACE],
  "POST /nodes/{node}/qemu/{vmid}/status/suspend": [["/vms", "VM.Config.Disk"], SPACE],
  "POST /nodes/{node}/qemu/{vmid}/template": [["/vms", "VM.Allocate"]],
  "POST /nodes/{node}/lxc/{vmid}/template": [["/vms", "VM.Allocate"]],
  "POST /nodes/{node}/qemu": [["/vms", "VM.Allocate", ...CONFIG_QEMU], SPACE, BRIDGES],
  "POST /nodes/{node}/lxc": [["/vms", "VM.Allocate", ...CONFIG_LXC], SPACE, BRIDGES],
  "POST /nodes/{node}/vzdump": BACKUPS,
  "GET /nodes/{node}/storage/{storage}/content": BACKUPS,
  "DELETE /nodes/{node}/storage/{storage}/content/{volume}": [["/storage", "Datastore.Allocate"]],
  "DELETE /nodes/{node}/storage/{storage}/prunebackups": [["/storage", "Datastore.Allocate"]],
  "GET /nodes/{node}/storage/{storage}/file-restore/list": BACKUPS,
  "GET /nodes/{node}/storage/{storage}/file-restore/download": BACKUPS,
  "GET /storage": [["/storage", "Datastore.Audit"]],
  "GET /nodes/{node}/storage": [["/storage", "Datastore.Audit"]],
  "POST /nodes/{node}/storage/{storage}/download-url": [],
  "GET /cluster/sdn/zones": ZONES_AUDIT,
  "GET /cluster/sdn/vnets": ZONES_AUDIT,
  "GET /cluster/sdn/vnets/{vnet}": ZONES_AUDIT,
  "PUT /cluster/sdn/vnets/{vnet}": ZONES_ALLOCATE,
  "DELETE /cluster/sdn/vnets/{vnet}": ZONES_ALLOCATE,
  "GET /cluster/sdn/vnets/{vnet}/subnets": ZONES_AUDIT,
  "GET /cluster/sdn/vnets/{vnet}/subnets/{subnet}": ZONES_AUDIT,
  "POST /cluster/sdn/vnets/{vnet}/subnets": ZONES_ALLOCATE,
  "PUT /cluster/sdn/vnets/{vnet}/subnets/{subnet}": ZONES_ALLOCATE,
  "DELETE /cluster/sdn/vnets/{vnet}/subnets/{subnet}": ZONES_ALLOCATE,
  "GET /cluster/sdn/controllers": [["/sdn/controllers", "SDN.Audit"]],
  "GET /access/acl": [["/access", "Sys.Audit"]],
  "GET /access/permissions": [["/access", "Sys.Audit"]],
  "GET /access/domains": [],
  "POST /access/domains/{realm}/sync": [],
  "GET /access/groups": [["/access/groups", "Sys.Audit"]],
  "GET /access/users": [["/access/groups", "Sys.Audit"]],
  "POST /access/users": [],
  "GET /pools": [["/pool", "Pool.Audit"]],
  "PUT /pools": [["/", "Permissions.Modify"]],
  "DELETE /pools": [["/pool", "Pool.Allocate"]],
};
