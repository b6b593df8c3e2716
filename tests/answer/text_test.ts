import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";
import { MARKS } from "../outcome.ts";
import { didYouMean, nearest } from "../../src/base/text/nearest.ts";
import { sanitizeLine, sanitizeText, sanitizeValue } from "../../src/base/text/sanitize.ts";
import { maskSecrets } from "../../src/answer/mask.ts";
import { gibibytes, mebibytes, parseSize } from "../../src/pve/size.ts";
import { bytes, span, time, withUnit } from "../../src/base/text/units.ts";

Deno.test("sanitizeText() takes out terminal sequences and control characters", () => {
  assertEquals(sanitizeText("\x1b[31mred\x1b[0m\x07 a\u0000b\tc\r\nd"), "red ab\tc\nd");
  assertEquals(sanitizeText("\x1b]0;title\x07x"), "x");
  assertEquals(sanitizeText("a\x1b]0;never ends"), "a0;never ends");
  assertEquals(sanitizeText("\x9d1\x9d2\x9d3"), "123");
  assertEquals(sanitizeText("Grüße 日本 🎉 \ud800"), "Grüße 日本 🎉 \ufffd");
});

Deno.test("sanitizeText() writes out what is not seen", () => {
  assertEquals(
    sanitizeText("safe\u202egnp.exe\u2066\u200b\ufeff\u{e0041}"),
    "safe<U+202E>gnp.exe<U+2066><U+200B><U+FEFF><U+E0041>",
  );
  for (
    const code of [
      ...[
        0xad,
        0x34f,
        0x61c,
        0x115f,
        0x1160,
        0x17b4,
        0x180b,
        0x180e,
        0x200b,
        0x200c,
        0x200d,
        0x200e,
      ],
      ...[0x2028, 0x2029, 0x202e, 0x2060, 0x2064, 0x2069, 0x206f, 0x2800, 0x3164, 0xfe00, 0xfe0f],
      ...[0xfeff, 0xffa0, 0xfff9, 0xfffb, 0x13441, 0x16fe4, 0x1bca0, 0x1d159, 0x1d173, 0xe0001],
      ...[0xe0041, 0xe007f, 0xe0100, 0xe0fff],
    ]
  ) {
    const hex = code.toString(16).toUpperCase().padStart(4, "0");
    const character = String.fromCodePoint(code);
    assertEquals(sanitizeText(`a${character}b`), `a<U+${hex}>b`);
    assertEquals(sanitizeLine(`${character}${MARKS.done}`), `<U+${hex}>${MARKS.done.trim()}`);
  }
});

Deno.test("sanitizeText() makes plain spaces of all others, and leaves none at the ends of a line", () => {
  for (const space of "\u00a0\u1680\u2000\u2003\u200a\u202f\u205f\u3000") {
    assertEquals(sanitizeText(`a${space}b`), "a b");
    assertEquals(sanitizeLine(`${space}b${space}`), "b");
  }
});

Deno.test("emoji and scripts that need joiners stay as they are", () => {
  for (
    const text of [
      "👨\u200d👩\u200d👧",
      "❤\ufe0f",
      "1\ufe0f\u20e3",
      "🏳\ufe0f\u200d🌈",
      "👩🏽\u200d💻",
    ]
      .concat(["می\u200cخواهم", "क\u094d\u200dष", "ශ\u0dca\u200dර"])
  ) {
    assertEquals(sanitizeText(text), text);
  }
});

Deno.test("sanitizeLine() keeps text on one line, sanitizeValue() reaches every text", () => {
  assertEquals(sanitizeLine(" a\n\n b \n"), "a ⏎ b ⏎");
  assertEquals(sanitizeValue({ "a\u202e": ["\x1b[1mx", { b: "y\u0000" }], n: 1 }), {
    "a<U+202E>": ["x", { b: "y" }],
    n: 1,
  });
});

Deno.test("maskSecrets() masks fields that hold secrets, and what is assigned in texts", () => {
  assertEquals(
    maskSecrets({
      cipassword: "a",
      password: "b",
      "private-key": "c",
      ticket: "d",
      tokenid: "mcp",
      token: { privsep: 1 },
      description: "login password=hunter2, ok",
    }),
    {
      cipassword: "[masked]",
      password: "[masked]",
      "private-key": "[masked]",
      ticket: "[masked]",
      tokenid: "mcp",
      token: { privsep: 1 },
      description: "login password=[masked], ok",
    },
  );
  assertEquals(
    maskSecrets(
      { secret: ["name=a,value=b", "name=a", "b", { name: "c" }], password: "" },
    ),
    {
      secret: ["name=a,[masked]", "name=a", "[masked]", { name: "c" }],
      password: "",
    },
  );
  assertEquals(maskSecrets([{ data: "CF_Token=x" }], ["GET /cluster/acme/plugins"]), [{
    data: "[masked]",
  }]);
  assertEquals(maskSecrets({ ticket: "d", value: "v" }, [], ["ticket"]), {
    ticket: "d",
    value: "v",
  });
});

Deno.test("parseSize() is exact about units", () => {
  assertEquals(parseSize("1T"), 1024 ** 4);
  assertEquals(parseSize("1.5G"), 1.5 * 1024 ** 3);
  assertEquals(parseSize("512M"), 512 * 1024 ** 2);
  assertEquals(parseSize("8"), 8 * 1024 ** 3);
  assertEquals(parseSize("32 GiB"), 32 * 1024 ** 3);
  assertEquals(gibibytes("512M"), "0.5");
  assertEquals(gibibytes("1T"), "1024");
  for (const wrong of ["", "G", "-1G", "12X", "1,5G", "0"]) {
    assertThrows(() => parseSize(wrong), TypeError, "expected a size such as");
  }
});

Deno.test("mebibytes() takes a plain number as MiB, and is exact about units", () => {
  assertEquals(mebibytes("2048"), "2048");
  assertEquals(mebibytes("4G"), "4096");
  assertEquals(mebibytes("1.5G"), "1536");
  assertEquals(mebibytes("512 MiB"), "512");
  for (const wrong of ["0.5", "512K", "-4G", "lots"]) {
    assertThrows(() => mebibytes(wrong), TypeError);
  }
});

Deno.test("withUnit() knows the unit of a field by its name", () => {
  const share = withUnit("cpu", 0.125);
  assertEquals(withUnit("maxmem", 4294967296), bytes(4294967296));
  assertEquals(withUnit("uptime", 93784), span(93784));
  assertEquals(withUnit("snaptime", 1768469400), time(1768469400));
  assertEquals(withUnit("pressurecpusome", 12.5), share);
  assertEquals(withUnit("vmid", 100), "100");
  assertStringIncludes(withUnit("memory", { total: 2048, free: 0 }), bytes(2048));
  assertStringIncludes(withUnit("cpu", { avg: 0.125, max: 1 }), share);
  assertEquals(withUnit("balloon", 8589934592), bytes(8589934592));
  assertEquals(withUnit("balloon", 2048), "2048");
});

Deno.test("nearest() does not compare what nobody could have mistyped", () => {
  assertEquals(nearest("a".repeat(1_000_000), ["a".repeat(400_000)]), []);
});

Deno.test("nearest() finds misspelt names and says nothing where none is near", () => {
  const known = ["snapname", "description", "vmstate"];
  assertEquals(nearest("descripton", known), ["description"]);
  assertEquals(nearest("snap", known), ["snapname"]);
  assertEquals(nearest("xyz", known), []);
  assertEquals(didYouMean("vmstaet", known), ' Did you mean "vmstate"?');
  assert(didYouMean("q", known) === "");
});
