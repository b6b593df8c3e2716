import { scoopManifest } from "../../scripts/scoop.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fakeRelease } from "./fake_release.ts";

Deno.test("scoopManifest() names both Windows archives with the checksums of the release", () => {
  const { version, sums } = fakeRelease();
  const manifest = JSON.parse(scoopManifest(sums));
  const base = "https://github.com/proxmox-mcp/proxmox-mcp/releases/download";
  const [x64, arm64] = ["proxmox-mcp-windows-x64.zip", "proxmox-mcp-windows-arm64.zip"];
  assertEquals(manifest.architecture, {
    "64bit": { url: `${base}/v${version}/${x64}`, hash: sums.get(x64!) },
    arm64: { url: `${base}/v${version}/${arm64}`, hash: sums.get(arm64!) },
  });
  assertEquals(manifest.autoupdate.architecture, {
    "64bit": { url: `${base}/v$version/${x64}` },
    arm64: { url: `${base}/v$version/${arm64}` },
  });
  assertEquals([manifest.version, manifest.bin], [version, "proxmox-mcp.exe"]);
});

Deno.test("scoopManifest() refuses a release that lacks an archive", () => {
  const { sums } = fakeRelease();
  sums.delete("proxmox-mcp-windows-arm64.zip");
  assertThrows(() => scoopManifest(sums), TypeError, 'Cannot find "proxmox-mcp-windows-arm64.zip"');
});
