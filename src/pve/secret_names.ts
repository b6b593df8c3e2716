/**
 * Fields that hold passwords, keys and tickets, by their names. A test walks all operations of the
 * facts, so that none is forgotten.
 *
 * @module
 */

/** Names of secrets, alone or as the end of a longer one: `token`, `X-Api-Key`, `db_password`. */
const SECRET_NAMES = [
  ...["password", "passwd", "passphrase", "cipassword", "bindpw"],
  ...["secret", "sharedsecret", "secretkey"],
  ...["private-key", "private_key", "privatekey", "api-key", "api_key", "apikey"],
  ...["keyring", "encryption-key", "client-key", "master-pubkey", "corosync_authkey"],
  ...["token", "apitoken", "csrfpreventiontoken", "ticket", "vncticket"],
  ...["otp", "totp", "tfa-challenge", "eab-hmac-key", "otel-headers"],
];
/** The handle of a lock on the SDN configuration, which its holder must send along. */
export const NO_SECRET = "lock-token";

/** Fields whose names say nothing, by the path of the operation that has them. */
const SECRET_FIELDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\/cluster\/acme\/plugins/, ["data"]],
  [/^\/nodes\/\{node\}\/subscription$/, ["key"]],
  [/^\/nodes\/\{node\}\/certificates\/custom$/, ["key"]],
  [/^\/cluster\/sdn\/dns/, ["key"]],
  [/^\/cluster\/notifications\/endpoints\/webhook/, ["header"]],
  [/^\/access\/users/, ["keys"]],
  [/^\/access\/domains/, ["tfa"]],
  [/^\/access\/tfa/, ["value"]],
];

const ENDS_LIKE_SECRET = new RegExp(`(?:^|[-_])(?:${SECRET_NAMES.join("|")})$`);

/**
 * True when a field or parameter of this name holds a secret.
 *
 * @param operations Operations that have it.
 */
export function isSecretName(name: string, operations: readonly string[] = []): boolean {
  const lower = name.toLowerCase();
  if (ENDS_LIKE_SECRET.test(lower)) return lower !== NO_SECRET;
  return operations.some((operation) => {
    const path = operation.slice(operation.indexOf(" ") + 1);
    return SECRET_FIELDS.some(([where, names]) => names.includes(name) && where.test(path));
  });
}
