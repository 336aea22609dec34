import { EdgeloopError } from '@edgeloop/protocol/errors';

/** Codes of the control plane and the exit status that it ends with. 60–69 are this package's. */
const EXIT_STATUS = {
  DATA_UNUSABLE: 60,
  DATA_IN_USE: 61,
  DATA_NEWER: 62,
  HTTP_UNAVAILABLE: 63,
  MQTT_UNAVAILABLE: 64,
  OPTION_INVALID: 65,
  STORE_FAILED: 66,
  REQUEST_INVALID: 67,
  NOT_FOUND: 68,
} as const;

export class ControlPlaneError extends EdgeloopError<keyof typeof EXIT_STATUS> {
  constructor(code: keyof typeof EXIT_STATUS, message: string, options?: ErrorOptions) {
    super(code, EXIT_STATUS[code], message, options);
  }
}
