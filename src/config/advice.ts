/**
 * What advice calls settings: where their values came from, so that whoever follows it finds them.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import type { SettingName } from "./names.ts";
import type { Source } from "./source.ts";
import type { HostAddress } from "./values.ts";

/** Settings whose values stand in others: `the port in PROXMOX_HOST` in place of PROXMOX_PORT. */
export type GivenElsewhere = Readonly<Partial<Record<SettingName, string>>>;

const SECRETS = ["TOKEN_VALUE", "MIGRATE_TOKEN_VALUE", "PASSWORD", "TOTP_SECRET"] as const;

function isSet(source: Source, key: SettingName): boolean {
  return (source.get(key)?.trim() ?? "") !== "";
}

/** Where ports stand, of which all or some do not stand in the setting for them. */
function portPlace(addresses: readonly HostAddress[], hasPort: boolean): string | undefined {
  const isIn = ({ port, isUrl }: HostAddress): boolean => port !== undefined || (isUrl && !hasPort);
  if (!addresses.some(isIn)) return undefined;
  const isMeant = addresses.some((each) => isIn(each) && each.port === undefined);
  const place = `the port in PROXMOX_HOST${isMeant ? ", where a URL without :8006 means 443" : ""}`;
  return addresses.every(isIn) ? place : `${place} or PROXMOX_PORT`;
}

/**
 * What advice is to name in place of settings, since their values came from there.
 *
 * @param hasPort There is a port for hosts that name none.
 */
export function givenElsewhere(
  source: Source,
  addresses: readonly HostAddress[],
  hasPort: boolean,
): GivenElsewhere {
  const files = SECRETS.filter((key) => !isSet(source, key) && isSet(source, `${key}_FILE`));
  return {
    ...defined({
      PORT: portPlace(addresses, hasPort),
      USER: source.get("TOKEN_NAME")?.includes("!")
        ? "the part of PROXMOX_TOKEN_NAME before !"
        : undefined,
    }),
    ...Object.fromEntries(files.map((key) => [key, `PROXMOX_${key}_FILE`])),
  };
}

/** What settings are called that do not stand in the variable of their own. */
export type SettingPlaces = Readonly<Partial<Record<SettingName, string>>>;

/** Settings of a connection that advice tells to look at, beside secrets. */
const CONNECTION = ["HOST", "PORT", "USER", "TOKEN_NAME"] as const;

/** Those of a connection that are set for all clusters, or in the file of settings. */
export function placesElsewhere(source: Source): SettingPlaces {
  const files = SECRETS.map((key) => `${key}_FILE` as const);
  const found = [...CONNECTION, ...SECRETS, ...files].filter((key) =>
    isSet(source, key) && (source.inherits(key) || source.place(key) !== source.variable(key))
  );
  return Object.fromEntries(found.map((key) => [key, source.place(key)]));
}
