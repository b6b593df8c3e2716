/** The embedded Proxmox VE refuses mistaken requests in the words of a real one. */
import { ROOT } from "../../../scripts/project.ts";
import { assertEquals } from "../../assert.ts";
import type { Answer, Form } from "../client.ts";
import { compareData, type Differences, isTextAlike } from "./alike.ts";
import { bareCluster } from "./bare_cluster.ts";

interface Refusal {
  readonly request: string;
  readonly real: {
    readonly status: number;
    readonly reason: string;
    readonly errors?: Readonly<Record<string, string>>;
  };
}

/** Requests that are answered otherwise, by the beginning of the request, with the reason. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "GET /nodes/pve1/qemu/7777/rrddata": "no file of statistics is kept of a guest",
  "POST /access/users/nosuch@pve/token/t1": "who is not there is said, not only that it may not be",
  "DELETE /access/domains/pam": "the real one says nothing and keeps the realm",
  "POST /pools": "the path that is no path is refused by its format",
  "DELETE /cluster/firewall/rules/99": "an accident of Perl's, where there is no rule at all",
  "GET /cluster/sdn/vnets/nosuch": "SDN objects have one message for all kinds",
  "DELETE /cluster/sdn/vnets/nosuch": "SDN objects have one message for all kinds",
  "POST /cluster/sdn/vnets/nosuch/subnets": "SDN objects have one message for all kinds",
  "GET /nodes/pve1/ceph/status": "the recorded machine has no Ceph",
};

function differencesOf(real: Refusal["real"], own: Answer): Differences {
  const found: Differences = [];
  if (own.status !== real.status) found.push(`status ${real.status}, own ${own.status}`);
  else if (real.status !== 200 && !isTextAlike(real.reason.trimEnd(), own.reason.trimEnd())) {
    found.push(`reason ${real.reason}, own ${own.reason}`);
  } else compareData(real.errors ?? null, own.errors ?? null, "errors", false, found);
  return found;
}

Deno.test("mistaken requests are answered in the words of a real cluster, but for the listed ones", async () => {
  const text = await Deno.readTextFile(`${ROOT}facts/pve-real-refusals.json`);
  const { requests } = JSON.parse(text) as { requests: readonly Refusal[] };
  const client = bareCluster();
  const differing = new Map<string, Differences>();
  for (const { request, real } of requests) {
    const [, method = "", path = "", params = "{}"] = /^(\S+) (.+?) (\{.*\})$/.exec(request) ?? [];
    const own = await client.ask(`${method} ${path}`, JSON.parse(params) as Form);
    const found = differencesOf(real, own);
    if (found.length > 0) differing.set(`${method} ${path}`, found);
  }
  const unexpected = [...differing].filter(([request]) => !(request in DIFFERENCES));
  assertEquals(unexpected, []);
  const stale = Object.keys(DIFFERENCES).filter((request) => !differing.has(request));
  assertEquals(stale, [], "alike by now, and to be taken off the list");
  assertEquals([requests.length - differing.size, requests.length], [40, 49]);
});
