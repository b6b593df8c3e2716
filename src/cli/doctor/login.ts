/**
 * Checks the login with a password, and says what it opens.
 *
 * @module
 */
import type { Config } from "../../config/config.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import type { PveClient } from "../../pve/client.ts";
import { LoginError } from "../../pve/login/login_error.ts";
import type { Finding } from "./finding.ts";

const ROOT = "root@pam";

/** What the login opens, by the settings. */
function opens(user: string, { tokenName, allowElevated }: Config): string {
  const place = tokenName === undefined ? "in place of a token" : "beside the token";
  if (!allowElevated) {
    return `${place}; it does nothing that no token may while PROXMOX_ALLOW_ELEVATED is not true`;
  }
  const what = user === ROOT ? "what no API token may" : "passwords and second factors";
  return `${place}; it does ${what}, each time after a question`;
}

/** Whether the login of the settings succeeds. It is tried once. */
export async function loginFinding(pve: PveClient, config: Config): Promise<Finding> {
  const check = "Login";
  const user = pve.loginUser ?? "";
  try {
    await pve.request("GET /version", {}, { byLogin: true });
  } catch (error) {
    const fix = error instanceof LoginError ? { fix: error.hint } : {};
    return { check, status: "fail", text: errorMessage(error), ...fix };
  }
  const text = `"${user}" logs in with its password, ${opens(user, config)}`;
  if (user === ROOT || config.tokenName === undefined) return { check, status: "ok", text };
  return {
    check,
    status: "warn",
    text,
    fix: "Most of what no token may is for root@pam alone: leave PROXMOX_LOGIN_USER out for it",
  };
}
