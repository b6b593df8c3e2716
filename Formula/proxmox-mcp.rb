# Written by scripts/formula.ts. Do not edit.
class ProxmoxMcp < Formula
  desc "MCP server for Proxmox VE: guests, nodes, storage, networks, access, backups"
  homepage "https://github.com/proxmox-mcp/proxmox-mcp"
  license "MIT"

  on_macos do
    on_arm do
      url "https://github.com/proxmox-mcp/proxmox-mcp/releases/download/v0.1.0/proxmox-mcp-macos-arm64.tar.gz"
      sha256 "0000000000000000000000000000000000000000000000000000000000000000"
    end
    on_intel do
      url "https://github.com/proxmox-mcp/proxmox-mcp/releases/download/v0.1.0/proxmox-mcp-macos-x64.tar.gz"
      sha256 "0000000000000000000000000000000000000000000000000000000000000000"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/proxmox-mcp/proxmox-mcp/releases/download/v0.1.0/proxmox-mcp-linux-arm64.tar.gz"
      sha256 "0000000000000000000000000000000000000000000000000000000000000000"
    end
    on_intel do
      url "https://github.com/proxmox-mcp/proxmox-mcp/releases/download/v0.1.0/proxmox-mcp-linux-x64.tar.gz"
      sha256 "0000000000000000000000000000000000000000000000000000000000000000"
    end
  end

  def install
    bin.install "proxmox-mcp"
    generate_completions_from_executable(bin/"proxmox-mcp", "completions")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/proxmox-mcp --version")
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
    answers = pipe_output("#{bin}/proxmox-mcp --demo", "#{messages.map(&:to_json).join("\n")}\n", 0)
    assert_match "proxmox_guest_list", answers
  end
end
