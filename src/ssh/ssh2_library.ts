/**
 * The parts of ssh2 that the program uses, in a file of their own in a bundle.
 *
 * @module
 */
// @ts-types="./ssh2_types.d.ts"
export { Client, OpenSSHAgent, utils } from "ssh2";
