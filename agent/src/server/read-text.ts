import type { IncomingMessage } from 'node:http';

/** Answers are small; what is beyond is not read. In bytes. */
const LONGEST_ANSWER = 64 * 1024;

/** The body of an answer, or as much of it as an answer may have. @throws Error of the connection */
export async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > LONGEST_ANSWER) break;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
