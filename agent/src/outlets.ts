import type { Heads } from './head/heads.ts';
import type { Images } from './mqtt/images.ts';
import type { Uplink } from './mqtt/uplink.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { Pictures } from './pictures/pictures.ts';
import type { Sampling } from './sampling/sampling.ts';

/** Where what was seen goes. */
export interface Outlets {
  readonly outbox: Outbox;
  readonly uplink: Uplink;
  /** Null: no samples are kept. */
  readonly sampling: Sampling | null;
  /** Null: it shows no pictures. */
  readonly pictures: Pictures | null;
  readonly images: Images;
  readonly heads: Pick<Heads, 'see'>;
}
