/**
 * Plays a recorded session to the embedded Proxmox VE, and tells what is answered otherwise.
 *
 * @module
 */
import type { Answer, Form, TestClient } from "../client.ts";
import { compareData, compareLines, type Differences, isTextAlike } from "./alike.ts";
import { bareCluster } from "./bare_cluster.ts";
import { filled, patternOf, type RecordedRead, type Step } from "./recording.ts";
import { FOUND, LIMITED_TOKEN, SET, UNRECORDED } from "./unrecorded.ts";

/** Areas that go on from each other. */
const CHAIN = ["vm-create", "vm-destroy"] as const;
/** Between two requests of the recorder, which looked at a task every second or so. */
const PAUSE_SECONDS = 1.2;
/** What the placeholder of a password stands for. */
const PASSWORD = "a-secret-1";
const FINGERPRINT = Array(32).fill("AB").join(":");
const ROOT_TOKEN = "PVEAPIToken=root@pam!walk=walk";
const ADDRESS_OF_UPID = "UPID:pve1:00000001:00000001:65000000";

/** True when a step begins with a cluster of its own. */
function isFirst(steps: readonly Step[], index: number): boolean {
  const area = steps[index]?.area;
  if (area === steps[index - 1]?.area) return false;
  const areas = [...new Set(steps.map((step) => step.area))];
  const at = areas.indexOf(area ?? "");
  return at <= areas.indexOf(CHAIN[0]) || at > areas.indexOf(CHAIN[1]);
}

/** Seconds that had passed before a request, as its note says. */
function secondsBefore({ note = "" }: Step): number {
  if (/half a minute later/.test(note)) return 30;
  return Number(/^(?:some )?(\d+) s (?:after|later)/.exec(note)?.[1] ?? PAUSE_SECONDS);
}

/** One run of the recording. */
class Replay {
  /** UPIDs by type and id, the newest last. */
  readonly #tasks = new Map<string, string>();
  readonly #client: TestClient;
  #powerOn: () => void = () => {};

  constructor(client: TestClient) {
    this.#client = client;
  }

  /** Does what was done before, and must succeed. */
  async prepare(request: string, form: Form): Promise<void> {
    this.#client.authorization = ROOT_TOKEN;
    const data = await this.#client.data<unknown>(request, form);
    if (typeof data === "string" && data.startsWith("UPID:")) await this.#client.finish(data);
  }

  /** Lets time pass until lists know what was made, and takes the power from a node. */
  settle(area: string): void {
    this.#client.clock.advance(60_000);
    // A backup with so small a bandwidth does not come to its end.
    if (area === "tasks") {
      this.#client.simulator.faults.add({ kind: "task-endless", type: "vzdump" });
    }
    if (area === "node-down") {
      this.#powerOn = this.#client.simulator.faults.add({ kind: "node-offline", node: "pve2" });
    }
  }

  async play(step: Step): Promise<Differences> {
    this.#client.clock.advance(secondsBefore(step) * 1000);
    if (step.note === "back") this.#powerOn();
    SET[step.n]?.(this.#client.simulator.cluster.guests);
    this.#forget(step);
    const found: Differences = [];
    const answer = await this.#ask(step);
    this.#compare(step, answer, found);
    if (step.task) await this.#compareTask(step.task, answer, found);
    for (const read of step.after ?? []) await this.#compareRead(read, found);
    return found;
  }

  #compare(step: Step, answer: Answer, found: Differences): void {
    if (answer.status !== step.status) {
      const words = answer.message ?? answer.reason;
      const errors = answer.errors ? ` ${JSON.stringify(answer.errors)}` : "";
      const real = step.status === 200 ? "" : ` ${step.message ?? step.reason}`;
      found.push(`status ${step.status}${real}, own ${answer.status} ${words}${errors}`);
      return;
    }
    if (step.status === 200) {
      if ("data" in step) {
        compareAnswer(step, answer.data, "data", found);
      }
      return;
    }
    if (!isTextAlike(step.reason.trimEnd(), answer.reason.trimEnd())) {
      found.push(`reason ${step.reason}, own ${answer.reason}`);
    } else if (step.message !== undefined && !isTextAlike(step.message, answer.message)) {
      found.push(`message ${step.message}, own ${answer.message}`);
    }
    compareData(step.errors ?? null, answer.errors ?? null, "errors", false, found);
  }

