#!/bin/sh
# Installs the proxmox-mcp binary for the current user, and removes it again.
#
#   curl -fsSL https://raw.githubusercontent.com/proxmox-mcp/proxmox-mcp/main/install.sh | sh
#
# Everything happens inside a function that the last line calls, so that a script cut off on its
# way here does nothing; the braces there make even half of that line an error.
set -eu

usage() {
  cat <<'END'
Installs proxmox-mcp, an MCP server for Proxmox VE.

Usage: install.sh [--dry-run | --uninstall | --help]
       curl -fsSL .../install.sh | VERSION=0.1.0 sh -s -- --dry-run

Options:
  --dry-run    Say what would be done, change and download nothing
  --uninstall  Remove the installed binary
  --help       Show this text

Environment:
  VERSION      Release to install, such as 0.1.0 (default: the latest)
  PREFIX       Where bin/proxmox-mcp goes (default: $HOME/.local)
  BASE_URL     Where releases are downloaded from (default: the project's GitHub releases)
  ALLOW_PLAIN_BASE_URL=1
               Accept a BASE_URL that is neither https nor on this machine
  SKIP_PROVENANCE=1
               Do not ask "gh", where it is installed, who built the archive

Exit codes: 0 done, 1 not done, 2 wrong usage
END
}

say() {
  printf '%s\n' "$*"
}

fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

has() {
  command -v "$1" >/dev/null 2>&1
}

# is_local AUTHORITY: it is this machine by name, with a port or without; nothing else stands in it.
is_local() {
  host=$1
  case ${1##*:} in
    '' | *[!0-9]*) ;;
    *) host=${1%:*} ;;
  esac
  case $host in
    127.0.0.1 | localhost | '[::1]') return 0 ;;
    *) return 1 ;;
  esac
}

check_base_url() {
  case $1 in
    *://*) ;;
    *) fail "BASE_URL \"$1\" is not a URL" ;;
  esac
  [ "${ALLOW_PLAIN_BASE_URL:-}" != 1 ] || return 0
  rest=${1#*://}
  authority=${rest%%/*}
  # A user (before an @), a backslash or an escape makes a host look like another one.
  case $authority in
    '' | *[!]0-9A-Za-z.:[-]*) fail "BASE_URL \"$1\" names no plain host: it may have a port, no user" ;;
  esac
  case $rest in
    *[!]0-9A-Za-z._~%+:@/[-]*) fail "BASE_URL \"$1\" has a character that no address of releases has" ;;
  esac
  case $1 in
    https://*) return 0 ;;
    http://*) ! is_local "$authority" || return 0 ;;
  esac
  fail "BASE_URL \"$1\" is not https; set ALLOW_PLAIN_BASE_URL=1 to use it all the same"
}

check_version() {
  case $1 in
    latest) return 0 ;;
    *[!0-9A-Za-z.+-]*) ;; # grep would look at each line of several.
    *)
      identifiers='[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*'
      ! say "$1" | grep -Eqx "[0-9]+\\.[0-9]+\\.[0-9]+(-$identifiers)?(\\+$identifiers)?" || return 0
      ;;
  esac
  fail "VERSION \"$1\" is not a version such as 0.1.0"
}

is_musl() {
  if has ldd; then
    ldd --version 2>&1 | grep -qi musl
  else
    [ ! -e /lib64/ld-linux-x86-64.so.2 ] && [ ! -e /lib/ld-linux-aarch64.so.1 ]
  fi
}

# Prints the name that releases use for this machine, such as linux-x64.
detect_target() {
  system=$(uname -s)
  machine=$(uname -m)
  case $system in
    Linux)
      os=linux
      ! is_musl || fail "This system uses musl (Alpine Linux, for one), which the binaries do not" \
        "support; use a glibc container, or run the program with Deno: see the README"
      ;;
    Darwin)
      os=macos
      # A shell under Rosetta says x86_64 on Apple silicon.
      [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || say 0)" = 0 ] || machine=arm64
      ;;
    MINGW* | MSYS* | CYGWIN* | Windows_NT)
      fail "Windows is not installed by this script; unpack proxmox-mcp-windows-x64.zip or" \
        "proxmox-mcp-windows-arm64.zip from $base_url"
      ;;
    *) fail "No binary is built for \"$system\"; run the program with Deno: see the README" ;;
  esac
  case $machine in
    x86_64 | amd64) say "$os-x64" ;;
    aarch64 | arm64) say "$os-arm64" ;;
    *) fail "No binary is built for \"$machine\" processors; linux and macOS need x64 or arm64" ;;
  esac
}

choose_tools() {
  if has curl; then
    downloader=curl
  elif has wget; then
    downloader=wget
  else
    fail "Neither curl nor wget is installed; install one of them and run this again"
  fi
  if has sha256sum; then
    hasher=sha256sum
  elif has shasum; then
    hasher=shasum
  else
    fail "Neither sha256sum nor shasum is installed; without one the download cannot be checked"
  fi
  for tool in tar gzip; do
    has "$tool" || fail "\"$tool\" is not installed; install it and run this again"
  done
}

# download URL FILE
download() {
  url=$1
  file=$2
  set --
  case $url in
    https://*) set -- --proto '=https' --tlsv1.2 ;;
  esac
  case $downloader in
    curl) curl -fsSL --retry 2 --connect-timeout 20 "$@" -o "$file" "$url" ;;
    wget) wget -q -O "$file" "$url" ;;
  esac || fail "Cannot download $url; check the network and that this version exists"
}

hash_of() {
  case $hasher in
    sha256sum) sha256sum <"$1" ;;
    shasum) shasum -a 256 <"$1" ;;
  esac | cut -d ' ' -f 1
}

# verify SUMS FILE: the checksum that SUMS states for FILE's name is the file's own.
verify() {
  name=${2##*/}
  expected=
  while read -r sum entry; do
    if [ "${entry#\*}" = "$name" ]; then expected=$sum; fi
  done <"$1"
  [ -n "$expected" ] || fail "SHA256SUMS does not mention \"$name\"; nothing was installed"
  actual=$(hash_of "$2")
  [ "$actual" = "$expected" ] ||
    fail "The checksum of \"$name\" is $actual, not $expected; nothing was installed"
}

