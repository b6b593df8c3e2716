/**
 * All collections of the embedded PVE: their handlers, and what fills them at the start.
 *
 * @module
 */
import * as acl from "./resources/access/acl.ts";
import * as domains from "./resources/access/domains.ts";
import * as login from "./resources/access/login.ts";
import * as roles from "./resources/access/roles.ts";
import * as people from "./resources/access/seed.ts";
import * as tokens from "./resources/access/tokens.ts";
import * as users from "./resources/access/users.ts";
import type { Handlers, Seed } from "./types.ts";

interface Resource {
  readonly handlers?: Handlers;
  readonly seed?: Seed;
}

const RESOURCES: readonly Resource[] = [
  roles,
  domains,
  users,
  tokens,
  acl,
  login,
  people,
];

/** Handlers of all collections. */
export const resourceHandlers: Handlers = Object.assign(
  {},
  ...RESOURCES.map(({ handlers }) => handlers),
);

/** Fills all collections; nodes, storages and guests must be there already. */
export const seedResources: Seed = (cluster) => {
  for (const { seed } of RESOURCES) seed?.(cluster);
};
