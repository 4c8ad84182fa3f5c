/** Checks that a value has the shape of an event, or of what an answer may replace. */

import { SHAPES } from "./events.js";

/**
 * The kinds of an object's fields, by their names: `string`, `integer`, `boolean`, `unknown` or the name of another
 * shape; then `[]` for a list or `{}` for a map of them, `|null` where it may be null, `?` where it may be absent.
 */
export type Shape = Readonly<Record<string, string>>;

interface Strictness {
  readonly knownFieldsOnly: boolean;
}

/** Say what keeps a value from having a shape, as `field: what is wrong`; undefined if nothing does. */
export function problemOf(value: unknown, shape: string, strictness: Strictness = { knownFieldsOnly: false }) {
  return problemOfObject(value, shape, "", strictness);
}

function problemOfObject(value: unknown, name: string, place: string, strictness: Strictness): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return `${at(place)}an object is expected`;
  const shape = SHAPES[name] as Shape;
  const fields = value as Record<string, unknown>;
  if (strictness.knownFieldsOnly) {
    const unknown = Object.keys(fields).find((field) => !Object.hasOwn(shape, field));
    if (unknown !== undefined) return `${place}${unknown}: no such field; ${name} has ${Object.keys(shape).join(", ")}`;
  }
  for (const [field, kind] of Object.entries(shape)) {
    const found = Object.hasOwn(fields, field) ? fields[field] : undefined;
    const problem = problemOfField(found, kind, place + field, strictness);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfField(value: unknown, kind: string, place: string, strictness: Strictness): string | undefined {
  if (kind.endsWith("?")) {
    return value === undefined ? undefined : problemOfField(value, kind.slice(0, -1), place, strictness);
  }
  if (kind.endsWith("|null")) {
    return value === null ? undefined : problemOfField(value, kind.slice(0, -"|null".length), place, strictness);
  }
  if (kind.endsWith("[]")) {
    if (!Array.isArray(value)) return `${at(place)}a list is expected`;
    return firstProblem(value.entries(), kind, place, strictness);
  }
  if (kind.endsWith("{}")) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return `${at(place)}an object is expected`;
    return firstProblem(Object.entries(value), kind, place, strictness);
  }
  switch (kind) {
    case "unknown":
      return undefined;
    case "string":
    case "boolean":
      return typeof value === kind ? undefined : `${at(place)}a ${kind} is expected`;
    case "integer":
      return Number.isSafeInteger(value) ? undefined : `${at(place)}an integer is expected`;
    default:
      return problemOfObject(value, kind, `${place}.`, strictness);
  }
}

function firstProblem(
  entries: Iterable<[string | number, unknown]>,
  kind: string,
  place: string,
  strictness: Strictness,
): string | undefined {
  for (const [key, each] of entries) {
    const problem = problemOfField(each, kind.slice(0, -2), `${place}[${key}]`, strictness);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function at(place: string): string {
  const field = place.endsWith(".") ? place.slice(0, -1) : place;
  return field === "" ? "" : `${field}: `;
}
