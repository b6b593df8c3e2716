/** No operation of the facts has a secret that the mask does not know. */
import { assertEquals } from "../assert.ts";
import { formatTable, operationFact, operationNames } from "../../src/pve/api.ts";
import { RETURNS } from "../pve/api_returns_gen.ts";
import { MASK, maskSecrets, maskText } from "../../src/answer/mask.ts";
import { isSecretName } from "../../src/pve/secret_names.ts";

/** Words in the names of what may be secret. */
const SUSPECT =
  /pass|secret|token|ticket|key|auth|cred|bind|data|priv|cert|tfa|otp|challenge|recovery|cookie|session|header|value|community|psk|nonce|hash|signature|salt|hmac/i;

/** Names that sound like secrets and hold none; each was looked up in PVE's own sources. */
const HARMLESS = new Set([
  // Public keys and certificates, their sizes, kinds, and the paths of files.
  ...["sshkeys", "ssh-public-keys", "cert", "certificates", "certkey", "public-key-bits"],
  ...["public-key-type", "signature", "ms-cert", "pre-enrolled-keys"],
  // Names and handles of what may be secret, not its value.
  ...["tokenid", "tokens", "full-tokenid", "lock-token", "authid", "bind_dn", "config-keys"],
  // Switches, numbers and states.
  ...["generate-password", "skip-cert-verification", "verify-certificate", "verify-certificates"],
  ...["authsupported", "privsep", "token-coefficient", "tfa-locked-until", "totp-locked"],
  ...["unprivileged", "bond_xmit_hash_policy", "hashpspool", "keyctl", "kernel-hashes"],
  ...["no-key-sharing", "webauthn", "bind-interface", "keyboard"],
  // Names of privileges; they are fields of a role.
  ...["privs", "Datastore.Allocate", "Datastore.AllocateSpace", "Datastore.AllocateTemplate"],
  ...["Datastore.Audit"],
  // Data of other kinds.
  ...["author", "datastore", "data-pool", "data_pool", "data_pools", "data_pool_ids", "osd_data"],
  ...["metadata_pool", "metadata_pool_id", "metadata_size", "metadata_used"],
  ...["application_metadata", "challenge", "hotplug", "Key", "Values", "acr-values"],
  // What a guest says is not ours to judge; it is shown where it is asked for.
  ...["input-data", "out-data", "err-data"],
  // Handing them out is what the operation is for, and it does so once.
  "recovery",
]);
/** The same, of some operations. */
const HARMLESS_AT: Readonly<Record<string, RegExp>> = {
  data: /disks\/zfs|\/hosts$|\/metrics\/export$/,
  key: /\/pending$|\/cloudinit$|import-metadata$|disks\/zfs|\/domains|\/sendkey$/,
  value:
    /\/ceph\/flags|\/metrics\/export|matcher-field-values|\/ceph\/cfg\/|\/pending$|\/cloudinit$|import-metadata|\/token\/\{tokenid\}$/,
  tfa: /^PUT \/cluster\/options|^GET \/access\/domains$/,
};

interface Returned {
  readonly properties?: Readonly<Record<string, Returned>>;
  readonly items?: Returned;
}

function returnedNames(returned: Returned | null): string[] {
  const own = Object.entries(returned?.properties ?? {});
  return [
    ...own.flatMap(([name, each]) => [name, ...returnedNames(each)]),
    ...(returned?.items ? returnedNames(returned.items) : []),
  ];
}

function namesOf(operation: ReturnType<typeof operationNames>[number]): string[] {
  const { params } = operationFact(operation);
  const parts = Object.values(params).flatMap(({ format }) =>
    Object.keys(format === undefined ? {} : formatTable(format) ?? {})
  );
  const returned = RETURNS[operation];
  return [
    ...Object.keys(params),
    ...parts,
    ...(returned === undefined ? [] : returnedNames(JSON.parse(returned))),
  ];
}

Deno.test("every name that sounds like a secret is masked, or was found harmless", () => {
  const open: string[] = [];
  for (const operation of operationNames()) {
    for (const name of new Set(namesOf(operation))) {
      if (!SUSPECT.test(name) || isSecretName(name, [operation])) continue;
      // In a property string it is masked as text.
      if (maskText(`a=b,${name}=hunter2`) === `a=b,${name}=${MASK}`) continue;
      if (HARMLESS.has(name)) continue;
      if (HARMLESS_AT[name]?.test(operation)) continue;
      open.push(`${name} of ${operation}`);
    }
  }
  assertEquals(open, []);
});

