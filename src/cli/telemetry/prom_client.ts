/**
 * The parts of prom-client that the program uses, in a file of their own in a bundle.
 *
 * @module
 */
export { Counter, Gauge, Histogram, Registry } from "prom-client";
