import type { TopicPrincipal } from '@edgeloop/protocol';

/**
 * Who may connect to the broker under a name. What it may touch follows from it: it is a principal
 * of the topics.
 */
export type Account = Exclude<TopicPrincipal, { kind: 'control plane' }> & {
  readonly name: string;
  readonly secretHash: string;
  readonly mosquittoHash: string;
  /** It may nothing any more, and its name stays taken. */
  readonly revoked: boolean;
};
