/**
 * Writes a file into a folder of a node: a Perl program there takes the bytes on its standard input
 * and moves them to their place in one step, so that no half of a file is ever seen. No shell sees
 * the name or the bytes as anything but words.
 *
 * @module
 */
import { shellWord } from "./command_line.ts";
import type { SessionEnd } from "./report.ts";
import { FILE_NAME, type FileRequest, MAX_FILE_BYTES, SshError } from "./types.ts";

/**
 * Folders of the system itself, by their real path: whoever may define a storage names any folder,
 * and is not to become root by that. A pattern of Perl.
 */
const SYSTEM_FOLDER = String
  .raw`^/(?!var/lib/vz(?![^/]))(?:bin|boot|dev|etc|home|lib\w*|proc|root|run|sbin|sys|usr|var)?(?![^/])`;

/**
 * Arguments: folder, name, bytes of input, whether a file of that name is replaced, mode. The last
 * line on stdout says how it ended; input that ends early leaves nothing behind.
 */
export const FILE_WRITER = String.raw`
use strict;
use Cwd ();
use Fcntl;
use IO::Handle;
my ($folder, $name, $left, $replaces, $mode) = @ARGV;
my $temporary;
sub done { unlink $temporary if defined $temporary; print STDOUT "\nproxmox-mcp: @_\n"; exit 0 }
$SIG{$_} = sub { done("failed", "the connection ended") } for qw(HUP INT TERM PIPE);
my $real = Cwd::realpath($folder);
done("folder") unless defined $real && -d $real;
done("system", $real) if $real =~ m{${SYSTEM_FOLDER}};
my $path = "$real/$name";
my $begun = "$real/.$name.$$";
umask 022;
sysopen(my $file, $begun, O_WRONLY | O_CREAT | O_EXCL, oct $mode) or done("failed", $!);
$temporary = $begun;
while ($left > 0) {
  my $n = sysread(STDIN, my $data, $left < 65536 ? $left : 65536);
  done("failed", "the text did not arrive in full") unless $n;
  for (my $at = 0; $at < $n;) {
    my $written = syswrite($file, $data, $n - $at, $at);
    done("failed", $!) unless $written;
    $at += $written;
  }
  $left -= $n;
}
$file->sync or done("failed", $!);
close($file) or done("failed", $!);
if (!$replaces) {
  done("ok") if link($temporary, $path);
  # A file system may have no hard links.
  done("exists") if -e $path || -l $path;
}
rename($temporary, $path) or done("failed", $!);
undef $temporary;
done("ok");
`;

const END = /\nproxmox-mcp: (ok|folder|system|exists|failed)(?: ([^\n]*))?\n$/;

/** The line that writes the file. */
export function fileLine({ folder, name, bytes, replaces, executable }: FileRequest): string {
  const args = [
    FILE_WRITER,
    folder,
    name,
    String(bytes.length),
    replaces ? "1" : "",
    executable ? "755" : "644",
  ];
  return `exec perl -e ${args.map(shellWord).join(" ")}`;
}

/**
 * Refuses what is no file of a folder.
 *
 * @throws {SshError} of kind `request`.
 */
export function checkFile({ folder, name, bytes }: FileRequest): void {
  const refuse = (why: string, hint: string): never => {
    throw new SshError("request", `Cannot write the file: ${why}`, hint);
  };
  if (!FILE_NAME.test(name)) {
    refuse(
      `${JSON.stringify(name)} is no plain file name`,
      "Give a name of letters, digits, _, . and -, which starts with none of the last two",
    );
  }
  if (!/^\/[^\0]*$/.test(folder)) {
    refuse(`${JSON.stringify(folder)} is no absolute path`, "Check the storage's path");
  }
  if (bytes.length > MAX_FILE_BYTES) {
    refuse(`it has ${bytes.length} bytes, more than ${MAX_FILE_BYTES}`, "Make it shorter");
  }
}

/** Why the file was not written; undefined when it was, or when no program says so. */
export function fileProblem(
  { stdout }: SessionEnd,
  { folder, name, node }: FileRequest,
  user: string,
): SshError | "no report" | undefined {
  const match = END.exec(new TextDecoder().decode(stdout.subarray(-1000)));
  if (!match) return "no report";
  const [, end, why] = match;
  if (end === "ok") return undefined;
  const path = `${folder}/${name}`;
  const [reason, hint] = {
    folder: [`there is no folder "${folder}"`, "Check that the storage is active on that node"],
    system: [
      `"${why}" is a folder of the system itself`,
      "Keep snippets on a storage with a folder of its own, such as /var/lib/vz or one in /mnt",
    ],
    exists: ["a file of that name is there", "Look at it before writing over it"],
    failed: [`${why} (as "${user}")`, "Nothing of it was left behind"],
  }[end ?? ""] ?? ["", ""];
  return new SshError("file", `Cannot write "${path}" on node "${node}": ${reason}`, hint ?? "");
}
