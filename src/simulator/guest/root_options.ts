/**
 * What of a guest's configuration nobody but root@pam may set, change or delete, and no token of
 * root either. Sources: $check_vm_modify_config_perm, check_usb_perm and check_hostpci_perm of
 * PVE::API2::Qemu, check_ct_modify_config_perm of PVE::LXC.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Guest, GuestConfig } from "../core/model.ts";
import { failed, forbidden, invalid } from "../core/refusal.ts";
import { isVolid } from "../storage/storages.ts";
import { isDiskKey, propertiesOf, sourceOf } from "./config.ts";

type Checked = Pick<Guest, "type" | "config">;

/** Options of a VM that no privilege is for. */
const VM_OPTIONS =
  /^(?:affinity|amd-sev|arch|args|hookscript|hugepages|intel-tdx|ivshmem|keephugepages|lock|parallel\d+|runningmachine|spice_enhancements|vmgenid)$/;

/** Refuses what of the options a caller other than root@pam may not set, change or delete. */
export function assertNotRootsAlone(guest: Checked, call: Call, options: readonly string[]): void {
  const assert = guest.type === "qemu" ? assertVmOption : assertContainerOption;
  for (const option of options) assert(guest, call, option);
}

/** Values that are there before and after: both are looked at. */
function valuesOf({ config }: Checked, { params }: Call, option: string): string[] {
  return [config[option], params[option]].filter((value) => value !== undefined).map(String);
}

function assertVmOption(guest: Checked, call: Call, option: string): void {
  if (VM_OPTIONS.test(option)) throw failed(`only root can set '${option}' config`);
  for (const value of valuesOf(guest, call, option)) {
    if (/^serial\d+$/.test(option) && value !== "socket") {
      const verb = call.operation === "POST /nodes/{node}/qemu"
        ? "set"
        : call.params[option] === undefined
        ? "delete"
        : "modify";
      throw failed(`only root can ${verb} '${option}' config for real devices`);
    }
    if (/^usb\d+$/.test(option)) {
      const { host } = propertiesOf("qemu", option, value);
      if (host !== undefined && host.toLowerCase() !== "spice") {
        throw failed(`only root can set '${option}' config for real devices`);
      }
    }
    if (/^hostpci\d+$/.test(option)) {
      const { host, romfile } = propertiesOf("qemu", option, value);
      if (host !== undefined) {
        throw failed(`only root can set '${option}' config for non-mapped devices`);
      }
      if (romfile !== undefined) {
        throw invalid({ [option]: "only root@pam can set 'romfile' option" });
      }
    }
  }
}

function assertContainerOption(guest: Checked, call: Call, option: string): void {
  const alone = (what: string): Error => forbidden(`${what} is only allowed for root@pam`);
  const value = call.params[option];
  if (isDiskKey("lxc", option)) {
    const source = value === undefined
      ? ""
      : sourceOf("lxc", propertiesOf("lxc", option, String(value)));
    // A number alone is the size of a volume on the storage that is given beside it.
    if (source === "" || isVolid(source) || /^\d/.test(source)) return;
    throw alone(`mount point type ${source.startsWith("/dev/") ? "device" : "bind"}`);
  }
  if (/^dev\d+$/.test(option)) throw alone("configuring device passthrough");
  if (option === "hookscript") throw alone("changing the hookscript");
  if (option === "entrypoint" || option === "env") {
    throw failed(`only root can set '${option}' config`);
  }
  if (option !== "features") return;
  const unset = call.operation === "POST /nodes/{node}/lxc" ? 1 : 0;
  const unprivileged = call.params.unprivileged ?? guest.config.unprivileged ?? unset;
  if (!Number(unprivileged)) throw alone("changing feature flags for privileged container");
  const before = featuresOf(guest.config);
  const after = featuresOf(call.params as GuestConfig);
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .some((name) => name !== "nesting" && (before[name] ?? "") !== (after[name] ?? ""));
  if (changed) throw alone("changing feature flags (except nesting)");
}

function featuresOf({ features }: GuestConfig): Readonly<Record<string, string>> {
  return features === undefined ? {} : propertiesOf("lxc", "features", String(features));
}
