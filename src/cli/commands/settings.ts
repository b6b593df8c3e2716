/**
 * The settings of a command that works with the cluster.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import {
  type ConfigOptions,
  type Configuration,
  processEnvironment,
  readConfig,
} from "../../config/config.ts";
import { log, setUpLogging } from "../../base/process/log.ts";
import { type ToolChoice, toolChoiceProblems } from "../../tool/toolset.ts";
import { OUTLINES } from "../../tools/outlines_gen.ts";

/** What is wrong with the settings that choose among this program's tools. */
export function checkToolChoice(choice: Omit<ToolChoice, "readOnly">): string[] {
  return toolChoiceProblems(OUTLINES, choice);
}

/** What is wrong with settings that `readConfig` alone does not know enough to judge. */
type SettingsCheck = NonNullable<ConfigOptions["check"]>;

/** The check for a server over HTTP; stdio does not wait for its code. */
export async function httpCheck(): Promise<SettingsCheck> {
  const { oidcProblems } = await import("../../config/oidc_checks.ts");
  return (values, clusters) => [
    ...checkToolChoice(values),
    ...oidcProblems(values, processEnvironment, clusters),
  ];
}

/**
 * Reads the environment, and logs from here on as it says.
 *
 * @param demo The embedded Proxmox VE takes the place of the cluster.
 * @param overHttp For a server over HTTP, whose callers may bring tokens of their own.
 * @param check Finds what else is wrong with the settings.
 * @throws {ConfigError} With all problems at once.
 */
export function startingConfig(
  demo: ConfigOptions["demo"],
  overHttp = false,
  check: SettingsCheck = checkToolChoice,
): Configuration {
  const options = { ...defined({ demo }), overHttp, check };
  const configuration = readConfig(processEnvironment, options);
  const { process, warnings } = configuration;
  setUpLogging(process.logLevel, process.logFormat);
  for (const warning of warnings) log("config").warn(warning);
  return configuration;
}
