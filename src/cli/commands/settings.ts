/**
 * The settings of a command that works with the cluster.
 *
 * @module
 */
import { type Configuration, processEnvironment, readConfig } from "../../config/config.ts";
import { ConfigError } from "../../config/config_error.ts";
import { log, setUpLogging } from "../../base/process/log.ts";
import { type ToolChoice, toolChoiceProblems } from "../../tool/toolset.ts";
import { TOOLS } from "../../tools/manifest_gen.ts";

/** What is wrong with the settings that choose among this program's tools. */
export function checkToolChoice(choice: Omit<ToolChoice, "readOnly">): string[] {
  return toolChoiceProblems(TOOLS, choice);
}

/**
 * Reads the environment, and logs from here on as it says.
 *
 * @param demo The embedded Proxmox VE takes the place of the cluster.
 * @param overHttp For a server over HTTP, whose callers may bring tokens of their own.
 * @throws {ConfigError} With all problems at once.
 */
export function startingConfig(demo: boolean, overHttp = false): Configuration {
  const options = { demo, overHttp, check: checkToolChoice };
  const configuration = readConfig(processEnvironment, options);
  const { process, warnings } = configuration;
  setUpLogging(process.logLevel, process.logFormat);
  for (const warning of warnings) log("config").warn(warning);
  if (configuration.clusters.size > 1) {
    throw new ConfigError(["PROXMOX_CLUSTERS: expected one yet"]);
  }
  return configuration;
}
