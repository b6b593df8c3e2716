/**
 * Stand-ins for the commands of a Proxmox VE node, as executables for its PATH.
 *
 * @module
 */

/**
 * `pct exec` echoes its arguments as JSON in container 101, runs the command in the others, and
 * fails in PVE's words where the vmid says so. Like the real one it decodes its arguments by the
 * locale's character set, and leaves no process of its own behind.
 */
const PCT = String.raw`#!/usr/bin/perl
use strict;
use POSIX qw(setlocale LC_CTYPE);
use I18N::Langinfo qw(langinfo CODESET);
setlocale(LC_CTYPE, "");
if (langinfo(CODESET) ne "UTF-8") { s/[\x80-\xff]/?/g for @ARGV }
my ($what, $vmid) = @ARGV;
if ($what eq "status") { print $vmid == 102 || $vmid == 105 ? "status: stopped\n" : "status: running\n"; exit 0 }
sub fail { print STDERR @_; exit 255 }
sub gone { fail("Configuration file 'nodes/$_[0]/lxc/$vmid.conf' does not exist\n") }
fail("container '$vmid' not running!\n") if $vmid == 102;
fail("lxc-attach: $vmid: ../src/lxc/attach.c: get_attach_context: 405 Connection refused - Failed to get init pid\n",
  "lxc-attach: $vmid: ../src/lxc/attach.c: lxc_attach: 1469 Connection refused - Failed to get attach context\n") if $vmid == 105;
gone("pve1") if $vmid >= 103 && $vmid <= 107;
gone("pve9") if $vmid == 108;
fail("please run as root\n") if $vmid == 109;
kill(9, $$), sleep 1 if $vmid == 110;
if ($vmid == 101) {
  my @texts = map {
    my $text = $_;
    $text =~ s/([\x00-\x1f"\\\x7f])/sprintf("\\u%04x", ord $1)/ge;
    qq("$text");
  } @ARGV;
  print "[", join(",", @texts), "]";
  exit 0;
}
splice @ARGV, 0, 3;
exec @ARGV;
`;

/** Where the guests are, as `pvesh get /cluster/resources` says; 103 is in no list. */
const GUESTS = [
  { vmid: 100, type: "lxc", node: "pve1", status: "running" },
  { vmid: 104, type: "qemu", node: "pve1", status: "running" },
  { vmid: 106, type: "lxc", node: "pve2", status: "running" },
  { vmid: 107, type: "lxc", node: "pve1", status: "running" },
];

const PVESH = `#!/bin/sh
echo '${JSON.stringify(GUESTS)}'
`;

/** Writes the stand-ins into a directory. */
export async function writeStandIns(directory: string): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  await Deno.writeTextFile(`${directory}/pct`, PCT, { mode: 0o755 });
  await Deno.writeTextFile(`${directory}/pvesh`, PVESH, { mode: 0o755 });
}
