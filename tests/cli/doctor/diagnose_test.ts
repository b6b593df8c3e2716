/** What the doctor can tell of the client without one. */
import { loadConfig } from "../../../src/config/config.ts";
import { confirmationFinding, protocolFinding } from "../../../src/cli/doctor/diagnose.ts";
import { findingLines } from "../../../src/cli/doctor/finding.ts";
import { assertEquals, assertMatch } from "../../assert.ts";

function clientLines(settings: Readonly<Record<string, string>>): string[] {
  const { config } = loadConfig({
    get: (name) => settings[name.replace("PROXMOX_", "")],
    names: () => [],
    readFile: Deno.readTextFileSync,
  }, { demo: true });
  const findings = [protocolFinding(["2025-11-25", "2025-06-18"]), confirmationFinding(config)];
  return findings.map((each) => findingLines(each, false));
}

Deno.test("the doctor says which versions of MCP are spoken, and where the client's own stands", () => {
  const [protocol = ""] = clientLines({});
  assertMatch(protocol, /^✔ MCP: this server speaks 2025-11-25, 2025-06-18\n/);
  assertMatch(protocol, /in this server's log on stderr when the client connects/);
});

Deno.test("the doctor says what becomes of a question when the client can ask nobody", () => {
  const confirmation = (settings: Readonly<Record<string, string>>): string | undefined =>
    clientLines(settings)[1]?.replace("✔ Confirmation: ", "");
  const elevated = { ALLOW_ELEVATED: "true" };
  assertEquals(confirmation({}), "nothing can be lost: only reading is allowed");
  assertEquals(
    confirmation({ ...elevated, READ_ONLY: "true" }),
    "nothing can be lost: only reading is allowed",
  );
  const [auto = "", ...details] = confirmation(elevated)?.split("\n") ?? [];
  assertEquals(
    auto,
    "with a client that can ask a person, what loses something is asked first " +
      "(PROXMOX_CONFIRM=auto); with one that cannot, what loses something is done at once, " +
      "without a question (PROXMOX_CONFIRM=auto)",
  );
  for (
    const words of [
      /Clients that cannot ask: .*Gemini CLI, opencode.*LangChain and mcporter/,
      /PROXMOX_CONFIRM=plan tells first .* second look, no person's consent/,
      /PROXMOX_CONFIRM=always refuses where nobody can be asked, code or not/,
    ]
  ) assertMatch(details.join("\n"), words);
  assertMatch(
    confirmation({ ...elevated, CONFIRM: "always" }) ?? "",
    /with one that cannot, what loses something is refused, and no code takes a person's place/,
  );
  assertMatch(
    confirmation({ ...elevated, CONFIRM: "plan" }) ?? "",
    /done by the same call with a code .*\n.*Gemini CLI.*\n.*no person's consent/,
  );
  assertEquals(
    confirmation({ ...elevated, CONFIRM: "never" }),
    "what loses something is done without a question (PROXMOX_CONFIRM=never)",
  );
});
