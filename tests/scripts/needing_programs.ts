/** Tests for a run of `scripts/test.ts` on a machine without programs. */
import { needs } from "../programs.ts";

Deno.test("one test needs two programs", needs("zsh", "sshd"), () => {});
Deno.test("another one needs one of them", needs("zsh"), () => {});
Deno.test("the last one needs none", () => {});
