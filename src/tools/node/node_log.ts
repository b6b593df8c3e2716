import type { Answer } from "../../tool/answer.ts";
import type { Args } from "../../pve/encode.ts";
import { nodeOf, type ReadContext } from "../../tool/context.ts";
import { defineTool, type ExtraParam, read } from "../../tool/define.ts";
import { DEFAULT_LINES, linesAnswer, type LogLines, newestLines, readLog } from "./_log.ts";
import { epochOf, localTimeOf, twoDaysAgo } from "./_time.ts";

const MOMENT: ExtraParam = { type: "string", maxLength: 40 };
const LIMIT: ExtraParam = { type: "integer", minimum: 1, maximum: 5000 };

async function syslogAnswer(context: ReadContext, args: Args): Promise<Answer> {
  const { start, limit, service } = args;
  const title = `System log of ${nodeOf(context)}`;
  const since = await localTimeOf(context, "since", args.since);
  const until = await localTimeOf(context, "until", args.until);
  const from = (begin: string | undefined): Promise<LogLines> =>
    readLog(
      (page) =>
        context.request("GET /nodes/{node}/syslog", {
          node: nodeOf(context),
          service,
          since: begin,
          until,
          ...page,
        }),
      { start, limit },
    );
  if (since === undefined && until === undefined && start === undefined) {
    // PVE counts all lines of the log to find the last ones; those of some days are soon counted.
    const { lines } = await from(twoDaysAgo(context));
    if (lines.length === Number(limit ?? DEFAULT_LINES)) return newestLines(lines, title);
  }
  return linesAnswer(await from(since), title);
}

/** The journal reader puts a cursor before and after the lines. */
function isCursor(line: string): boolean {
  return /^s=[^;\s]+;i=[0-9a-f]+(;\S*)?$/.test(line);
}

async function journalAnswer(context: ReadContext, args: Args): Promise<Answer> {
  const limit = Number(args.limit ?? DEFAULT_LINES);
  const since = await epochOf(context, "since", args.since);
  const until = await epochOf(context, "until", args.until);
  const answer = await context.request("GET /nodes/{node}/journal", {
    ...args,
    node: nodeOf(context),
    since,
    until,
    // The reader takes a number of last lines or a beginning, not both.
    lastentries: since === undefined ? limit : undefined,
    limit: undefined,
  });
  const all = ((answer.data ?? []) as readonly unknown[]).map((line) =>
    typeof line === "string" ? line : JSON.stringify(line)
  ).filter((line) => !isCursor(line));
  return newestLines(all.slice(-limit), `Journal of ${nodeOf(context)}`);
}

export default defineTool({
  name: "proxmox_node_log",
  title: "Node logs",
  description: "System log or systemd journal of a node, newest lines.",
  parameterDescriptions: {
    since: "2h or 2026-01-15 09:30",
    service: "systemd unit",
  },
  actions: {
    syslog: read("GET /nodes/{node}/syslog", {
      extraParams: { since: MOMENT, until: MOMENT, limit: LIMIT },
      params: ["service"],
      run: syslogAnswer,
      uses: ["GET /nodes/{node}/time"],
    }),
    journal: read("GET /nodes/{node}/journal", {
      extraParams: { since: MOMENT, until: MOMENT, limit: LIMIT },
      params: ["service"],
      run: journalAnswer,
      uses: ["GET /nodes/{node}/time"],
    }),
  },
});
