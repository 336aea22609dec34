/**
 * What a signature is over: never the bare content, so that one made for a manifest can't be shown
 * as one for an assignment.
 */
const PAYLOAD_TYPES = {
  manifest: 'application/vnd.edgeloop.manifest.v1+json',
  root: 'application/vnd.edgeloop.root.v1+json',
  assignment: 'application/vnd.edgeloop.assignment.v1+json',
} as const;
export type PayloadType = keyof typeof PAYLOAD_TYPES;

/**
 * DSSE's pre-authentication encoding: `DSSEv1 LEN(type) type LEN(body) body`, lengths in bytes.
 * @see https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
 */
export function signedBytes(type: PayloadType, body: Uint8Array): Uint8Array {
  const name = PAYLOAD_TYPES[type];
  const head = new TextEncoder().encode(`DSSEv1 ${name.length} ${name} ${body.length} `);
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}
