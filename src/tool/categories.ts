/**
 * The categories of tools: folder, title, and whether even reading in them needs the elevated tier.
 *
 * @module
 */

/** A category of tools. */
export interface Category {
  readonly title: string;
  /** Even its reads hand out or touch what only an administrator should. */
  readonly elevated?: true;
}

/** Categories by folder name, in the order of the documentation. */
export const CATEGORIES = {
  report: { title: "Reports" },
  node: { title: "Node Management" },
  cluster: { title: "Cluster Operations" },
  guest: { title: "Guests" },
  create: { title: "Guest Creation", elevated: true },
  disk: { title: "VM Disks", elevated: true },
  mountpoint: { title: "LXC Mount Points", elevated: true },
  cloudinit: { title: "Cloud-Init" },
  agent: { title: "QEMU Agent", elevated: true },
  exec: { title: "LXC Exec", elevated: true },
  console: { title: "Console Access", elevated: true },
  backup: { title: "Backup" },
  storage: { title: "Storage" },
  firewall: { title: "Cluster Firewall" },
  ha: { title: "High Availability" },
  sdn: { title: "SDN Networking" },
  access: { title: "Access Control" },
  ceph: { title: "Ceph" },
  certificate: { title: "Certificates" },
  acme: { title: "ACME" },
  notification: { title: "Notifications" },
} as const satisfies Record<string, Category>;

/** Folder name of a category. */
export type CategoryName = keyof typeof CATEGORIES;

/** True when even reading in this category needs the elevated tier. */
export function isElevatedCategory(name: CategoryName): boolean {
  const category: Category = CATEGORIES[name];
  return category.elevated === true;
}
