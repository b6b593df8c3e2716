/**
 * What neither type nor bounds say of an operation's parameters: units, and forms of their own.
 * Sources: the descriptions in Proxmox VE's schemas.
 *
 * @module
 */
import type { OperationFact, ParamFact } from "../pve/api.ts";
import { isRootOnly } from "../pve/root_only.ts";

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
  [/^body$/, /\/webhook/, "base64"],
  [/^(?:header|secret)$/, /\/webhook/, "name=NAME,value=BASE64"],
  [/^data$/, /\/acme\/plugins/, "base64 of lines NAME=VALUE"],
  [/^sshkeys$/, /./, "one key a line, percent-encoded"],
];

/** What there is to know of a parameter beside its type. */
export function parameterNotes(operation: OperationFact, name: string, fact: ParamFact): string[] {
  const isFlag = fact.type === "boolean";
  const note = isFlag
    ? undefined
    : NOTES.find(([names, paths]) => names.test(name) && paths.test(operation.path))?.[2];
  return [
    ...(note === undefined ? [] : [note]),
    ...(fact.requires === undefined ? [] : [`with ${fact.requires}`]),
    ...(isRootOnly(operation.path, name) ? ["root@pam only, no token"] : []),
  ];
}
