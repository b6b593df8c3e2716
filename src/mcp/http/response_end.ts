/**
 * Tells when the answer to an HTTP request is sent, or its client has gone away before.
 *
 * @module
 */

/** The response, which calls `onEnd` when it is sent, or abandoned by the client. */
export function withEndListener(response: Response, onEnd: (abandoned: boolean) => void): Response {
  const { body, status, headers } = response;
  if (!body) {
    onEnd(false);
    return response;
  }
  const reader = body.getReader();
  let open = true;
  const end = (abandoned: boolean): void => {
    if (open) onEnd(abandoned);
    open = false;
  };
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read();
        if (!open) return; // Abandoned meanwhile, which ended the read.
        if (!done) return controller.enqueue(value);
        end(false);
        controller.close();
      } catch (error) {
        end(false);
        throw error;
      }
    },
    cancel: async (reason) => {
      end(true);
      await reader.cancel(reason);
    },
  });
  return new Response(stream, { status, headers });
}
