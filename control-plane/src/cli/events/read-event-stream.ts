interface StreamEvent {
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
}

/** The events of a body of `text/event-stream` (WHATWG HTML, 9.2.6); comments are left out. */
export async function* readEventStream(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseBlock(block);
      if (event) yield event;
    }
  }
}

function parseBlock(block: string): StreamEvent | null {
  const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line));
  const all = (name: string) =>
    fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []));
  const data = all('data');
  if (data.length === 0) return null;
  return {
    event: all('event').at(-1) ?? 'message',
    id: all('id').at(-1) ?? null,
    data: data.join('\n'),
  };
}
