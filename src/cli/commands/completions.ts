/**
 * `completions`: prints a script that completes this program's command line in a shell, made from
 * the commands' own definitions.
 *
 * @module
 */
import { writeOut } from "../../base/process/console.ts";
import { lookup } from "../../base/lookup.ts";
import { GATEWAY } from "../../tool/gateway_names.ts";
import { TOOLS } from "../../tools/manifest_gen.ts";
import { CLIENTS } from "./client_configs.ts";
import {
  type Command,
  type CommandTable,
  defineCommand,
  EXIT,
  type PositionalKind,
  UsageError,
} from "./command.ts";

/** What can be completed after one command. */
interface Completion {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly { readonly name: string; readonly description: string }[];
  /** Values of the first positional. */
  readonly positionals: readonly string[];
}

const SHELLS = ["bash", "zsh", "fish"] as const;

const CANDIDATES: Readonly<Record<PositionalKind, () => readonly string[]>> = {
  tool: () => [...TOOLS.map(({ tool }) => tool.name), ...Object.values(GATEWAY)],
  client: () => Object.keys(CLIENTS),
  shell: () => SHELLS,
  audit: () => ["verify", "rotate"],
};

function completionOf(name: string, summary: string, { spec }: Command): Completion {
  const options = Object.entries(spec.options).map(([option, { description }]) => ({
    name: `--${option}`,
    description,
  }));
  return {
    name,
    summary,
    options: [...options, { name: "--help", description: "Print help" }],
    positionals: spec.firstPositional === undefined ? [] : CANDIDATES[spec.firstPositional](),
  };
}

async function completions(commands: CommandTable): Promise<Completion[]> {
  const entries = Object.entries(commands);
  return await Promise.all(
    entries.map(async ([name, entry]) => completionOf(name, entry.summary, await entry.load())),
  );
}

const TOP_OPTIONS = ["--version", "--help"];

function bash(all: readonly Completion[]): string {
  const cases = all.map(({ name, options, positionals }) => {
    const optionNames = options.map((option) => option.name).join(" ");
    return [
      `    ${name})`,
      `      options="${optionNames}"`,
      ...(positionals.length > 0 ? [`      words="${positionals.join(" ")}"`] : []),
      "      ;;",
    ].join("\n");
  });
  return `# proxmox-mcp completions for bash
_proxmox_mcp() {
  local current="\${COMP_WORDS[COMP_CWORD]}" options="" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${all.map(({ name }) => name).join(" ")}"
    options="${TOP_OPTIONS.join(" ")}"
  else
    case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
    esac
    [ "$COMP_CWORD" -eq 2 ] || words=""
  fi
  case "$current" in
    -*) words="$options" ;;
  esac
  # shellcheck disable=SC2207 # No word has white space, and bash 3 has no mapfile.
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _proxmox_mcp proxmox-mcp`;
}

/** Text in single quotes, for zsh. */
function zshQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Text in single quotes, for fish. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}

function zsh(all: readonly Completion[]): string {
  const described = (name: string, description: string): string =>
    zshQuoted(`${name}:${description.replaceAll(":", " -")}`);
  const cases = all.map(({ name, options, positionals }) =>
    [
      `    ${name})`,
      `      options=(${options.map((each) => described(each.name, each.description)).join(" ")})`,
      ...(positionals.length > 0 ? [`      words_of=(${positionals.join(" ")})`] : []),
      "      ;;",
    ].join("\n")
  );
  return `#compdef proxmox-mcp
# proxmox-mcp completions for zsh
_proxmox_mcp() {
  local -a commands options words_of
  commands=(${all.map(({ name, summary }) => described(name, summary)).join(" ")})
  if (( CURRENT == 2 )); then
    _describe command commands
    compadd -- ${TOP_OPTIONS.join(" ")}
    return
  fi
  case $words[2] in
${cases.join("\n")}
  esac
  if [[ $words[CURRENT] == -* ]]; then
    _describe option options
  elif (( CURRENT == 3 )); then
    compadd -- $words_of
  fi
}
if [ "$funcstack[1]" = "_proxmox_mcp" ]; then
  _proxmox_mcp "$@"
else
  compdef _proxmox_mcp proxmox-mcp
fi`;
}

function fish(all: readonly Completion[]): string {
  const names = all.map(({ name }) => name).join(" ");
  const base = "complete -c proxmox-mcp";
  const noCommand = `-n 'not __fish_seen_subcommand_from ${names}'`;
  const lines = all.flatMap(({ name, summary, options, positionals }) => {
    const afterCommand = `-n '__fish_seen_subcommand_from ${name}'`;
    return [
      `${base} ${noCommand} -a ${name} -d ${fishQuoted(summary)}`,
      ...options.map((each) =>
        `${base} ${afterCommand} -l ${each.name.slice(2)} -d ${fishQuoted(each.description)}`
      ),
      ...(positionals.length > 0
        ? [
          `${base} -n '__fish_seen_subcommand_from ${name}; and test (count (commandline -opc)) -eq 2' -a ${
            fishQuoted(positionals.join(" "))
          }`,
        ]
        : []),
    ];
  });
  return [
    "# proxmox-mcp completions for fish",
    `${base} -f`,
    ...TOP_OPTIONS.map((option) => `${base} ${noCommand} -l ${option.slice(2)}`),
    ...lines,
  ].join("\n");
}

const SCRIPTS: Readonly<Record<string, (all: readonly Completion[]) => string>> = {
  bash,
  zsh,
  fish,
};

/** `completions SHELL`, for a program with these commands. */
export function completionsCommand(commands: CommandTable): Command {
  return defineCommand({
    usage: "completions SHELL",
    about: `Prints completions of this command line for ${SHELLS.join(", ")}.`,
    options: {},
    positionals: [1, 1],
    firstPositional: "shell",
    examples: [
      "source <(proxmox-mcp completions bash)",
      "proxmox-mcp completions fish > ~/.config/fish/completions/proxmox-mcp.fish",
    ],
    run: async (_options, [shell = ""]) => {
      const script = lookup(SCRIPTS, shell);
      if (!script) {
        throw new UsageError(`There are no completions for "${shell}", but ${SHELLS.join(", ")}`);
      }
      writeOut(script(await completions(commands)));
      return EXIT.ok;
    },
  });
}
