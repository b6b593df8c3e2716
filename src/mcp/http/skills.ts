/**
 * The Agent Skills of this project over MCP, as its extension for skills (SEP-2640) has them: a
 * list, one by its address, and their files as resources.
 *
 * @module
 */
import * as z from "zod";
import { once } from "../../base/async/once.ts";
import { lookup } from "../../base/lookup.ts";
import { mcpError } from "../errors.ts";
import { ErrorCode, type ReadResourceResult, type Resource } from "../sdk.ts";
import { SKILL_FILES } from "./skill_files_gen.ts";
import type { CacheHint, Server, Skill } from "./stateless_sdk.ts";

const {
  memorySkillFiles,
  SKILLS_EXTENSION_ID,
  SKILLS_GET_METHOD,
  SKILLS_LIST_METHOD,
  SkillsExtension,
} = await import("./stateless_sdk.ts");

const SCHEME = "skill://";
const MARKDOWN = "text/markdown";
/** The same for everybody, and as old as the program. */
const CACHE = { ttlMs: 3_600_000, cacheScope: "public" } as const satisfies CacheHint;
/** Characters of an address that an error repeats. */
const MAX_URI_CHARACTERS = 500;

/** What a server declares that serves them. */
export const SKILLS_CAPABILITY = { [SKILLS_EXTENSION_ID]: {} };

/** The skills with digests of their files. */
const skills = once(async (): Promise<readonly Skill[]> => {
  const files = memorySkillFiles(SKILL_FILES);
  return (await SkillsExtension.load(files, { strict: true })).entries;
});

/** True for the address of a file of a skill, whether there is one or not. */
export function isSkillUri(uri: string): boolean {
  return uri.startsWith(SCHEME);
}

/** The skills' first files, for `resources/list`. */
export async function skillResources(): Promise<Resource[]> {
  return (await skills()).map(({ uri, frontmatter: { name, description } }) => ({
    ...{ uri, name, description },
    mimeType: MARKDOWN,
  }));
}

function unknown(uri: string): Error {
  const known = Object.keys(SKILL_FILES).filter((path) => path.endsWith("/SKILL.md"))
    .map((path) => SCHEME + path).join(", ");
  const given = uri.slice(0, MAX_URI_CHARACTERS);
  return mcpError(ErrorCode.InvalidParams, `There is no "${given}". Skills are ${known}`, {
    uri: given,
  });
}

/**
 * A file of a skill.
 *
 * @throws {McpError} When there is none.
 */
export function readSkillFile(uri: string): ReadResourceResult & CacheHint {
  const text = lookup(SKILL_FILES, uri.slice(SCHEME.length));
  if (text === undefined) throw unknown(uri);
  return { contents: [{ uri, mimeType: MARKDOWN, text }], ...CACHE };
}

/** Answers what the extension adds to MCP. */
export function handleSkills(server: Server, failed: (error: unknown) => unknown): void {
  const page = z.object({ cursor: z.string().optional() });
  server.setRequestHandler(
    SKILLS_LIST_METHOD,
    { params: page },
    async () => ({ skills: [...await skills()], ...CACHE }),
  );
  server.setRequestHandler(SKILLS_GET_METHOD, { params: z.object({ uri: z.string() }) }, async (
    { uri },
  ) => {
    const skill = (await skills()).find((each) => each.uri === uri);
    if (!skill) throw failed(unknown(uri));
    return { skill, ...CACHE };
  });
}
