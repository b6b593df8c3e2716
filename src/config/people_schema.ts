/**
 * The form of the file that maps people of an identity provider to tokens of Proxmox VE, from which
 * its JSON Schema is generated, too.
 *
 * @module
 */
import * as z from "zod";

/** What of the server's own rights a person can be lent. */
export const GRANTS = ["login", "ssh", "snippets", "files"] as const;

const name = z.string().min(1).max(256);

const claim = z.union([name, z.array(name).min(1)]);

const token = z.strictObject({
  id: name.describe("The token: user@realm!name"),
  secret: name.optional().describe("Its secret; the file is then for its owner's eyes alone"),
  secret_file: name.optional().describe(
    "File that holds its secret; a path that is not absolute starts at the folder of this file",
  ),
  secret_env: z.string().regex(/^PROXMOX_\w+$/).optional().describe(
    "Variable of the server's environment that holds its secret; its name starts with PROXMOX_",
  ),
}).describe("An API token of Proxmox VE, with exactly one of secret, secret_file, secret_env");

const rights = {
  token: token.nullable().optional().describe("What they act by; null lets them in nowhere"),
  tokens: z.record(name, token.nullable()).optional().describe(
    "In place of token where the server has several clusters: what they act by in each, by its name; null shuts them out of it",
  ),
  grants: z.array(z.enum(GRANTS)).default([]).describe(
    "Rights of the server that are lent to them: login (by password), ssh (commands in containers), snippets (writing them, over SSH), files (PROXMOX_FILES_DIR)",
  ),
  read_only: z.boolean().default(false).describe("They can only read, as with PROXMOX_READ_ONLY"),
  elevated: z.boolean().default(true).describe(
    "False: they change nothing, though PROXMOX_ALLOW_ELEVATED is set",
  ),
};

/** The file as a whole. */
export const peopleSchema = z.strictObject({
  $schema: z.string().optional(),
  person_claim: claim.default("sub").describe(
    'Claim that names a person: sub, preferred_username, oid; email counts when email_verified is true alone. A list is a path: ["profile", "name"]',
  ),
  groups_claim: claim.default("groups").describe(
    'Claim that lists a person\'s groups. A list is a path: ["realm_access", "roles"]',
  ),
  people: z.array(z.strictObject({ person: name, ...rights })).default([]).describe(
    "Who is named here has these rights, whatever their groups",
  ),
  groups: z.array(z.strictObject({ group: name, ...rights })).default([]).describe(
    "Everybody else has the rights of the first group that is theirs, of several clusters that names the cluster",
  ),
}).describe("People and groups of an identity provider, and what they may do in Proxmox VE");

/** What a file of that form says. */
export type PeopleFileContent = z.infer<typeof peopleSchema>;
