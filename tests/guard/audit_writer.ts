/** A process that writes lines to an audit log: FILE NAME COUNT. */
import { fileAuditLog } from "../../src/guard/audit.ts";

const [path = "", name = "", count] = Deno.args;
const audit = fileAuditLog(path, () => Date.now());
for (let index = 0; index < Number(count); index++) {
  await audit.write({ phase: "before", tool: "test", action: `${name} ${index}`, target: "" });
}
