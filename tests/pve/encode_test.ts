import { assertEquals, assertThrows } from "../assert.ts";
import { encodePathValue, encodeRequest } from "../../src/pve/encode.ts";

Deno.test("encodeRequest() puts parameters of reads and deletes in the query", () => {
  assertEquals(encodeRequest("GET /nodes/{node}/tasks", { node: "pve1", limit: 5, errors: true }), {
    method: "GET",
    path: "/api2/json/nodes/pve1/tasks?limit=5&errors=1",
    body: undefined,
  });
  assertEquals(
    encodeRequest("DELETE /nodes/{node}/qemu/{vmid}", { node: "pve1", vmid: 100, purge: true })
      .path,
    "/api2/json/nodes/pve1/qemu/100?purge=1",
  );
});

Deno.test("encodeRequest() sends changes as a form, booleans as 1 and 0", () => {
  const { body } = encodeRequest("PUT /nodes/{node}/qemu/{vmid}/config", {
    node: "pve1",
    vmid: 100,
    onboot: false,
    description: "a;b=c+d & é",
    delete: ["net0", "net1"],
    name: undefined,
  });
  assertEquals(body, "onboot=0&description=a%3Bb%3Dc%2Bd+%26+%C3%A9&delete=net0%2Cnet1");
});

Deno.test("encodeRequest() repeats the keys of array parameters", () => {
  const { body } = encodeRequest("POST /nodes/{node}/qemu/{vmid}/agent/exec", {
    node: "pve1",
    vmid: 100,
    command: ["ls", "-l", "/a,b"],
  });
  assertEquals(body, "command=ls&command=-l&command=%2Fa%2Cb");
});

Deno.test("encodePathValue() keeps slashes of volumes and networks, encoded", () => {
  assertEquals(encodePathValue("volume", "local:iso/debian.iso"), "local%3Aiso%2Fdebian.iso");
  assertEquals(encodePathValue("cidr", "10.0.0.0/8"), "10.0.0.0%2F8");
  assertEquals(encodePathValue("cidr", "2001:db8::/32"), "2001%3Adb8%3A%3A%2F32");
  assertEquals(
    encodePathValue("upid", "UPID:pve1:0:0:0:qmstart:100:root@pam!mcp:"),
    "UPID%3Apve1%3A0%3A0%3A0%3Aqmstart%3A100%3Aroot%40pam!mcp%3A",
  );
});

Deno.test("encodePathValue() refuses every value that could leave its slot", () => {
  const hostile = [
    "",
    ".",
    "..",
    "../access",
    "a/b",
    "a%2Fb",
    "a?b=c",
    "a#b",
    "a\nb",
    "a\u0000",
    "a\\b",
    "u@pve/token/t1",
  ];
  for (const value of hostile) {
    assertThrows(() => encodePathValue("userid", value), TypeError, "does not fit in a path");
  }
  for (
    const value of [
      "local:../../etc/passwd",
      "local:iso/../x",
      "local:a//b",
      "local:iso/x\\y",
      "/etc/passwd",
    ]
  ) {
    assertThrows(() => encodePathValue("volume", value), TypeError);
  }
  for (const value of ["10.0.0.0/8/x", "10.0.0.0/../x", "dc/../x"]) {
    assertThrows(() => encodePathValue("cidr", value), TypeError);
  }
});

Deno.test("encodeRequest() refuses a path without its value", () => {
  assertThrows(() => encodeRequest("GET /nodes/{node}/status", {}), TypeError, 'without "node"');
});

Deno.test("encodePathValue() keeps what the names of files may hold in those of volumes", () => {
  const volume = "local:iso/50% #1? é.iso";
  const encoded = encodePathValue("volume", volume);
  assertEquals(encoded, "local%3Aiso%2F50%25%20%231%3F%20%C3%A9.iso");
  assertEquals(decodeURIComponent(encoded), volume);
});

Deno.test("encodeRequest() writes in base64 what PVE wants so, once", () => {
  const sent = (args: Record<string, string | string[]>): string[][] => {
    const { body } = encodeRequest("POST /cluster/notifications/endpoints/webhook", {
      name: "hook",
      ...args,
    });
    return [...new URLSearchParams(body)].slice(1);
  };
  const body = '{"text": "é, {{ message }}"}';
  const [[, encoded = ""] = []] = sent({ body });
  assertEquals(new TextDecoder().decode(Uint8Array.fromBase64(encoded)), body);
  assertEquals(sent({ body: encoded }), [["body", encoded]]);
  // Its letters are those of base64, but what they stand for is no text.
  assertEquals(sent({ body: "test" }), [["body", "dGVzdA=="]]);
  assertEquals(sent({ header: ["name=Content-Type,value=a,b", "name=X,value=YQ=="] }), [
    ["header", "name=Content-Type,value=YSxi"],
    ["header", "name=X,value=YQ=="],
  ]);
});
