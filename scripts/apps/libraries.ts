/**
 * The libraries whose code the page of the views has in it.
 *
 * @module
 */
import packages from "../../tools/apps/package.json" with { type: "json" };

const { esbuild: _bundler, ...libraries } = packages.dependencies;

/** Their versions by their names. */
export const PAGE_LIBRARIES: Readonly<Record<string, string>> = libraries;
