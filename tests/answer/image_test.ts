/** Pictures among what PVE answers: handed out as such, and nothing else taken for one. */
import { assertEquals, assertStringIncludes } from "../assert.ts";
import { connect } from "../harness.ts";
import { imageOf } from "../../src/answer/image.ts";

const PNG = "\x89PNG\r\n\x1a\n";

for (const path of ["/nodes/{node}/rrd", "/nodes/{node}/qemu/{vmid}/rrd"]) {
  Deno.test(`the graph of GET ${path} is an image, and no text`, async () => {
    await using harness = await connect();
    const args = { node: "pve1", vmid: path.includes("vmid") ? 100 : undefined };
    const parameters = { ...args, ds: "cpu", timeframe: "hour" };
    const { content, structuredContent } = await harness.client.callTool({
      name: "proxmox_api_call",
      arguments: { operation: `GET ${path}`, params: parameters },
    });
    const [text, image, ...others] = content as readonly Record<string, string>[];
    assertEquals([text?.type, image?.type, image?.mimeType], ["text", "image", "image/png"]);
    assertEquals(others, []);
    assertStringIncludes(atob(image?.data ?? ""), PNG);
    assertStringIncludes(text?.text ?? "", "pve-rrd-cpu");
    for (const shown of [text?.text ?? "", JSON.stringify(structuredContent)]) {
      assertEquals(shown.includes("PNG"), false, shown);
    }
  });
}

Deno.test("what only begins like a picture, or is too large for one, stays what it is", () => {
  const others = [PNG + "\u0100", PNG + "x".repeat(600_000), "GIF89a", 7, null, [PNG]];
  for (const image of others) assertEquals(imageOf({ image }), undefined);
  for (const none of [null, undefined, PNG, 7, [], {}]) assertEquals(imageOf(none), undefined);
  assertEquals(imageOf({ filename: "x", image: PNG }), {
    rest: { filename: "x" },
    image: { mimeType: "image/png", data: btoa(PNG) },
  });
});
