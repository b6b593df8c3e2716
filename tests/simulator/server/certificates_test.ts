import { X509Certificate } from "node:crypto";
import { createAuthority, issueCertificate } from "../../../src/simulator/server/certificates.ts";
import { assert, assertEquals, assertStringIncludes } from "../../assert.ts";

Deno.test("issueCertificate() signs a node's certificate with the cluster's authority", async () => {
  const authority = await createAuthority();
  const issued = await issueCertificate({ authority, names: ["pve1.example", "127.0.0.1"] });
  const certificate = new X509Certificate(issued.certificate);
  assert(certificate.verify(new X509Certificate(authority.certificate).publicKey));
  assertEquals(certificate.ca, false);
  assertStringIncludes(certificate.issuer, "O=PVE Cluster Manager CA");
  assertStringIncludes(certificate.subject, "CN=pve1.example");
});

Deno.test("issueCertificate() signs with the certificate's own key without an authority", async () => {
  const issued = await issueCertificate({ names: ["pve1"] });
  const certificate = new X509Certificate(issued.certificate);
  assertEquals(certificate.issuer, certificate.subject);
  assert(certificate.verify(certificate.publicKey));
});

Deno.test("issueCertificate() writes names, addresses and dates as asked", async () => {
  const issued = await issueCertificate({
    names: ["pve1", "10.0.0.11", "::1", "fd00::12:0"],
    notBefore: new Date("2020-02-03T04:05:06.789Z"),
    notAfter: new Date("2060-02-03T04:05:06Z"),
  });
  const certificate = new X509Certificate(issued.certificate);
  for (const host of ["pve1", "10.0.0.11", "::1", "fd00::12:0"]) {
    assert(certificate.checkHost(host) ?? certificate.checkIP(host), `not issued for ${host}`);
  }
  assertEquals(new Date(certificate.validFrom), new Date("2020-02-03T04:05:06Z"));
  assertEquals(new Date(certificate.validTo), new Date("2060-02-03T04:05:06Z"));
});

Deno.test("issueCertificate() returns the fingerprint as PVE writes it", async () => {
  const issued = await issueCertificate({ names: ["pve1"] });
  assertEquals(issued.fingerprint, new X509Certificate(issued.certificate).fingerprint256);
});
