/**
 * Checks the settings of callers with access tokens of an identity provider.
 *
 * @module
 */
import { type PeopleSource, readPeople } from "./read_people.ts";
import type { SettingName, Values } from "./names.ts";

const NEEDED: Partial<Record<SettingName, string>> = {
  HTTP_OIDC_ISSUER: "the URL of the identity provider",
  HTTP_OIDC_AUDIENCE: "what access tokens for this server name",
  HTTP_PEOPLE_FILE: "the file that says who is mapped to which Proxmox VE token",
};

/**
 * What is wrong with them, one line each; nothing where they are not asked for.
 *
 * @param clusters The names of the server's clusters, where it has several.
 */
export function oidcProblems(
  { httpAuth, httpPeopleFile }: Pick<Values, "httpAuth" | "httpPeopleFile">,
  source: PeopleSource,
  clusters: readonly string[] = [],
): string[] {
  if (httpAuth !== "oidc") return [];
  const missing = Object.entries(NEEDED).filter(([key]) => !source.get(`PROXMOX_${key}`)?.trim());
  const { problems } = httpPeopleFile === undefined
    ? { problems: [] }
    : readPeople(httpPeopleFile, source, clusters);
  return [
    ...missing.map(([key, what]) =>
      `PROXMOX_${key}: not set, though PROXMOX_HTTP_AUTH=oidc needs it: ${what}`
    ),
    ...problems.map((problem) => `PROXMOX_HTTP_PEOPLE_FILE: ${problem}`),
  ];
}