  async #compareTask(
    task: NonNullable<Step["task"]>,
    answer: Answer,
    found: Differences,
  ): Promise<void> {
    const upid = String(answer.data);
    if (!upid.startsWith("UPID:")) return;
    const before = this.#client.authorization;
    this.#client.authorization = ROOT_TOKEN;
    const exit = await this.#client.finish(upid);
    if (!isTextAlike(task.exitstatus, exit)) found.push(`exit ${task.exitstatus}, own ${exit}`);
    compareLines(task.log, await this.#client.log(upid), "log", found);
    this.#client.authorization = before;
  }

  async #compareRead(read: RecordedRead, found: Differences): Promise<void> {
    // Tasks that a task started.
    for (
      let waited = 0;
      waited < 10 && this.#client.simulator.cluster.tasks.running > 0;
      waited++
    ) {
      this.#client.clock.advance(1_000);
      this.#client.simulator.cluster.tasks.settle();
    }
    const [path = "", query = ""] = this.#fill(read.get).split("?");
    this.#client.authorization = ROOT_TOKEN;
    const answer = await this.#client.ask(
      `GET ${path}`,
      Object.fromEntries(new URLSearchParams(query)),
    );
    if (answer.status !== read.status) {
      found.push(`${read.get}: status ${read.status}, own ${answer.status} ${answer.reason}`);
      return;
    }
    if (read.status !== 200) {
      if (read.message !== undefined && !isTextAlike(read.message, answer.message)) {
        found.push(`${read.get}: ${read.message}, own ${answer.message}`);
      }
      return;
    }
    compareAnswer(read, answer.data, read.get, found);
  }

  async #ask(step: Step): Promise<Answer> {
    // The recorder's password was a short one where a short one was refused.
    const isShort = /short|at least/.test(`${step.note} ${step.errors?.password}`);
    const password = isShort ? "abc" : PASSWORD;
    const fill = (text: string): string => this.#fill(text, password);
    const [method, path] = [step.method, fill(step.path)];
    const form = body(step.params ?? {}, fill);
    const answer = await this.#client.send(method, path, {
      headers: await this.#credentials(step),
      ...(step.file ? upload(step) : { form }),
    });
    if (typeof answer.data === "string" && answer.data.startsWith("UPID:")) {
      const [, , , , , type, id] = answer.data.split(":");
      this.#tasks.set(`${type}:${id}`, answer.data);
    }
    return answer;
  }

  /** Removes a guest that the recorder had removed, since it could make the number anew. */
  #forget({ method, path, params = {}, status, task }: Step): void {
    const isNew = method === "POST" && /^\/nodes\/\w+\/(?:qemu|lxc)$/.test(path);
    if (!isNew || status !== 200 || !task || params.force !== undefined) return;
    const { guests, storages, nodes } = this.#client.simulator.cluster;
    const vmid = Number(params.vmid);
    if (!guests.delete(vmid)) return;
    for (const storage of storages.definitions.keys()) {
      for (const node of nodes.keys()) {
        for (const volume of [...storages.volumes(storage, node).values()]) {
          if (volume.vmid === vmid && volume.content !== "backup") {
            storages.remove(volume.volid, node);
          }
        }
      }
    }
  }

  async #credentials(step: Step): Promise<Record<string, string>> {
    const authorization = (Authorization: string): Record<string, string> => ({ Authorization });
    switch (step.as) {
      case undefined:
        return authorization(ROOT_TOKEN);
      case "none":
        return {};
      case "wrong":
        return authorization(ROOT_TOKEN.replace("=walk", "=wrong"));
      case "limited": {
        const token = this.#client.simulator.cluster.table("access.tokens").get(LIMITED_TOKEN);
        return authorization(`PVEAPIToken=${LIMITED_TOKEN}=${token?.secret}`);
      }
      case "badticket":
        return { Cookie: "PVEAuthCookie=PVE:root@pam:00000000::none" };
      default: {
        const { ticket, CSRFPreventionToken } = await this.#login();
        const cookie = { Cookie: `PVEAuthCookie=${ticket}` };
        return step.as === "nocsrf" ? cookie : { ...cookie, CSRFPreventionToken };
      }
    }
  }

  async #login(): Promise<{ readonly ticket: string; readonly CSRFPreventionToken: string }> {
    this.#client.authorization = undefined;
    return await this.#client.data("POST /access/ticket", {
      username: "root@pam",
      password: "proxmox-demo",
    });
  }

  #fill(text: string, password = PASSWORD): string {
    return filled(
      text,
      (type, id) =>
        this.#tasks.get(`${type}:${id}`) ?? `${ADDRESS_OF_UPID}:${type}:${id}:root@pam:`,
      (name, whole) =>
        name === "STAMP" ? this.#stamp(whole) : name === "FINGERPRINT" ? FINGERPRINT : password,
    );
  }

  /** The time in the name of the newest backup that a text may mean. */
  #stamp(text: string): string {
    const { cluster } = this.#client.simulator;
    const [, storage = ""] = /(?:^|\/)(\w+):backup/.exec(text) ?? [];
    const volume = text.slice(text.indexOf(`${storage}:backup`));
    const volumes = [...cluster.storages.volumes(storage, "pve1").keys()];
    const found = volumes.findLast((volid) => patternOf(volume).test(volid));
    return /\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d/.exec(found ?? "")?.[0] ?? "2020_01_01-00_00_00";
  }
}

