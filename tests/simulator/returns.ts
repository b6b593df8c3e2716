/**
 * Compares an answer with what the API facts say that an operation returns.
 *
 * @module
 */
import { RETURNS } from "../pve/api_returns_gen.ts";

interface Shape {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly optional?: boolean;
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
}

/** Operations whose real answers are of another type than declared, by the place in the answer. */
const DRIFT = new Set([
  "GET /cluster/config/apiversion data",
  "GET /cluster/mapping/usb data[].error",
  "GET /cluster/nextid data",
  "GET /nodes/{node}/vzdump/defaults data.fleecing",
  "GET /nodes/{node}/vzdump/defaults data.performance",
  "GET /nodes/{node}/lxc/{vmid}/pending data[].value",
  "GET /nodes/{node}/qemu/{vmid}/pending data[].value",
  "GET /nodes/{node}/sdn/zones/{zone}/bridges data[].vlan_filtering",
]);

function isDrift(operation: string, at: string): boolean {
  return DRIFT.has(`${operation} ${at}`) || /\/\{pos\} data\.pos$/.test(`${operation} ${at}`);
}

function typeFits(type: string, value: unknown): boolean {
  switch (type) {
    case "boolean":
      return value === 0 || value === 1 || typeof value === "boolean";
    case "integer":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number";
    case "string":
      return typeof value === "string";
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "null":
      return value === null;
    default:
      return true;
  }
}

function differences(operation: string, at: string, shape: Shape, value: unknown): string[] {
  if (isDrift(operation, at)) return [];
  const type = shape.type ?? (shape.properties ? "object" : undefined);
  if (type === undefined) return [];
  if (!typeFits(type, value)) return [`${at}: ${type} got ${JSON.stringify(value)?.slice(0, 80)}`];
  if (shape.enum && !shape.enum.includes(String(value))) {
    return [`${at}: "${value}" is none of ${shape.enum.join(", ")}`];
  }
  if (Array.isArray(value)) {
    const { items } = shape;
    return items ? value.flatMap((each) => differences(operation, `${at}[]`, items, each)) : [];
  }
  if (type !== "object" || !shape.properties) return [];
  const entry = value as Record<string, unknown>;
  return Object.entries(shape.properties).flatMap(([name, inner]) => {
    const place = `${at}.${name}`;
    // A null stands for nothing, as in the parent of a volume that has none.
    if (entry[name] !== undefined && entry[name] !== null) {
      return differences(operation, place, inner, entry[name]);
    }
    return inner.optional || isDrift(operation, place) ? [] : [`${place} is missing`];
  });
}

function shapeOf(operation: string): Shape | null {
  const text = RETURNS[operation];
  return text === undefined ? null : JSON.parse(text) as Shape | null;
}

/** Fields that the rows of an operation's answer have by the facts. */
export function rowFields(operation: string): string[] {
  return Object.keys(shapeOf(operation)?.items?.properties ?? {});
}

/** Where the data of an answer is not what the facts state; empty when all is well. */
export function returnDifferences(operation: string, data: unknown): string[] {
  const shape = shapeOf(operation);
  if (!shape) return [];
  return [...new Set(differences(operation, "data", shape, data ?? null))];
}
