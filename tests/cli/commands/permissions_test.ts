/** What Deno is told that the program may do. */
import { permissions } from "../../../src/cli/commands/permissions.ts";
import { assertEquals } from "../../assert.ts";
import { environment } from "../../environment.ts";

Deno.test("config asks for the permissions that the settings need, and no more", () => {
  const given = (values: Record<string, string>): string[] => permissions(environment(values));
  const base = ["--allow-env=PROXMOX_*", "--ignore-env"];
  assertEquals(permissions(undefined), base);
  assertEquals(given({}), ["--allow-net", ...base]);
  assertEquals(given({ PROXMOX_HOST: "pve1.lan, https://pve2.lan:8443, [fd00::1]" }), [
    "--allow-net=pve1.lan:8006,pve2.lan:8443,[fd00::1]:8006",
    ...base,
  ]);
  assertEquals(given({ PROXMOX_HOST: "https://proxy.lan/pve, https://proxy.lan:443" }), [
    "--allow-net=proxy.lan:443,proxy.lan:443",
    ...base,
  ]);
  assertEquals(
    given({
      PROXMOX_HOST: "10.0.0.1",
      PROXMOX_PORT: "443",
      PROXMOX_SSL_CA_CERT: "/etc/ca.pem",
      PROXMOX_FILES_DIR: "/srv/files",
      PROXMOX_AUDIT_LOG: "/var/log/audit.jsonl",
      PROXMOX_SSL_PIN_FILE: "/srv/pins",
    }),
    [
      "--allow-net=10.0.0.1:443",
      ...base,
      "--allow-read=/etc/ca.pem,/srv/pins,/var/log/audit.jsonl,/srv/files",
      "--allow-write=/var/log/audit.jsonl,/srv/pins,/srv/files",
    ],
  );
  assertEquals(
    given({
      PROXMOX_HOST: "pve1",
      PROXMOX_READ_ONLY: "yes",
      PROXMOX_FILES_DIR: "/srv/files",
      PROXMOX_AUDIT_LOG: "/var/log/audit.jsonl",
      PROXMOX_SSL_PIN_FILE: "/srv/pins",
    }),
    [
      "--allow-net=pve1:8006",
      ...base,
      "--allow-read=/srv/pins,/var/log/audit.jsonl,/srv/files",
      "--allow-write=/var/log/audit.jsonl,/srv/pins",
    ],
  );
  assertEquals(given({ PROXMOX_HOST: "pve1", PROXMOX_METRICS_ADDRESS: "9464" }), [
    "--allow-net=pve1:8006,127.0.0.1:9464",
    ...base,
  ]);
  assertEquals(given({ PROXMOX_SSL_CA_CERT: "/a,b" }), ["--allow-net", ...base, "--allow-read"]);
  assertEquals(
    given({ PROXMOX_HOST: "pve1", PROXMOX_SSH_ENABLED: "true", PROXMOX_SSH_AGENT: "/run/agent" }),
    ["--allow-net", ...base, "--allow-read=/run/agent", "--allow-write=/run/agent"],
  );
});
