import { assertEquals } from "../../assert.ts";
import { headers, INITIALIZE, serve } from "./served.ts";

Deno.test("any range that both types of answers are in is accepted, and no Accept at all", async () => {
  await using served = serve();
  const statusFor = async (accept: string | undefined): Promise<number> => {
    const { Accept: _, ...others } = headers();
    const given = accept === undefined ? others : { ...others, Accept: accept };
    const request = new Request(served.url, { method: "POST", headers: given, body: INITIALIZE });
    const response = await served.handler.handle(request, "test");
    await response.text();
    return response.status;
  };
  const taken = [
    ...[undefined, "", "*/*", "*/*;q=0.8", "text/html, */*", "application/*, text/*"],
    ...["application/json, text/event-stream", "Application/JSON;q=1, TEXT/event-stream;q=0.5"],
  ];
  for (const accept of taken) assertEquals(await statusFor(accept), 200, String(accept));
  for (const accept of ["text/html", "application/json", "text/*", "*/*;q=0", "*"]) {
    assertEquals(await statusFor(accept), 406, accept);
  }
});
