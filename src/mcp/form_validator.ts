/**
 * Validates answers to elicitations. Those of this server have no fields, so that the SDK's JSON
 * Schema validator need not be loaded.
 *
 * @module
 */
import type { JsonSchemaValidators } from "./sdk.ts";

/** Validates against schemas without properties: any object is right. */
export const formValidator: JsonSchemaValidators = {
  getValidator: <T>(schema: Readonly<Record<string, unknown>>) => {
    if (Object.keys(schema.properties ?? {}).length > 0) {
      throw new TypeError("Cannot validate a form with fields");
    }
    return (input: unknown) =>
      typeof input === "object" && input !== null
        ? { valid: true, data: input as T, errorMessage: undefined }
        : { valid: false, data: undefined, errorMessage: "Expected an object" };
  },
};
