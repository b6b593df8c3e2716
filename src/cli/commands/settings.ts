/**
 * The settings of a command that works with the cluster.
 *
 * @module
 */
import { type Config, loadConfig, processEnvironment } from "../../config/config.ts";
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
export function startingConfig(demo: boolean, overHttp = false): Config {
  const options = { demo, overHttp, check: checkToolChoice };
  const { config, warnings } = loadConfig(processEnvironment, options);
  setUpLogging(config.logLevel, config.logFormat);
  for (const warning of warnings) log("config").warn(warning);
  return config;
}
