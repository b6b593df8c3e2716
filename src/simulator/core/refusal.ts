/**
 * Refusals in the two forms that PVE's handlers use: a plain `die`, and a complaint per parameter.
 *
 * @module
 */

/** Refusal of a request, worded as PVE words it. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    message: string,
    readonly errors?: Readonly<Record<string, string>>,
  ) {
    super(message);
  }
}

/** A handler's `die`: status 500 with PVE's own words. */
export function failed(message: string): ApiError {
  return new ApiError(500, message);
}

/** Parameters that passed the schema but not the handler: status 400 with a text per parameter. */
export function invalid(errors: Readonly<Record<string, string>>): ApiError {
  return new ApiError(400, "Parameter verification failed.", errors);
}

/** A privilege that is missing, as `/vms/100, VM.PowerMgmt`; PVE does not always say which. */
export function forbidden(what?: string): ApiError {
  return new ApiError(403, `Permission check failed${what === undefined ? "" : ` (${what})`}`);
}

/** Runs `work`; a refusal becomes a failure, with the whole refusal behind a prefix. */
export function prefixed<T>(prefix: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw failed(prefix + wholeText(error));
  }
}

/** Runs `work` as PVE runs what it does under a lock: a refusal becomes a failure of the step. */
export function during<T>(step: string, work: () => T): T {
  return prefixed(`${step}: `, work);
}

function wholeText({ status, message, errors }: ApiError): string {
  const lines = Object.entries(errors ?? {}).map(([name, text]) => `${name}: ${text}`);
  return [status === 500 ? message : `${status} ${message}`, ...lines].join("\n");
}
