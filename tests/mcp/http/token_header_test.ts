import { tokenOf } from "../../../src/mcp/http/token_header.ts";
import { assertEquals } from "../../assert.ts";

const SECRET = "66666666-7777-4888-8999-aaaaaaaaaaaa";
const ID = "viewer@pve!limited";
const PLAIN = `${ID}=${SECRET}`;

function base64(text: string, options?: Parameters<Uint8Array["toBase64"]>[0]): string {
  return new TextEncoder().encode(text).toBase64(options);
}

Deno.test("tokenOf() reads one token from all of its spellings", () => {
  const headers = [
    `Bearer ${PLAIN}`,
    `bearer   ${PLAIN} `,
    `PVEAPIToken=${PLAIN}`,
    `Bearer PVEAPIToken=${PLAIN}`,
    `Bearer ${base64(PLAIN)}`,
    `Bearer ${base64(`PVEAPIToken=${PLAIN}`)}`,
    `Bearer ${base64(PLAIN, { alphabet: "base64url", omitPadding: true })}`,
    `Bearer ${base64(PLAIN, { omitPadding: true })}`,
    `Bearer viewer%40pve%21limited%3D${SECRET}`,
    `PVEAPIToken=viewer%40pve!limited=${SECRET}`,
  ];
  for (const header of headers) assertEquals(tokenOf(header), { id: ID, secret: SECRET }, header);
});

Deno.test("tokenOf() reads names as Proxmox VE has them", () => {
  const cases: readonly (readonly [string, string])[] = [
    [`Bearer j%C3%B6rg@pve!a1=${SECRET}`, "jörg@pve!a1"],
    [`Bearer ${base64(`jörg@pve!a1=${SECRET}`)}`, "jörg@pve!a1"],
    [`Bearer ${base64(`100%25@pve!a1=${SECRET}`)}`, "100%25@pve!a1"],
    [`Bearer me@example.com@ad!my.token-1_x=${SECRET}`, "me@example.com@ad!my.token-1_x"],
    [`Bearer a=b@pve!a1=${SECRET}`, "a=b@pve!a1"],
  ];
  for (const [header, id] of cases) assertEquals(tokenOf(header), { id, secret: SECRET }, header);
});

Deno.test("tokenOf() takes nothing else for a token", () => {
  const headers = [
    null,
    "",
    "Bearer",
    "Bearer ",
    PLAIN,
    `Basic ${base64(PLAIN)}`,
    `Basic ${PLAIN}`,
    `Bearer ${SECRET}`,
    `Bearer ${ID}`,
    `Bearer ${ID}=`,
    `Bearer ${ID}=secret`,
    `Bearer ${ID}=${SECRET}=`,
    `Bearer ${ID}=${SECRET};`,
    `Bearer ${ID}=${SECRET}, Bearer ${PLAIN}`,
    `Bearer ${SECRET}=${ID}`,
    `Bearer viewer@pve=${SECRET}`,
    `Bearer viewer!limited=${SECRET}`,
    `Bearer @pve!limited=${SECRET}`,
    `Bearer viewer@!limited=${SECRET}`,
    `Bearer viewer@pve!=${SECRET}`,
    `Bearer a/b@pve!limited=${SECRET}`,
    `Bearer a:b@pve!limited=${SECRET}`,
    `Bearer a!b@pve!limited=${SECRET}`,
    `Bearer viewer@pve!1limited=${SECRET}`,
    `Bearer viewer%20x@pve!limited=${SECRET}`,
    `Bearer viewer%0aroot@pve!limited=${SECRET}`,
    `Bearer viewer%@pve!limited=${SECRET}`,
    `Bearer %ff@pve!limited=${SECRET}`,
    `Bearer viewer%2540pve!limited=${SECRET}`,
    `Bearer ${base64(`viewer%40pve!limited=${SECRET}`)}`,
    `Bearer ${base64(base64(PLAIN))}`,
    `Bearer ${base64(PLAIN).slice(1)}`,
    `Bearer ${new Uint8Array([0xff, 0xfe]).toBase64()}`,
    `Bearer viewer\u00e9@pve!limited=${SECRET}`,
    `Bearer ${"a".repeat(1000)}@pve!limited=${SECRET}`,
    `PVEAPIToken ${PLAIN}`,
    `PVEAuthCookie=PVE:root@pam:66666666::xyz`,
  ];
  for (const header of headers) assertEquals(tokenOf(header), undefined, String(header));
});
