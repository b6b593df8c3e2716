/**
 * The Perl program that supervises one command on the node: it feeds the command's input, keeps
 * head and tail of its output, and ends all its processes when the time is up or the connection is
 * gone. It is Perl because every Proxmox VE node has Perl (`pct` is
 * written in it), and because nothing has to be installed this way.
 *
 * @module
 */

/**
 * The program.
 *
 * Arguments: seconds the command may run, bytes of input to expect, bytes of head and of tail to
 * keep of each output, vmid, the command for `/bin/sh -c`.
 *
 * What follows the input on stdin is ignored; its end means that nobody waits for the command any
 * more. The container's processes are in the host's process table, so that the group of `pct`
 * (which becomes `lxc-attach`, which starts no session of its own) and the groups of all its
 * descendants can be ended from here: SIGTERM, and after five seconds SIGKILL.
 *
 * Nothing of the host's environment goes into the container. `pct` decodes its arguments by the
 * locale's character set; without the UTF-8 locale it would replace every character beyond ASCII.
 *
 * The last line on stderr is the report (see `report.ts`): how it ended (exit, signal, timeout,
 * gone, no-pct), exit status or signal number, user id, and for stdout and stderr the bytes written
 * and the bytes dropped between head and tail. The program's own exit status is then 0; any other
 * says that it did not come to its end.
 */
export const SUPERVISOR = String.raw`
use strict;
use POSIX qw(:sys_wait_h setsid);
use Fcntl;
my ($limit, $expect, $keep, $vmid, $command) = @ARGV;
my %env = map { $_ => $ENV{$_} } grep { defined $ENV{$_} } qw(PATH HOME USER LOGNAME);
%ENV = (%env, PATH => ($env{PATH} || "/usr/bin:/bin") . ":/usr/local/sbin:/usr/sbin:/sbin");
$ENV{LC_CTYPE} = "C.UTF-8" if $command =~ /[^\x00-\x7f]/;
pipe(my $inr, my $inw); pipe(my $outr, my $outw); pipe(my $errr, my $errw);
pipe(my $failr, my $failw);
my $child = fork();
defined $child or die "fork: $!\n";
if (!$child) {
  setsid();
  open(STDIN, "<&", $inr); open(STDOUT, ">&", $outw); open(STDERR, ">&", $errw);
  no warnings;
  exec { "pct" } "pct", "exec", $vmid, "--", "/bin/sh", "-c", $command;
  syswrite($failw, "$!");
  POSIX::_exit(127);
}
close $_ for $inr, $outw, $errw, $failw;
if (sysread($failr, my $why, 200)) {
  print STDERR $why, "\nproxmox-mcp: no-pct 0 $> 0 0 ", length $why, " 0\n";
  exit 0;
}
fcntl($_, F_SETFL, fcntl($_, F_GETFL, 0) | O_NONBLOCK) for $inw, $outr, $errr;
my ($late, $gone, $status, @groups, $why) = (0, 0);
$SIG{ALRM} = sub { $late = 1 };
$SIG{CHLD} = sub { };
$SIG{PIPE} = "IGNORE";
$SIG{$_} = sub { $gone = 1 } for qw(HUP INT TERM);
alarm $limit;
my @outs = map { { from => $_, head => "", tail => "", dropped => 0 } } $outr, $errr;
sub take {
  my ($o) = @_;
  my $n = sysread($o->{from}, my $data, 65536);
  if (!defined $n) { return 0 }
  if (!$n) { close $o->{from}; undef $o->{from}; return 0 }
  my $room = $keep - length $o->{head};
  $o->{head} .= substr($data, 0, $room, "") if $room > 0;
  $o->{tail} .= $data;
  my $over = length($o->{tail}) - $keep;
  if ($over > 0) { substr($o->{tail}, 0, $over) = ""; $o->{dropped} += $over }
  return 1;
}
sub processes {
  my @all;
  for my $file (glob "/proc/[0-9]*/stat") {
    open(my $f, "<", $file) or next;
    my $line = <$f>;
    push @all, [$1, $2, $3, $4] if defined $line && $line =~ /^(\d+) .*\) (\S) (\d+) (\d+) /s;
  }
  return @all;
}
sub groups {
  my @all = processes();
  my %parent = map { $_->[0] => $_->[2] } @all;
  my %found = ($child => 1);
  for (@all) {
    my ($up, $group) = ($_->[0], $_->[3]);
    $up = $parent{$up} while $up && $up != $child;
    $found{$group} = 1 if $up && $group > 1 && $group != getpgrp();
  }
  return keys %found;
}
sub alive {
  return 0 if !grep { kill 0, -$_ } @groups;
  my %wanted = map { $_ => 1 } @groups;
  return grep { $wanted{$_->[3]} && $_->[1] !~ /[ZX]/ } processes();
}
my $input = "";
my $unread = $expect;
my $open = 1;
while (1) {
  if (!defined $status && waitpid($child, WNOHANG) == $child) { $status = $? }
  if (!$why) {
    last if defined $status;
    if ($late || $gone) {
      $why = $late ? "timeout" : "gone";
      @groups = groups();
      kill("TERM", -$_), kill("CONT", -$_) for @groups;
      $late = 0;
      alarm 5;
    }
  } elsif ($late || !alive()) {
    kill "KILL", -$_ for @groups;
    $status = $? if !defined $status && waitpid($child, 0) == $child;
    last;
  }
  my ($r, $w) = ("", "");
  vec($r, 0, 1) = 1 if $open;
  defined $_->{from} and vec($r, fileno $_->{from}, 1) = 1 for @outs;
  vec($w, fileno $inw, 1) = 1 if defined $inw && length $input;
  if (defined $inw && !$unread && !length $input) { close $inw; undef $inw }
  select(my $rr = $r, my $ww = $w, undef, $why ? 0.05 : 1) > 0 or next;
  if ($open && vec($rr, 0, 1)) {
    my $n = sysread(STDIN, my $data, 65536);
    if ($n) {
      $data = substr($data, 0, $unread);
      $unread -= length $data;
      $input .= $data if defined $inw;
    } elsif (defined $n) { $open = 0; $gone = 1 }
  }
  for (@outs) { take($_) if defined $_->{from} && vec($rr, fileno $_->{from}, 1) }
  if (defined $inw && length $input && vec($ww, fileno $inw, 1)) {
    my $n = syswrite($inw, $input);
    if ($n) { substr($input, 0, $n) = "" }
    elsif (!$!{EAGAIN} && !$!{EINTR}) { close $inw; undef $inw; $input = "" }
  }
}
alarm 0;
for (@outs) { 1 while defined $_->{from} && take($_) }
my @texts = map { $_->{head} . $_->{tail} } @outs;
my ($how, $code) = ($why || "exit", ($status || 0) >> 8);
if (!$why && ($status & 127)) { ($how, $code) = ("signal", $status & 127) }
print STDOUT $texts[0];
close STDOUT;
print STDERR $texts[1], "\nproxmox-mcp: $how $code $> ",
  join(" ", map { length($texts[$_]) . " $outs[$_]{dropped}" } 0, 1), "\n";
`;
