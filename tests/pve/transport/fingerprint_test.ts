import { parseFingerprints } from "../../../src/pve/transport/fingerprint.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

const BYTES = Uint8Array.from({ length: 32 }, (_, i) => i * 8);
const HEX = BYTES.toHex();
const PAIRS = HEX.match(/../g) ?? [];
const PVE = PAIRS.join(":").toUpperCase();

const NOTATIONS = {
  "pvenode and the web interface": PVE,
  "lower case": PAIRS.join(":"),
  "no colons": HEX,
  "upper case without colons": HEX.toUpperCase(),
  "spaces": PAIRS.join(" "),
  "SHA256:": `SHA256:${HEX}`,
  "sha256 ": `sha256 ${PVE}`,
  "SHA-256: ": `SHA-256: ${PVE}`,
  "openssl 1.1": `SHA256 Fingerprint=${PVE}`,
  "openssl 3": `sha256 Fingerprint=${PVE}`,
  "white space around": `  ${PVE}\n`,
};

for (const [notation, text] of Object.entries(NOTATIONS)) {
  Deno.test(`parseFingerprints() reads the notation: ${notation}`, () => {
    assertEquals(parseFingerprints(text), [PVE]);
  });
}

Deno.test("parseFingerprints() reads several, and none", () => {
  const other = PVE.replace("00", "FF");
  assertEquals(parseFingerprints(`${HEX}, SHA256:${other}`), [PVE, other]);
  assertEquals(parseFingerprints(" "), []);
});

for (
  const [text, reason] of [
    [HEX.slice(1), "64 hexadecimal digits"],
    [`${HEX}00`, "64 hexadecimal digits"],
    [HEX.slice(0, 40), "as SHA-1 fingerprints do"],
    [`${HEX}, nonsense`, "64 hexadecimal digits"],
    [BYTES.toBase64(), "64 hexadecimal digits"],
  ] as const
) {
  Deno.test(`parseFingerprints() refuses "${text}"`, () => {
    assertThrows(() => parseFingerprints(text), TypeError, reason);
  });
}
