/**
 * Keeps secrets out of answers: fields that hold passwords, keys and tickets are masked, unless it
 * is the purpose of the action to hand them out.
 *
 * @module
 */

/** What stands in place of a secret. */
export const MASK = "[masked]";

const SECRET_NAMES =
  /^(.*[-_])?(password|passwd|cipassword|secret|ticket|csrfpreventiontoken|private[-_]?key|keyring|encryption-key|master-pubkey|client-key|bindpw|api[-_]?key|token|sharedsecret|secretkey)$/i;

/** Fields whose names say nothing, by the operation that answers them. */
const SECRET_FIELDS: Readonly<Record<string, readonly string[]>> = {
  "GET /cluster/acme/plugins": ["data"],
  "GET /cluster/acme/plugins/{id}": ["data"],
  "GET /nodes/{node}/subscription": ["key"],
};

/** Assignments of secrets inside a property string or a cloud-init file. */
const ASSIGNMENTS = /\b(password|cipassword|secret|token)\s*([=:])\s*([^\s,]+)/gi;

function maskText(text: string): string {
  return text.replace(ASSIGNMENTS, (_, name: string, sign: string) => `${name}${sign}${MASK}`);
}

/** True when a field of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAMES.test(name);
}

/** The value without secrets. `reveals` names fields that are left as they are. */
export function maskSecrets(
  value: unknown,
  operation: string | undefined,
  reveals: readonly string[] = [],
): unknown {
  const fields = (operation && SECRET_FIELDS[operation]) || [];
  const mask = (each: unknown, name: string): unknown => {
    if (reveals.includes(name)) return each;
    return isSecretName(name) || fields.includes(name) ? hide(each) : walk(each);
  };
  const hide = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(hide);
    if (typeof each === "object" || typeof each === "boolean") return walk(each);
    if (each === "" || each === 0 || each === 1) return each;
    const [named] = /^name=[^,=]*(?=,|$)/.exec(String(each)) ?? [];
    return named === undefined ? MASK : named === each ? each : `${named},${MASK}`;
  };
  const walk = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(walk);
    if (typeof each === "string") return reveals.length > 0 ? each : maskText(each);
    if (typeof each !== "object" || each === null) return each;
    return Object.fromEntries(
      Object.entries(each).map(([name, inner]) => [name, mask(inner, name)]),
    );
  };
  return walk(value);
}
