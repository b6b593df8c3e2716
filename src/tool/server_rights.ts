/**
 * What opens a right that this server has, or keeps shut: said to who set it up, whose settings
 * they are, and to callers with rights of their own, who cannot change them.
 *
 * @module
 */
import type { Config } from "../config/config.ts";
import type { GivenElsewhere, SettingPlaces } from "../config/advice.ts";
import { SETTING_NAMES, type SettingName } from "../config/names.ts";
import { variableOf } from "../config/source.ts";

/**
 * Where a caller's token comes from, without which the server's own is used; and which of several
 * clusters it is about.
 */
export type Whose =
  & Pick<Config, "tokenOrigin" | "settingsName">
  & Partial<Pick<Config, "elsewhere" | "places">>;

/** What can be open or shut. */
export type ServerRight = "change" | "write" | "login" | "ssh" | "snippets" | "files";

const SET_UP_SSH =
  "Set PROXMOX_SSH_ENABLED=true, PROXMOX_SSH_KEY_PATH=private key file (or PROXMOX_SSH_AGENT) and PROXMOX_SSH_NODE=name of the node (node=host pairs for several) in the environment of this server, and start it again";

/** What who starts the server does. */
const SETTINGS: Readonly<Record<ServerRight, string>> = {
  change:
    "To allow it, set PROXMOX_ALLOW_ELEVATED=true in the environment of this server and start it again",
  write: "PROXMOX_READ_ONLY=true is set in its environment",
  login: "PROXMOX_PASSWORD_FILE lets this server log in for it, see docs/security.md",
  ssh: SET_UP_SSH,
  snippets: SET_UP_SSH,
  files: "PROXMOX_FILES_DIR=FOLDER in its environment opens one",
};

/** Settings for all, and what narrows one person. */
const FOR_ALL = {
  change: ["PROXMOX_ALLOW_ELEVATED", "elevated"],
  write: ["PROXMOX_READ_ONLY", "read_only"],
} as const;

/** The text with other words for settings. */
function named(text: string, wordFor: (name: SettingName) => string | undefined): string {
  return text.replace(/\bPROXMOX_([A-Z_]+)\b/g, (variable, key: string) => {
    const name = SETTING_NAMES.find((each) => each === key);
    return name === undefined ? variable : wordFor(name) ?? variable;
  });
}

/** The text of an advice, which names the settings that values came from. */
export function asGiven(text: string, elsewhere: GivenElsewhere = {}): string {
  return named(text, (name) => elsewhere[name])
    .replace(/(PROXMOX_HOST) and the port in \1/, "$1 with its port");
}

/**
 * The text with the variables of one of several clusters, which hold for it whatever others say. Of
 * what keeps it from changing anything it is not known here which of the two variables says so.
 *
 * @param places What settings are called that stand elsewhere.
 */
export function ofCluster(
  text: string,
  cluster: string | undefined,
  places: SettingPlaces = {},
): string {
  return named(
    text,
    (name) => places[name] ?? (name === "READ_ONLY" ? undefined : variableOf(name, cluster)),
  );
}

/** The text of an advice, in the words of whose settings it names; of who cannot set them, variables. */
export function inWordsOf(
  { tokenOrigin, settingsName, elsewhere, places }: Whose,
  text: string,
): string {
  return ofCluster(asGiven(text, elsewhere), settingsName, tokenOrigin === undefined ? places : {});
}

/** What to say to who lacks a right of this server. */
export function opens(right: ServerRight, { tokenOrigin, settingsName }: Whose): string {
  if (tokenOrigin === undefined) return ofCluster(SETTINGS[right], settingsName);
  const isMapped = tokenOrigin === "mapped";
  if (right === "change" || right === "write") {
    const [setting, own] = FOR_ALL[right];
    return `Whoever runs this server decides it: ${setting} for all${
      isMapped ? `, "${own}" of the file of people for you` : ""
    }`;
  }
  return isMapped
    ? `It is a right of this server: whoever runs it can lend it to you ("${right}" in grants of the file of people)`
    : "It is a right of this server, and not for callers with tokens of their own";
}

/** What to add to advice that names settings, where who reads it cannot set them. */
export function whoseSettings(texts: readonly string[], { tokenOrigin }: Whose): string[] {
  const namesOnes = texts.some((text) => /\bPROXMOX_[A-Z]/.test(text));
  const saysWhose = texts.some((text) => /whoever runs/i.test(text));
  return tokenOrigin === undefined || !namesOnes || saysWhose
    ? []
    : ["PROXMOX_… are settings of this server: whoever runs it can change them"];
}
