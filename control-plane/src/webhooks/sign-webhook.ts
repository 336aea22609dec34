import { createHmac } from 'node:crypto';

/**
 * The headers that prove who sent a webhook, and when. Source: Standard Webhooks 1.0
 * (https://github.com/standard-webhooks/standard-webhooks): HMAC-SHA256 of `<id>.<seconds>.<body>`.
 * @param secret `whsec_` and the key in base64
 */
export function signWebhook(
  secret: string,
  { id, epochSeconds, body }: { id: string; epochSeconds: number; body: string },
): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key)
    .update(`${id}.${epochSeconds}.${body}`)
    .digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(epochSeconds),
    'webhook-signature': `v1,${signature}`,
  };
}
