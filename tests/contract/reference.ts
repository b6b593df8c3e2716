/**
 * The reference's tools, actions and parameters.
 *
 * @module
 */
import reference from "../../facts/reference-tools.json" with { type: "json" };

/** What a tool of the reference does for one value of its discriminator. */
export interface ReferenceOperation {
  /** Discriminator, type of guest or target; what a call of this row says first. */
  readonly key: Readonly<Record<string, string>>;
  readonly elevated: boolean;
  readonly reads: boolean;
  /** Names of the parameters that it demanded. */
  readonly required: readonly string[];
  /** Names of those that it took as well. */
  readonly optional: readonly string[];
  /** Values that it listed, or took where none was given. */
  readonly values?: Readonly<Record<string, readonly unknown[]>>;
}

export interface ReferenceTool {
  readonly name: string;
  readonly category: string;
  readonly operations: readonly ReferenceOperation[];
}

/** What rows leave out. */
const NOTHING: Omit<ReferenceOperation, "key"> = {
  elevated: false,
  reads: false,
  required: [],
  optional: [],
};

/** All of them. */
export const REFERENCE: readonly ReferenceTool[] = reference.tools.map((tool) => ({
  ...tool,
  operations: tool.operations.map((row) => ({ ...NOTHING, ...row as ReferenceOperation })),
}));
