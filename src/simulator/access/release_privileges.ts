/**
 * Privileges by release: 8.4 has VM.Monitor in place of VM.GuestAgent.Unrestricted, and neither the
 * others of the guest agent nor VM.Replicate. Source: PVE::AccessControl of both releases.
 *
 * @module
 */
import { PRIVILEGES } from "../../pve/privileges.ts";
import type { Release } from "../core/model.ts";

const IN_8: Readonly<Record<string, string>> = { "VM.GuestAgent.Unrestricted": "VM.Monitor" };
const SINCE_9 = /^VM\.(?:GuestAgent\..+|Replicate)$/;

/** What a release has of the privileges of 9.2, or in their place. */
export function privilegesIn(release: Release, names: readonly string[]): string[] {
  if (release !== "8.4") return [...names];
  return names.flatMap((name) => IN_8[name] ?? (SINCE_9.test(name) ? [] : name));
}

/** True when a release has a privilege of that name. */
export function isPrivilegeOf(release: Release, name: string): boolean {
  return privilegesIn(release, PRIVILEGES).includes(name);
}
