/** The project's Agent Skills over MCP: by npm's client, which checks their digests. */
import { SkillsClient } from "@modelcontextprotocol/client/ext/skills";
import { ROOT } from "../../../scripts/project.ts";
import { SKILL_FILES } from "../../../src/mcp/http/skill_files_gen.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../../assert.ts";
import { serveOne, testEachWay } from "./replicas.ts";
import { serve } from "./served.ts";
import { connect, send } from "./stateless.ts";

testEachWay(
  "npm's client lists the skills, and reads and verifies each of their files",
  async (way) => {
    await using served = await serveOne(way);
    const client = await connect(served.url, { mode: "auto" });
    const skills = new SkillsClient(client);
    assert(skills.supported);
    const listing = await skills.list();
    assertEquals(listing.skills.map(({ uri }) => uri), [
      "skill://proxmox-admin/SKILL.md",
      "skill://proxmox-mcp-tools/SKILL.md",
    ]);
    assertEquals([listing.ttlMs, listing.cacheScope], [3_600_000, "public"]);
    const read: string[] = [];
    for (const skill of listing.skills) {
      assertEquals((await skills.get(skill.uri)).skill, skill);
      assert(Array.isArray(skill.resources));
      for (const { uri } of skill.resources) {
        const { bytes, verified } = await skills.read(skill, uri);
        assert(verified, uri);
        const path = uri.replace("skill://", "");
        assertEquals(bytes, await Deno.readFile(`${ROOT}skills/${path}`), path);
        read.push(path);
      }
    }
    assertEquals(read.sort(), Object.keys(SKILL_FILES).sort());
    await client.close();
  },
);

testEachWay(
  "the skills stand among the resources, and an address that is none of theirs says which are",
  async (way) => {
    await using served = await serveOne(way);
    const client = await connect(served.url, { mode: "auto" });
    const { resources } = await client.listResources();
    const [skill] = resources.filter(({ uri }) => uri.startsWith("skill://"));
    assertEquals([skill?.name, skill?.mimeType], ["proxmox-admin", "text/markdown"]);
    assert(skill?.description);
    for (const path of ["proxmox-admin", "proxmox-admin/../SKILL.md", "constructor", ""]) {
      const uri = `skill://${path}`;
      const error = await assertRejects(() => client.readResource({ uri }), Error);
      assertMatch(
        error.message,
        /^There is no "skill:.*Skills are skill:\/\/proxmox-admin\/SKILL\.md/,
      );
    }
    const { error } = await send(served.url, {
      method: "skills/get",
      params: { uri: "skill://x" },
    });
    assertEquals(error?.code, -32602);
    await client.close();
  },
);

Deno.test("in sessions, for whose revision the extension is not, there are none", async () => {
  await using served = serve();
  const client = await served.connect();
  assertEquals(client.getServerCapabilities()?.extensions, undefined);
  const { resources } = await client.listResources();
  assertEquals(resources.filter(({ uri }) => !uri.startsWith("proxmox://")), []);
});
