/**
 * The JSON Schema of the file of people, for editors and for who writes one.
 *
 * @module
 */
import * as z from "zod";
import { peopleSchema } from "../../src/config/people_schema.ts";

/** The schema as a file. */
export function peopleSchemaFile(): string {
  return JSON.stringify(z.toJSONSchema(peopleSchema, { io: "input" }), null, 2) + "\n";
}
