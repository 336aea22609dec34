import { type Millis, seconds } from '@edgeloop/protocol';

/** How long a picture is one person's alone. Asking for the next prolongs it. */
export const LABEL_LEASE: Millis = seconds(300);
