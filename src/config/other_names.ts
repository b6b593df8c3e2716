/**
 * Variables that other programs for Proxmox VE read, and the settings that hold the same here: who
 * brings them along is told which.
 *
 * @module
 */
import type { SettingName } from "./names.ts";

const SSL = "verify checks the certificate, insecure does not";
const WHOLE = "it takes USER@REALM!NAME as well";
const SECRET = "it is the secret alone, and PROXMOX_TOKEN_NAME takes USER@REALM!NAME";

/** A setting, and what to know of it. */
type OtherName = readonly [key: SettingName, hint?: string];

/** By what follows `PROXMOX_`, or `PROXMOX_<CLUSTER>_`. */
export const OTHER_NAMES: Readonly<Record<string, OtherName>> = {
  URL: ["HOST"],
  API_URL: ["HOST"],
  BASE_URL: ["HOST"],
  ENDPOINT: ["HOST"],
  API_HOST: ["HOST"],
  HOSTNAME: ["HOST"],
  ADDRESS: ["HOST"],
  SERVER: ["HOST"],
  VE_ENDPOINT: ["HOST"],
  API_PORT: ["PORT"],
  USERNAME: ["USER"],
  USER_ID: ["USER"],
  VE_USERNAME: ["USER"],
  API_USER: ["USER"],
  TOKEN_ID: ["TOKEN_NAME", WHOLE],
  TOKENID: ["TOKEN_NAME", WHOLE],
  API_TOKEN_ID: ["TOKEN_NAME", WHOLE],
  API_TOKEN_NAME: ["TOKEN_NAME", WHOLE],
  TOKEN: ["TOKEN_VALUE", SECRET],
  API_TOKEN: ["TOKEN_VALUE", SECRET],
  VE_API_TOKEN: ["TOKEN_VALUE", SECRET],
  TOKEN_SECRET: ["TOKEN_VALUE", SECRET],
  API_TOKEN_SECRET: ["TOKEN_VALUE", SECRET],
  API_TOKEN_VALUE: ["TOKEN_VALUE", SECRET],
  API_KEY: ["TOKEN_VALUE", SECRET],
  SECRET: ["TOKEN_VALUE", SECRET],
  PASS: ["PASSWORD"],
  VE_PASSWORD: ["PASSWORD"],
  VERIFY_SSL: ["SSL_MODE", SSL],
  SSL_VERIFY: ["SSL_MODE", SSL],
  VERIFY_TLS: ["SSL_MODE", SSL],
  TLS_VERIFY: ["SSL_MODE", SSL],
  VERIFY: ["SSL_MODE", SSL],
  INSECURE: ["SSL_MODE", SSL],
  TLS_INSECURE: ["SSL_MODE", SSL],
  SSL_INSECURE: ["SSL_MODE", SSL],
  VE_INSECURE: ["SSL_MODE", SSL],
  FINGERPRINT: ["SSL_FINGERPRINT"],
  CA_CERT: ["SSL_CA_CERT"],
  CA_FILE: ["SSL_CA_CERT"],
};