Deno.test("what operations hold of secrets is masked, whatever the field is called", () => {
  const cases: [string, Record<string, unknown>, Record<string, unknown>][] = [
    ["GET /cluster/sdn/dns/{dns}", { key: "s3cr3t", ttl: 60 }, { key: MASK, ttl: 60 }],
    ["PUT /cluster/sdn/dns/{dns}", { key: "s3cr3t" }, { key: MASK }],
    ["GET /cluster/acme/plugins/{id}", { api: "cf", data: "CF_Token=x" }, {
      api: "cf",
      data: MASK,
    }],
    ["POST /nodes/{node}/certificates/custom", { key: "-----B" }, { key: MASK }],
    ["GET /nodes/{node}/subscription", { key: "pve4p-1" }, { key: MASK }],
    [
      "GET /cluster/notifications/endpoints/webhook/{name}",
      { header: ["name=X-Key,value=czNjcjN0"], secret: ["name=a"] },
      { header: [`name=X-Key,${MASK}`], secret: ["name=a"] },
    ],
    ["GET /access/users", { keys: "x!JBSWY3DPEHPK3PXP" }, { keys: MASK }],
    ["GET /access/users", { keys: "x" }, { keys: "x" }],
    [
      "GET /access/domains/{realm}",
      { tfa: "type=yubico,id=1,key=s3cr3t" },
      { tfa: `type=yubico,id=1,key=${MASK}` },
    ],
    ["GET /cluster/metrics/server/{id}", { "otel-headers": "e30=" }, { "otel-headers": MASK }],
    ["POST /cluster/acme/account", { "eab-hmac-key": "s3cr3t" }, { "eab-hmac-key": MASK }],
    ["POST /cluster/config/nodes/{node}", { corosync_authkey: "AA==" }, { corosync_authkey: MASK }],
    ["POST /access/tfa/{userid}", { totp: "otpauth://totp/x?secret=y" }, { totp: MASK }],
    [
      "POST /nodes/{node}/qemu/{vmid}/remote_migrate",
      { "target-endpoint": "apitoken=PVEAPIToken=root@pam!m=s3cr3t,host=h" },
      { "target-endpoint": `apitoken=${MASK},host=h` },
    ],
    [
      "GET /nodes/{node}/qemu/{vmid}/pending",
      { key: "cipassword", value: "old", pending: "new" },
      { key: "cipassword", value: MASK, pending: MASK },
    ],
    ["GET /nodes/{node}/lxc/{vmid}/pending", { key: "memory", value: 5 }, {
      key: "memory",
      value: 5,
    }],
    [
      "GET /nodes/{node}/lxc/{vmid}/config",
      { env: "A=1\0POSTGRES_PASSWORD=s3cr3t\0B=2" },
      { env: `A=1\0POSTGRES_PASSWORD=${MASK}\0B=2` },
    ],
    [
      "GET /cluster/options",
      { http_proxy: "http://proxy:s3cr3t@10.0.0.1:3128" },
      { http_proxy: `http://proxy:${MASK}@10.0.0.1:3128` },
    ],
    ["GET /cluster/sdn/fabrics/all", { "lock-token": "u-u-i-d" }, { "lock-token": "u-u-i-d" }],
  ];
  for (const [operation, data, masked] of cases) {
    assertEquals(maskSecrets(data, [operation]), masked, operation);
  }
});

Deno.test("maskText() knows private keys, headers and quoted values, and leaves the rest alone", () => {
  const cases: [string, string][] = [
    [
      "-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\nrest",
      `-----BEGIN EC PRIVATE KEY-----${MASK}-----END EC PRIVATE KEY-----\nrest`,
    ],
    ["-----BEGIN PRIVATE KEY-----\nMHc\ncut", `-----BEGIN PRIVATE KEY-----${MASK}`],
    ["Authorization: Bearer abc.def", `Authorization: Bearer ${MASK}`],
    ["Authorization: PVEAPIToken=a@pam!b=c0ffee", `Authorization: ${MASK}`],
    ['{"api_key": "a\\"b", "n": 1}', `{"api_key": ${MASK}, "n": 1}`],
    [
      "password: $5$salt$hash\nchpasswd:\n  expire: False",
      `password: ${MASK}\nchpasswd:\n  expire: False`,
    ],
    ["AWS_SECRET_ACCESS_KEY=abc", `AWS_SECRET_ACCESS_KEY=${MASK}`],
    ["generate-password=1,lock_passwd: true", "generate-password=1,lock_passwd: true"],
    ["secret:vm-100-disk-0", "secret:vm-100-disk-0"],
    ["lock-token=abc", "lock-token=abc"],
    [
      "UPID:pve1:000003FD:00052C56:6B02FFA5:x:103:root@pam!token:",
      "UPID:pve1:000003FD:00052C56:6B02FFA5:x:103:root@pam!token:",
    ],
    ["https://pve1:8006/a@b", "https://pve1:8006/a@b"],
    ["password=[masked]", "password=[masked]"],
  ];
  for (const [text, masked] of cases) assertEquals(maskText(text), masked, text);
});

Deno.test("maskText() takes time in proportion to the length", () => {
  const hostile = [
    "a.",
    "token",
    "password ",
    "://a:",
    "-----BEGIN PRIVATE KEY-----",
    "'",
    'key="',
  ];
  for (const each of hostile) {
    const text = `=${each.repeat(Math.floor(400_000 / each.length))}`;
    const started = performance.now();
    maskText(text);
    const took = performance.now() - started;
    assertEquals(took < 1_500, true, `${JSON.stringify(each)} took ${took} ms`);
  }
});
