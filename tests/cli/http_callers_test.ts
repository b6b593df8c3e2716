/** Whether a server over HTTP is ready: Proxmox VE answers, and somebody gets in. */
import { servedCallers } from "../../src/cli/http_callers.ts";
import { readConfig } from "../../src/config/config.ts";
import { assertRejects } from "../assert.ts";
import { environment } from "../environment.ts";

Deno.test("a server whose file of people cannot be used is not ready", async () => {
  const path = await Deno.makeTempFile();
  const configuration = readConfig(
    environment({
      PROXMOX_HTTP_AUTH: "oidc",
      PROXMOX_HTTP_OIDC_ISSUER: "https://id.example.com/realms/home",
      PROXMOX_HTTP_OIDC_AUDIENCE: "https://mcp.example.com/mcp",
      PROXMOX_HTTP_PEOPLE_FILE: path,
    }),
    { demo: true },
  );
  const write = (text: string): Promise<void> => Deno.writeTextFile(path, text, { mode: 0o600 });
  const ready = async (): Promise<unknown> => {
    const { probe, close } = await servedCallers({ configuration, demo: true }, undefined);
    try {
      return await probe(5);
    } finally {
      close();
    }
  };
  await write(JSON.stringify({ people: [{ person: "mallory", token: null }] }));
  await ready();
  await write('{"people": [');
  await assertRejects(ready, Error, "PROXMOX_HTTP_PEOPLE_FILE cannot be used");
  await Deno.remove(path);
});