# check_provenance FILE: GitHub attests that the project's release workflow built it.
check_provenance() {
  if [ "${SKIP_PROVENANCE:-}" = 1 ]; then
    say "Provenance not checked: SKIP_PROVENANCE is set"
  elif ! has gh; then
    say "Provenance not checked: GitHub's \"gh\" is not installed; the checksum is right"
  elif gh attestation verify "$1" --repo "$repository" \
    --signer-workflow "$repository/.github/workflows/release.yml" </dev/null >&2; then
    say "Provenance checked: built by the release workflow of $repository"
  else
    fail "\"gh attestation verify\" does not confirm that $repository built \"${1##*/}\": see its words" \
      "above; nothing was installed. If gh is too old or not logged in (gh auth login), mend that," \
      "or set SKIP_PROVENANCE=1 to rely on the checksum alone"
  fi
}

json_string() {
  printf '%s' "$1" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g'
}

print_next_steps() {
  command_json=$(json_string "$1")
  cat <<END

Paste this into your MCP client's configuration, with your own values:

{
  "mcpServers": {
    "proxmox": {
      "command": "$command_json",
      "env": {
        "PROXMOX_HOST": "pve.example.com",
        "PROXMOX_USER": "root@pam",
        "PROXMOX_TOKEN_NAME": "mcp",
        "PROXMOX_TOKEN_VALUE": "00000000-0000-0000-0000-000000000000"
      }
    }
  }
}

"$1" doctor checks these settings; with "args": ["--demo"] no cluster is needed.
END
  case ":${PATH:-}:" in
    *":${1%/*}:"*) ;;
    *) say "Note: ${1%/*} is not on your PATH; add it to call proxmox-mcp by name." ;;
  esac
}

uninstall() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then
    say "Nothing to remove: $1 does not exist"
  elif [ "$dry_run" = 1 ]; then
    say "Would remove $1"
  else
    rm -f "$1" || fail "Cannot remove $1"
    say "Removed $1; remove \"proxmox\" from your MCP client's configuration as well"
  fi
}

install_binary() {
  choose_tools
  target=$(detect_target)
  archive=proxmox-mcp-$target.tar.gz
  if [ "$version" = latest ]; then
    from=$base_url/latest/download
  else
    from=$base_url/download/v$version
  fi
  if [ "$dry_run" = 1 ]; then
    say "Would download $from/$archive and $from/SHA256SUMS"
    say "Would check the archive's SHA-256, with gh its provenance, and install $1"
    return
  fi

  [ ! -d "$1" ] || fail "$1 is a folder; remove it, or set PREFIX to another place"
  bin_dir=${1%/*}
  work=$(mktemp -d)
  staged=
  trap 'rm -rf "$work" ${staged:+"$staged"}' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  say "Downloading $from/$archive"
  download "$from/SHA256SUMS" "$work/SHA256SUMS"
  download "$from/$archive" "$work/$archive"
  verify "$work/SHA256SUMS" "$work/$archive"
  check_provenance "$work/$archive"
  tar -xzf "$work/$archive" -C "$work" proxmox-mcp || fail "Cannot unpack $archive"

  mkdir -p "$bin_dir" || fail "Cannot create $bin_dir; set PREFIX to a folder you may write to"
  staged=$(mktemp "$bin_dir/.proxmox-mcp.XXXXXX") ||
    fail "Cannot write to $bin_dir; set PREFIX to a folder you may write to"
  cat "$work/proxmox-mcp" >"$staged"
  chmod 755 "$staged"
  installed=$("$staged" --version </dev/null) ||
    fail "The binary for $target does not run on this system; nothing was installed"
  mv -f "$staged" "$1" || fail "Cannot replace $1"
  staged=
  say "Installed $1"
  say "$installed"
  print_next_steps "$1"
}

main() {
  repository=proxmox-mcp/proxmox-mcp
  base_url=${BASE_URL:-https://github.com/proxmox-mcp/proxmox-mcp/releases}
  base_url=${base_url%/}
  version=${VERSION:-latest}
  case $version in
    v[0-9]*) version=${version#v} ;;
  esac
  dry_run=0
  action=install_binary
  for argument in "$@"; do
    case $argument in
      --help | -h)
        usage
        return
        ;;
      --dry-run) dry_run=1 ;;
      --uninstall) action=uninstall ;;
      *)
        printf 'install.sh: Unknown argument "%s"\n\n' "$argument" >&2
        usage >&2
        exit 2
        ;;
    esac
  done
  [ -n "${PREFIX:-}" ] || [ -n "${HOME:-}" ] || fail "HOME is not set; set PREFIX instead"
  check_version "$version"
  check_base_url "$base_url"
  prefix=${PREFIX:-$HOME/.local}
  case $prefix in
    /*) ;;
    *) fail "PREFIX \"$prefix\" is not an absolute path" ;;
  esac
  "$action" "${prefix%/}/bin/proxmox-mcp"
}

{ main "$@"; }
