/**
 * Parameters whose text Proxmox VE wants in base64. Callers give the text; what is base64 of a text
 * already stays.
 * Sources: PVE::API2::Cluster::Notifications, proxmox-notify's webhook, PVE::API2::ACMEPlugin.
 *
 * @module
 */
import type { Operation } from "./api.ts";

/** How a value holds its base64: as a whole, or in `value=` of `name=…,value=…`. */
type Form = "whole" | "named";

const WEBHOOK: Readonly<Record<string, Form>> = { body: "whole", header: "named", secret: "named" };
const PLUGIN: Readonly<Record<string, Form>> = { data: "whole" };

const FORMS: { readonly [Op in Operation]?: Readonly<Record<string, Form>> } = {
  "POST /cluster/notifications/endpoints/webhook": WEBHOOK,
  "PUT /cluster/notifications/endpoints/webhook/{name}": WEBHOOK,
  "POST /cluster/acme/plugins": PLUGIN,
  "PUT /cluster/acme/plugins/{id}": PLUGIN,
};

/** How a parameter holds base64, or undefined when it holds none. */
export function base64Form(operation: Operation, name: string): Form | undefined {
  const forms = FORMS[operation];
  return forms && Object.hasOwn(forms, name) ? forms[name] : undefined;
}

/** True for the base64 of a text: `test` would decode as well, but to nothing that can be read. */
function isEncodedText(value: string): boolean {
  try {
    const bytes = Uint8Array.fromBase64(value, { lastChunkHandling: "strict" });
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return !/[^\P{Cc}\t\r\n]/u.test(text);
  } catch {
    return false;
  }
}

function encoded(text: string): string {
  return isEncodedText(text) ? text : new TextEncoder().encode(text).toBase64();
}

/** The text as Proxmox VE takes it. */
export function toBase64(form: Form, text: string): string {
  if (form === "whole") return encoded(text);
  const [start = ""] = /^name=[^,]*,value=/.exec(text) ?? [];
  return start === "" ? text : start + encoded(text.slice(start.length));
}