/** A form as it goes over the wire; a list repeats its name. */
function body(params: Readonly<Record<string, unknown>>, fill: (text: string) => string): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      form.append(name, fill(String(each)));
    }
  }
  return form.toString();
}

/** The body of an upload. */
function upload({ params = {}, file }: Step): { readonly type: string; readonly body: string } {
  const boundary = "a-boundary";
  const part = (head: string, text: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`;
  const fields = Object.entries(params).map(([name, value]) =>
    part(`name="${name}"`, String(value))
  );
  const content = part(`name="filename"; filename="${file?.name}"`, "x".repeat(file?.bytes ?? 0));
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: `${fields.join("")}${content}--${boundary}--\r\n`,
  };
}

/** Of a status, the recorder kept what says which guest it is and in which state. */
function isPart(recorded: { readonly get?: string; readonly picked?: number }): boolean {
  return recorded.picked !== undefined || recorded.get?.endsWith("/status/current") === true;
}

function compareAnswer(
  recorded: Step | RecordedRead,
  own: unknown,
  path: string,
  found: Differences,
): void {
  compareData(recorded.data, own, path, isPart(recorded as RecordedRead), found);
}

/** The differences of each step from what is answered, by its number. */
export async function replay(steps: readonly Step[]): Promise<Map<number, Differences>> {
  const differences = new Map<number, Differences>();
  let run = new Replay(bareCluster());
  for (const [index, step] of steps.entries()) {
    if (isFirst(steps, index)) {
      run = new Replay(bareCluster());
    }
    if (step.area !== steps[index - 1]?.area) {
      for (const [request, form] of FOUND[step.area] ?? []) await run.prepare(request, form);
      run.settle(step.area);
    }
    const unrecorded = UNRECORDED[step.n];
    if (unrecorded) await run.prepare(...unrecorded);
    differences.set(step.n, await run.play(step));
  }
  return differences;
}
