/**
 * Stand-ins for the commands of a Proxmox VE node, as executables for its PATH.
 *
 * @module
 */

/** What `pct exec` says, with status 255, of containers in which it runs nothing. */
export const REFUSALS: Readonly<Record<number, string>> = {
  102: "container '102' not running!\n",
  103: "Configuration file 'nodes/pve1/lxc/103.conf' does not exist\n",
  104: "Configuration file 'nodes/pve1/lxc/104.conf' does not exist\n",
  105:
    "lxc-attach: 105: ../src/lxc/attach.c: get_attach_context: 405 Connection refused - Failed to get init pid\n" +
    "lxc-attach: 105: ../src/lxc/attach.c: lxc_attach: 1469 Connection refused - Failed to get attach context\n",
  106: "Configuration file 'nodes/pve1/lxc/106.conf' does not exist\n",
  107: "Configuration file 'nodes/pve1/lxc/107.conf' does not exist\n",
  108: "Configuration file 'nodes/pve9/lxc/108.conf' does not exist\n",
  109: "please run as root\n",
};

/** Containers that `pct status` says are stopped; the others run. */
export const STOPPED: readonly number[] = [102, 105];

/** A container in which `pct exec` echoes its arguments as JSON. */
export const ECHOING = 101;
/** A container of which `pct exec` ends by SIGKILL. */
export const KILLED = 110;

/** The text as Perl's single-quoted string. */
function perlString(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}

const PERL_REFUSALS = Object.entries(REFUSALS)
  .map(([vmid, words]) => `${vmid} => ${perlString(words)}`).join(", ");

/**
 * `pct` with these containers, which runs the command in the others. Like the real one it decodes
 * its arguments by the locale's character set, and leaves no process of its own behind.
 */
const PCT = String.raw`#!/usr/bin/perl
use strict;
use POSIX qw(setlocale LC_CTYPE);
use I18N::Langinfo qw(langinfo CODESET);
setlocale(LC_CTYPE, "");
if (langinfo(CODESET) ne "UTF-8") { s/[\x80-\xff]/?/g for @ARGV }
my ($what, $vmid) = @ARGV;
my %refusals = (${PERL_REFUSALS});
if ($what eq "status") { print "status: ", (grep { $vmid == $_ } ${
  STOPPED.join(", ")
}) ? "stopped" : "running", "\n"; exit 0 }
if (my $words = $refusals{$vmid}) { print STDERR $words; exit 255 }
kill(9, $$), sleep 1 if $vmid == ${KILLED};
if ($vmid == ${ECHOING}) {
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
export const GUESTS = [
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
