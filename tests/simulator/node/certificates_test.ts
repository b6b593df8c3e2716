import { issueCertificate } from "../../../src/simulator/server/certificates.ts";
import { assertEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

Deno.test("certificates are ordered, renewed and revoked", async () => {
  const client = new TestClient();
  const path = "/nodes/pve1/certificates/acme/certificate";
  const names = async (): Promise<unknown[]> =>
    (await client.data<Row[]>("GET /nodes/pve1/certificates/info")).map(({ filename }) => filename);
  const early = await client.ask(`PUT ${path}`);
  assertEquals(
    early.message,
    "No current (custom) certificate found, please order a new certificate!\n",
  );
  assertEquals(await client.task(`POST ${path}`), "OK");
  assertEquals(await names(), ["pve-root-ca.pem", "pve-ssl.pem", "pveproxy-ssl.pem"]);
  const soon = await client.ask(`PUT ${path}`);
  assertEquals(
    soon.message,
    "Certificate expires in more than 30 days, and 'force' is not set.\n",
  );
  assertEquals(await client.task(`PUT ${path}`, { force: 1 }), "OK");
  assertEquals(await client.task(`DELETE ${path}`), "OK");
  assertEquals((await names()).length, 2);
  const none = await client.ask("POST /nodes/pve2/certificates/acme/certificate");
  assertEquals(none.message, "ACME domain list in node configuration is missing!\n");
});

Deno.test("a certificate of one's own is taken, shown without its key, and removed", async () => {
  const client = new TestClient();
  const own = await issueCertificate({ names: ["pve1.example.com"] });
  const path = "/nodes/pve1/certificates/custom";
  const broken = await client.ask(`POST ${path}`, { certificates: "nonsense", key: "x" });
  assertEquals(broken.status, 400);
  const made = await client.data(`POST ${path}`, {
    certificates: own.certificate,
    key: own.privateKey,
  });
  assertEquals(made.fingerprint, own.fingerprint);
  const again = await client.ask(`POST ${path}`, {
    certificates: own.certificate,
    key: own.privateKey,
  });
  assertEquals(again.message, "Custom certificate file exists but force flag is not set\n");
  const info = await client.data<Row[]>("GET /nodes/pve1/certificates/info");
  assertEquals(info.at(-1)?.key, undefined);
  await client.data(`DELETE ${path}`);
});
