/**
 * What a call is about to do, as a person and the audit log are told it.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import type { PendingAction } from "../guard/question.ts";
import { GATEWAY } from "../tool/gateway_names.ts";
import type { RunningCall } from "./make_context.ts";
import type { ResolvedTarget } from "./resolve.ts";
import { callLabel } from "./respond.ts";

/** What a call is about to do. */
export function pendingActionOf(
  { services, registered: { tool }, parsed, secrets }: RunningCall,
  target: ResolvedTarget,
): PendingAction {
  const { actionName, args, options, named } = parsed;
  const throughGateway = tool.name === GATEWAY.call;
  return {
    call: throughGateway ? `${tool.name} ${tool.title}` : callLabel(tool, actionName),
    tool: tool.name,
    action: throughGateway ? tool.title : actionName,
    args,
    mask: (each) => secrets.maskArguments(each),
    redact: (text) => secrets.redactText(text),
    ...defined({
      cluster: services.config.cluster,
      guest: target.guest,
      named,
      node: target.node,
      contradiction: target.contradiction,
      code: options.confirm,
    }),
  };
}
