/**
 * What neither type nor bounds say of an operation's parameters: units, and forms of their own.
 * Sources: the descriptions in Proxmox VE's schemas.
 *
 * @module
 */
import { type Operation, operationFact, type ParamFact } from "../pve/api.ts";
import { base64Form } from "../pve/base64_params.ts";
import { isRootOnly } from "../pve/login/closed_to_tokens.ts";

/** By the name of the parameter and the paths of its operations; the first that fits counts. */
const NOTES: readonly (readonly [names: RegExp, paths: RegExp, note: string])[] = [
  [/^(?:memory|swap|balloon)$/, /\/(?:qemu|lxc)(?:\/|$)/, "MiB"],
  [/^bwlimit$/, /^\/(?:nodes|cluster)\//, "KiB/s"],
  [/^migrate_speed$/, /./, "MB/s"],
  [/^rate$/, /\/replication/, "MB/s"],
  [/^(?:migrate_downtime|.*timeout|.*_?delay|validation-delay)$/, /./, "seconds"],
  [/^expire$/, /^\/access\//, "epoch seconds; 0 is never"],
  [/^(?:since|until)$/, /\/(?:journal|log|tasks)$/, "epoch seconds"],
  [/^(?:db|wal)_dev_size$/, /./, "GiB"],
  [/^content$/, /\/file-write$/, "text; base64 with encode=0"],
  [/^filepath$/, /\/file-restore\//, "base64 of the path, or /"],
  [/^data$/, /\/acme\/plugins/, "lines NAME=VALUE"],
  [/^sshkeys$/, /./, "one key a line, percent-encoded"],
];

/** What becomes of the texts that Proxmox VE wants in base64: callers give the text. */
const BASE64 = {
  whole: "text, sent in base64",
  named: "name=NAME,value=TEXT; TEXT is sent in base64",
} as const;

/** What there is to know of a parameter beside its type. */
export function parameterNotes(operation: Operation, name: string, fact: ParamFact): string[] {
  const isFlag = fact.type === "boolean";
  const note = isFlag
    ? undefined
    : NOTES.find(([names, paths]) => names.test(name) && paths.test(operationFact(operation).path))
      ?.[2];
  const base64 = base64Form(operation, name);
  return [
    ...(note === undefined ? [] : [note]),
    ...(base64 === undefined ? [] : [BASE64[base64]]),
    ...(fact.requires === undefined ? [] : [`with ${fact.requires}`]),
    ...(isRootOnly(operation, name) ? ["root@pam only, no token"] : []),
  ];
}
