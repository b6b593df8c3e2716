/**
 * What is easily missed in a configuration that PVE takes all the same: firmware that forgets,
 * systems that do not install, volumes that hide what is there.
 *
 * @module
 */

type Config = Readonly<Record<string, unknown>>;

/** Where the first disk of a VM is, for others to go there as well. */
function storageOf(config: Config): string {
  const disk = Object.keys(config).sort().find((key) =>
    /^(ide|sata|scsi|virtio)\d+$/.test(key) && !/media=cdrom/.test(String(config[key]))
  );
  const [storage, ...volume] = String(disk === undefined ? "" : config[disk]).split(":");
  return volume.length === 0 || !storage ? "STORAGE" : storage;
}

function firmwareNotes(config: Config): string[] {
  const storage = storageOf(config);
  const isUefi = config.bios === "ovmf";
  const isWindows11 = config.ostype === "win11";
  return [
    ...(isUefi && config.efidisk0 === undefined
      ? [
        `UEFI without an EFI disk forgets its boot entries at each stop: efidisk0=${storage}:1,efitype=4m,pre-enrolled-keys=1 adds one`,
      ]
      : []),
    ...(isWindows11 && !isUefi ? ["Windows 11 asks for UEFI: bios=ovmf"] : []),
    ...(isWindows11 && config.tpmstate0 === undefined
      ? [`Windows 11 asks for a TPM: tpmstate0=${storage}:1,version=v2.0 adds one`]
      : []),
  ];
}

/** Folders that no container is without: what is mounted there hides what they hold. */
const HAS_CONTENT = /^\/(?:bin|boot|dev|etc|home|lib|lib64|opt|root|sbin|srv|usr|var)(?:\/|$)/;

function mountNotes(config: Config, keys: readonly string[]): string[] {
  return keys.filter((key) => /^mp\d+$/.test(key)).flatMap((key) => {
    const path = /(?:^|,)mp=([^,]+)/.exec(String(config[key] ?? ""))?.[1] ?? "";
    return HAS_CONTENT.test(path)
      ? [
        `${key} hides what the container has in ${path} itself: to keep that, mount it elsewhere first, copy it over, then change mp`,
      ]
      : [];
  });
}

const FIRMWARE = ["bios", "ostype", "efidisk0", "tpmstate0"];

/**
 * What to say of a configuration.
 *
 * @param keys What was changed in it: of the rest nobody asked.
 */
export function configNotes(
  type: "qemu" | "lxc",
  config: Config,
  keys: readonly string[],
): string[] {
  if (type === "lxc") return mountNotes(config, keys);
  return keys.some((key) => FIRMWARE.includes(key)) ? firmwareNotes(config) : [];
}
