/**
 * Writes the Homebrew formula: Formula/proxmox-mcp.rb here, with zeros for checksums as there is
 * nothing to download yet, or a released one from the release's checksums.
 *
 * `--sums FILE` (a release's SHA256SUMS) and `--output FILE` go together; `--check` writes
 * nothing and fails when the file here is stale.
 *
 * @module
 */
import { writeOfRelease } from "./generated.ts";
import {
  archive,
  DESCRIPTION,
  PROGRAM,
  releaseUrl,
  REPOSITORY,
  sumOf,
  TARGETS,
} from "./project.ts";

const NO_RELEASE = "0".repeat(64);

function download(id: string, sums: ReadonlyMap<string, string> | undefined): string {
  const target = TARGETS.find((each) => each.id === id);
  if (!target) throw new TypeError(`Cannot find the target "${id}"`);
  const file = archive(target);
  const sum = sums ? sumOf(sums, file) : NO_RELEASE;
  return `      url "${releaseUrl(file)}"\n      sha256 "${sum}"`;
}

/** The formula's text. */
export function formula(sums?: ReadonlyMap<string, string>): string {
  return `# Written by scripts/formula.ts. Do not edit.
class ProxmoxMcp < Formula
  desc "${DESCRIPTION}"
  homepage "${REPOSITORY}"
  license "MIT"

  on_macos do
    on_arm do
${download("macos-arm64", sums)}
    end
    on_intel do
${download("macos-x64", sums)}
    end
  end

  on_linux do
    on_arm do
${download("linux-arm64", sums)}
    end
    on_intel do
${download("linux-x64", sums)}
    end
  end

  def install
    bin.install "${PROGRAM}"
    generate_completions_from_executable(bin/"${PROGRAM}", "completions")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/${PROGRAM} --version")
    initialize_params = {
      protocolVersion: "2025-06-18",
      capabilities:    {},
      clientInfo:      { name: "brew", version: "1" },
    }
    messages = [
      { jsonrpc: "2.0", id: 1, method: "initialize", params: initialize_params },
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: 2, method: "tools/list" },
    ]
    answers = pipe_output("#{bin}/${PROGRAM} --demo", "#{messages.map(&:to_json).join("\\n")}\\n", 0)
    assert_match "proxmox_guest_list", answers
  end
end
`;
}

if (import.meta.main) await writeOfRelease(`Formula/${PROGRAM}.rb`, formula);
