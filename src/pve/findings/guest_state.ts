/**
 * Whether the state of a guest allows what a request does with it: its lock, whether it runs, that
 * it is a template, its protection. Sources: PVE::API2::Qemu, PVE::API2::LXC, PVE::AbstractConfig.
 *
 * @module
 */
import { isOn } from "../effects/effect.ts";
import type { Args } from "../encode.ts";
import type { Check, Finding } from "./finding.ts";
import {
  configOf,
  type GuestPlace,
  guestPlaceOf,
  guestWords,
  ofConfig,
  ofStatus,
  statusOf,
} from "./guest_place.ts";

/** What a lock of the guest does not stop. */
const PAST_LOCKS =
  /^\w+ \/(?:firewall|agent|\w+proxy|monitor|sendkey|vncwebsocket|mtunnel\w*|dbus-vmstate|cloudinit|status\/resume)/;

/** What is done with guests that run alone, by type. */
const NEEDS_RUNNING = {
  qemu: /^POST \/(?:status\/(?:suspend|reset|reboot)|agent\b.*|monitor)$/,
  lxc: /^POST \/status\/(?:stop|shutdown|suspend|resume|reboot)$/,
};
/** What is done with guests that are stopped alone, by type. */
const NEEDS_STOPPED = {
  qemu: /^(?:DELETE|POST \/status\/start)$/,
  lxc: /^(?:DELETE|POST \/(?:status\/start|move_volume))$/,
};

function runningFinding(guest: GuestPlace, args: Args, isRunning: boolean): Finding | undefined {
  const { type, does } = guest;
  if (!isRunning && NEEDS_RUNNING[type].test(does)) {
    return ofStatus(guest, "stops it", `${guestWords(guest)} is not running`);
  }
  // A container that runs is stopped first when that is asked for.
  const isForced = type === "lxc" && does === "DELETE" && isOn(args.force);
  if (!isRunning || isForced || !NEEDS_STOPPED[type].test(does)) return undefined;
  return ofStatus(guest, "stops it", `${guestWords(guest)} is running`);
}

/** Whether the guest's lock, and whether it runs, allow it. */
export const guestState: Check = async (request, state) => {
  const guest = guestPlaceOf(request);
  if (!guest) return [];
  const status = await statusOf(guest, state);
  if (!status) {
    const what = `${guestWords(guest)} answers no state on ${guest.place.node}`;
    return [ofStatus(guest, "warns", what)];
  }
  const { lock } = status;
  const isLocked = typeof lock === "string" && lock !== "" && !PAST_LOCKS.test(guest.does);
  const running = runningFinding(guest, request.args, status.status === "running");
  return [
    ...(isLocked
      ? [ofStatus(guest, "stops it", `Locked (${lock}), for as long as that lasts`)]
      : []),
    ...(running ? [running] : []),
  ];
};

/** What a template is not used for. */
const NOT_FOR_TEMPLATES = /^POST \/(?:status\/start|template|snapshot)$/;

/** Whether the configuration allows it: templates, protection, no guest agent. */
export const guestSettings: Check = async (request, state) => {
  const guest = guestPlaceOf(request);
  if (!guest) return [];
  const { does } = guest;
  const isForAgent = /^POST \/agent/.test(does);
  if (!isForAgent && does !== "DELETE" && !NOT_FOR_TEMPLATES.test(does)) return [];
  const config = await configOf(guest, state);
  if (!config) return [];
  const stops = (what: string): Finding => ofConfig(guest, "stops it", what);
  const agent = String(config.agent ?? "0");
  return [
    ...(isOn(config.template) && NOT_FOR_TEMPLATES.test(does) ? [stops("It is a template")] : []),
    ...(isOn(config.protection) && does === "DELETE" ? [stops("Its protection is on")] : []),
    ...(isForAgent && !/^(?:enabled=)?(?:1|yes|on|true)\b/i.test(agent)
      ? [stops("No guest agent is configured")]
      : []),
    ...(does === "POST /template" && config.parent !== undefined
      ? [stops("It has snapshots")]
      : []),
  ];
};
