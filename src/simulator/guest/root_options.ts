/**
 * What of a guest's configuration nobody but root@pam may set, change or delete, and no token of
 * root either. Sources: $check_vm_modify_config_perm, check_usb_perm and check_hostpci_perm of
 * PVE::API2::Qemu, check_ct_modify_config_perm of PVE::LXC.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Guest, GuestConfig } from "../core/model.ts";
import { flag } from "../core/params.ts";
import { failed, forbidden, invalid } from "../core/refusal.ts";
import { isVolid } from "../storage/storages.ts";
import { isDiskKey, propertiesOf, sourceOf } from "./config.ts";

type Checked = Pick<Guest, "type" | "config">;

/** Options of a VM that no privilege is for. */
const VM_OPTIONS =
  /^(?:affinity|amd-sev|arch|args|hookscript|hugepages|intel-tdx|ivshmem|keephugepages|lock|parallel\d+|runningmachine|spice_enhancements|vmgenid)$/;

/**
 * Refuses what a copy of a VM would take over of the host: a clone, or what is restored.
 * Source: check_mapping_access of PVE::QemuServer.
 */
export function assertNoHostDevices(call: Call, config: GuestConfig): void {
  if (call.user === "root@pam") return;
  for (const [option, value] of Object.entries(config)) {
    if (!/^(?:hostpci|usb)\d+$/.test(option)) continue;
    const { host } = propertiesOf("qemu", option, String(value));
    if (host === undefined || host.toLowerCase() === "spice") continue;
    const devices = option.startsWith("usb") ? "real devices" : "non-mapped devices";
    throw failed(`only root can set '${option}' config for ${devices}`);
  }
}

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
  if (option !== "features") return;
  const isNew = call.operation === "POST /nodes/{node}/lxc" && !flag(call, "restore");
  const unset = isNew ? 1 : 0;
  const unprivileged = call.params.unprivileged ?? guest.config.unprivileged ?? unset;
  if (!Number(unprivileged)) throw alone("changing feature flags for privileged container");
  if (changesMoreThanNesting(featuresOf(guest.config), featuresOf(call.params as GuestConfig))) {
    throw alone("changing feature flags (except nesting)");
  }
}

type Features = Readonly<Record<string, string>>;

/** Where there is nothing to compare with, a feature that is named off counts as changed, too. */
function changesMoreThanNesting(before: Features, after: Features): boolean {
  const names = [before, after].map((each) => Object.keys(each));
  if (names.every(({ length }) => length > 0)) {
    return names.flat().some((name) => name !== "nesting" && before[name] !== after[name]);
  }
  const { nesting, ...others } = { ...before, ...after };
  return Object.keys(others).length > 0 || nesting === "0";
}

function featuresOf({ features }: GuestConfig): Features {
  return features === undefined ? {} : propertiesOf("lxc", "features", String(features));
}
