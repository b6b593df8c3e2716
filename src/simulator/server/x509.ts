/**
 * The X.509 format (RFC 5280) as far as issuing certificates needs it: names, extensions, and an
 * ECDSA P-256 signature over both.
 *
 * @module
 */
import {
  BitString,
  Boolean as Asn1Boolean,
  Constructed,
  fromBER,
  GeneralizedTime,
  Integer,
  ObjectIdentifier,
  OctetString,
  Primitive,
  Sequence,
  Set as Asn1Set,
  UTCTime,
  Utf8String,
} from "asn1js";
import { isIpv4, isIpv6 } from "../../pve/ip.ts";

const SIGNATURE = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
const ATTRIBUTES = { CN: "2.5.4.3", O: "2.5.4.10", OU: "2.5.4.11" } as const;
const CONTEXT = 3;
/** Tags of a GeneralName that is a DNS name or an IP address. */
const DNS_NAME = 2;
const IP_ADDRESS = 7;
const SIGNS_CERTIFICATES_AND_CRLS = 0b0000_0110;
const SIGNS_HANDSHAKES = 0b1000_0000;

/** A distinguished name, in the order it is written. */
export type Name = readonly (readonly [keyof typeof ATTRIBUTES, string])[];

/** What a certificate says. */
export interface CertificateFields {
  readonly issuer: Name;
  readonly subject: Name;
  readonly publicKey: CryptoKey;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Sequence[];
}

/** A new key pair that {@linkcode signCertificate} can use. */
export function generateKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(SIGNATURE, true, ["sign", "verify"]);
}

/** The certificate as DER, signed with the issuer's private key. */
export async function signCertificate(
  fields: CertificateFields,
  issuerKey: CryptoKey,
): Promise<ArrayBuffer> {
  const algorithm = new Sequence({ value: [oid(ECDSA_WITH_SHA256)] });
  const body = new Sequence({
    value: [
      tagged(0, [new Integer({ value: 2 })]),
      serialNumber(),
      algorithm,
      distinguishedName(fields.issuer),
      new Sequence({ value: [time(fields.notBefore), time(fields.notAfter)] }),
      distinguishedName(fields.subject),
      fromBER(await crypto.subtle.exportKey("spki", fields.publicKey)).result,
      tagged(3, [new Sequence({ value: [...fields.extensions] })]),
    ],
  });
  const signature = await crypto.subtle.sign(SIGNATURE, issuerKey, body.toBER());
  return new Sequence({
    value: [body, algorithm, new BitString({ valueHex: derSignature(new Uint8Array(signature)) })],
  }).toBER();
}

/** Extensions of a certificate authority. */
export async function authorityExtensions(publicKey: CryptoKey): Promise<Sequence[]> {
  return [
    extension("2.5.29.19", new Sequence({ value: [new Asn1Boolean({ value: true })] }), true),
    extension("2.5.29.15", keyUsage(SIGNS_CERTIFICATES_AND_CRLS), true),
    await subjectKeyId(publicKey),
  ];
}

/** Extensions of a server's certificate for these DNS names and IP addresses. */
export async function serverExtensions(
  names: readonly string[],
  publicKey: CryptoKey,
  issuerKey: CryptoKey,
): Promise<Sequence[]> {
  return [
    extension("2.5.29.19", new Sequence({ value: [] }), true),
    extension("2.5.29.15", keyUsage(SIGNS_HANDSHAKES), true),
    extension("2.5.29.37", new Sequence({ value: [oid(SERVER_AUTHENTICATION)] })),
    extension("2.5.29.17", new Sequence({ value: names.map(generalName) })),
    await subjectKeyId(publicKey),
    await authorityKeyId(issuerKey),
  ];
}

/** Web Crypto signs to `r ‖ s`; X.509 wants a sequence of the two integers. */
function derSignature(signature: Uint8Array<ArrayBuffer>): ArrayBuffer {
  const half = signature.length / 2;
  const integers = [signature.subarray(0, half), signature.subarray(half)].map(unsignedInteger);
  return new Sequence({ value: integers }).toBER();
}

function serialNumber(): Integer {
  return unsignedInteger(crypto.getRandomValues(new Uint8Array(16)));
}

function unsignedInteger(bytes: Uint8Array): Integer {
  return Integer.fromBigInt(BigInt(`0x${bytes.toHex()}`));
}

function oid(value: string): ObjectIdentifier {
  return new ObjectIdentifier({ value });
}

function tagged(tagNumber: number, value: (Sequence | Integer)[]): Constructed {
  return new Constructed({ idBlock: { tagClass: CONTEXT, tagNumber }, value });
}

function distinguishedName(name: Name): Sequence {
  return new Sequence({
    value: name.map(([attribute, value]) =>
      new Asn1Set({
        value: [new Sequence({ value: [oid(ATTRIBUTES[attribute]), new Utf8String({ value })] })],
      })
    ),
  });
}

/** RFC 5280, 4.1.2.5: UTCTime through 2049, GeneralizedTime after, whole seconds. */
function time(date: Date): UTCTime | GeneralizedTime {
  const valueDate = new Date(Math.floor(date.getTime() / 1000) * 1000);
  return valueDate.getUTCFullYear() < 2050
    ? new UTCTime({ valueDate })
    : new GeneralizedTime({ valueDate });
}

function extension(
  id: string,
  value: Sequence | BitString | OctetString,
  critical = false,
): Sequence {
  return new Sequence({
    value: [
      oid(id),
      ...(critical ? [new Asn1Boolean({ value: true })] : []),
      new OctetString({ valueHex: value.toBER() }),
    ],
  });
}

function keyUsage(bits: number): BitString {
  const unusedBits = Math.log2(bits & -bits);
  return new BitString({ valueHex: Uint8Array.of(bits).buffer, unusedBits });
}

async function keyId(key: CryptoKey): Promise<ArrayBuffer> {
  return await crypto.subtle.digest("SHA-1", await crypto.subtle.exportKey("raw", key));
}

async function subjectKeyId(key: CryptoKey): Promise<Sequence> {
  return extension("2.5.29.14", new OctetString({ valueHex: await keyId(key) }));
}

async function authorityKeyId(key: CryptoKey): Promise<Sequence> {
  const id = new Primitive({
    idBlock: { tagClass: CONTEXT, tagNumber: 0 },
    valueHex: await keyId(key),
  });
  return extension("2.5.29.35", new Sequence({ value: [id] }));
}

function generalName(name: string): Primitive {
  const version = isIpv4(name) ? 4 : isIpv6(name) ? 6 : 0;
  const bytes = version === 0 ? new TextEncoder().encode(name) : addressBytes(name, version);
  return new Primitive({
    idBlock: { tagClass: CONTEXT, tagNumber: version === 0 ? DNS_NAME : IP_ADDRESS },
    valueHex: bytes.buffer,
  });
}

/** The 4 or 16 bytes of an IP address; the URL parser writes IPv6 in its shortest form first. */
function addressBytes(address: string, version: number): Uint8Array<ArrayBuffer> {
  if (version === 4) return Uint8Array.from(address.split("."), Number);
  const [head = "", tail] = new URL(`https://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text = ""): string[] => text === "" ? [] : text.split(":");
  const zeros = Array<string>(8 - groups(head).length - groups(tail).length).fill("0");
  const values = [...groups(head), ...zeros, ...groups(tail)].map((group) => parseInt(group, 16));
  return Uint8Array.from(values.flatMap((value) => [value >> 8, value & 0xff]));
}
