import type { Args } from "../../pve/encode.ts";
import { splitList } from "../../pve/split_list.ts";
import { type Answer, ToolError } from "../../tool/answer.ts";
import { type CallContext, nodeOf, type ReadContext } from "../../tool/context.ts";
import { defineTool, read, write } from "../../tool/define.ts";
import type { PlannedRequest } from "../../tool/planned_request.ts";
import { hostEntry, withHost } from "./_hosts.ts";

const SERVERS = ["dns1", "dns2", "dns3"] as const;

interface DnsSettings {
  readonly [name: string]: string;
}

async function readDns(context: ReadContext): Promise<DnsSettings> {
  const answer = await context.request("GET /nodes/{node}/dns", { node: nodeOf(context) });
  return (answer.data ?? {}) as DnsSettings;
}

/** PVE's PUT writes what it is given and nothing else: what stays must be sent again. */
async function keepDns(args: Args, context: ReadContext): Promise<Args> {
  const gone = splitList(args.delete);
  const known: readonly string[] = ["search", ...SERVERS];
  const strange = gone.find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new ToolError("Cannot change the DNS settings", {
      reason: "Nothing was sent to Proxmox VE",
      parameters: { delete: `expected some of ${known.join(", ")}, got "${strange}"` },
    });
  }
  const kept = Object.entries(await readDns(context)).filter(([name]) =>
    known.includes(name) && !gone.includes(name)
  );
  return { search: "", ...Object.fromEntries(kept), ...args };
}

/** The request that writes /etc/hosts, made of what is there; undefined when it is so already. */
async function hostsRequest(
  context: ReadContext,
  args: Args,
): Promise<PlannedRequest | undefined> {
  const node = nodeOf(context);
  const { ip, name, comment, data } = args;
  if (data === undefined && (ip === undefined || name === undefined)) {
    throw new ToolError("Cannot change /etc/hosts", {
      reason: "Nothing was changed",
      parameters: {
        [ip === undefined ? "ip" : "name"]: 'is missing; or give the whole file as "data"',
      },
    });
  }
  const current = (await context.request("GET /nodes/{node}/hosts", { node })).data as {
    data?: string;
    digest?: string;
  };
  const before = current.data ?? "";
  const after = data === undefined
    ? withHost(
      before,
      hostEntry(String(ip), String(name), comment === undefined ? undefined : String(comment)),
    )
    : String(data);
  return after === before ? undefined : {
    operation: "POST /nodes/{node}/hosts",
    args: { node, data: after, digest: args.digest ?? current.digest },
  };
}

async function setHosts(context: CallContext, input: Args): Promise<Answer> {
  const request = await hostsRequest(context, input);
  const title = input.data === undefined
    ? `${input.name} is ${input.ip} in /etc/hosts of ${nodeOf(context)}`
    : `/etc/hosts of ${nodeOf(context)} is written`;
  if (!request) return { title, notes: ["It was so already: nothing was changed"] };
  await context.request(request.operation, request.args);
  return { title, texts: [{ label: "/etc/hosts", text: String(request.args.data) }] };
}

export default defineTool({
  name: "proxmox_node_config",
  title: "Node settings",
  description: "Time zone, DNS and /etc/hosts of a node; set_hosts makes name mean ip.",
  parameterDescriptions: {
    data: "whole file",
    search: "domain",
  },
  actions: {
    get_time: read("GET /nodes/{node}/time", { successMessage: "Time of {node}" }),
    set_time: write("PUT /nodes/{node}/time", {
      successMessage: "The time zone of {node} is {timezone}",
    }),
    set_dns: write("PUT /nodes/{node}/dns", {
      params: ["search", "dns1"],
      suppliedByPrepare: ["search"],
      extraParams: { delete: { type: "string", unlisted: true } },
      prepare: keepDns,
      uses: ["GET /nodes/{node}/dns"],
      successMessage: "The DNS settings of {node} are changed",
    }),
    get_hosts: read("GET /nodes/{node}/hosts", { successMessage: "/etc/hosts of {node}" }),
    set_hosts: write("POST /nodes/{node}/hosts", {
      extraParams: {
        ip: { type: "string", format: "ip" },
        name: { type: "string", maxLength: 500 },
        comment: { type: "string", maxLength: 500, unlisted: true },
      },
      params: ["data"],
      run: setHosts,
      requests: async (context, args) => {
        const request = await hostsRequest(context, args);
        return request ? [request] : [];
      },
      uses: ["GET /nodes/{node}/hosts"],
    }),
  },
});
