/**
 * Lets zod walk its schemas instead of compiling a function of each object at its first message: that
 * takes longer than all messages of most sessions, at the start. Imported before schemas are made.
 *
 * @module
 */
import { config } from "zod";

config({ jitless: true });
