/**
 * What of the conformance suite for MCP 2026-07-28 this server does not meet, and why: the suite
 * asks for all of this, and for nothing else that fails.
 *
 * @module
 */

/** Checks by their scenarios, and why they are not met. */
export interface Unmet {
  readonly reason: string;
  readonly checks: Readonly<Record<string, readonly string[]>>;
}

/** All that is not met. */
export const UNMET: readonly Unmet[] = [
  {
    reason:
      "Asks for tools, prompts and resources that a server has only for the suite, by their " +
      "names: this one has those for Proxmox VE. What they try is tried with these in tests/mcp/",
    checks: {
      "completion-complete": ["completion-complete"],
      "input-required-result-basic-elicitation": ["sep-2322-elicitation-incomplete"],
      "input-required-result-basic-list-roots": ["sep-2322-list-roots-incomplete"],
      "input-required-result-basic-sampling": ["sep-2322-sampling-incomplete"],
      "input-required-result-capability-check": ["sep-2322-respect-client-capabilities"],
      "input-required-result-ignore-extra-params": ["sep-2322-ignore-unexpected-params"],
      "input-required-result-missing-input-response": ["sep-2322-missing-response-rerequests"],
      "input-required-result-multi-round": ["sep-2322-multi-round-r1"],
      "input-required-result-multiple-input-requests": ["sep-2322-multiple-inputs-incomplete"],
      "input-required-result-non-tool-request": ["sep-2322-non-tool-incomplete"],
      "input-required-result-request-state": ["sep-2322-request-state-incomplete"],
      "input-required-result-result-type": ["sep-2322-result-type-included"],
      "input-required-result-tampered-state": ["sep-2322-reject-tampered-state"],
      "json-schema-2020-12": ["json-schema-2020-12-tool-found"],
      "prompts-get-embedded-resource": ["prompts-get-embedded-resource"],
      "prompts-get-simple": ["prompts-get-simple"],
      "prompts-get-with-args": ["prompts-get-with-args"],
      "prompts-get-with-image": ["prompts-get-with-image"],
      "resources-read-binary": ["resources-read-binary"],
      "resources-read-text": ["resources-read-text"],
      "resources-templates-read": ["resources-templates-read"],
      "server-stateless": [
        "sep-2575-http-server-no-independent-requests-on-stream",
        "sep-2575-missing-capability-http-400",
        "sep-2575-server-no-log-without-loglevel",
        "sep-2575-server-rejects-undeclared-capability",
      ],
      "tools-call-audio": ["tools-call-audio"],
      "tools-call-embedded-resource": ["tools-call-embedded-resource"],
      "tools-call-error": ["tools-call-error"],
      "tools-call-image": ["tools-call-image"],
      "tools-call-mixed-content": ["tools-call-mixed-content"],
      "tools-call-simple-text": ["tools-call-simple-text"],
      "tools-call-with-progress": ["tools-call-with-progress"],
    },
  },
  {
    reason: "Tasks are an extension of MCP that this server does not offer: a call waits for the " +
      "task of Proxmox VE itself, for as long as its argument wait says, and names it if it goes on",
    checks: {
      "tasks-capability-negotiation": [
        "sep-2663-server-rejects-undeclared-client",
        "sep-2663-tasks-methods-non-declaring",
        "tasks-extension-advertised",
        "tasks-per-request-meta-opt-in",
      ],
      "tasks-dispatch-and-envelope": [
        "sep-2663-durable-create-strong-consistency",
        "sep-2663-legacy-task-param-ignored",
        "sep-2663-tasks-get-invalid-task-id-32602",
        "tasks-immediate-result-shortcut",
        "tasks-result-type-complete-on-non-task-responses",
        "tasks-server-directed-creation-no-hint",
      ],
      "tasks-lifecycle": [
        "sep-2663-cancel-ack-empty-result",
        "sep-2663-result-type-task-on-create",
        "sep-2663-tasks-get-status-completed",
        "sep-2663-tasks-get-status-failed",
        "sep-2663-tasks-get-status-working",
        "sep-2663-tool-error-uses-completed-status",
        "tasks-cancel-terminal-idempotent-ack",
        "tasks-sync-tool-call",
      ],
      "tasks-mrtr-composition": ["sep-2663-mrtr-synchronous-before-task-creation"],
      "tasks-mrtr-input": [
        "sep-2663-tasks-get-status-input-required",
        "tasks-mrtr-partial-fulfillment",
        "tasks-mrtr-tasks-update-resumes",
      ],
      "tasks-request-headers": [
        "sep-2663-routing-headers-accepted-on-tasks-get",
        "sep-2663-server-rejects-mismatched-mcp-name-on-tasks-get",
        "tasks-headers-tolerate-mcp-method-on-tools-call",
      ],
      "tasks-request-state-removal": ["tasks-request-state-removal-setup"],
      "tasks-required-task-error": ["sep-2663-server-returns-missing-capability-when-required"],
      "tasks-wire-fields": [
        "tasks-no-early-ttl-expiry",
        "tasks-no-related-task-meta-on-inlined-result",
        "tasks-wire-field-renames",
      ],
    },
  },
  {
    reason: "No parameter of a tool is sent as a header: nothing on the way decides by them",
    checks: {
      "http-custom-header-server-validation": [
        "sep-2243-server-decode-base64",
        "sep-2243-server-no-xmcp-tool",
        "sep-2243-server-reject-invalid-param-chars",
        "sep-2243-server-reject-param-mismatch",
        "sep-2243-server-validate-param-match",
      ],
    },
  },
];
