/** Why a packet ends its connection; the label of a metric. */
export type Refusal =
  | 'malformed-length'
  | 'not-a-client-packet'
  | 'first-not-connect'
  | 'second-connect'
  | 'connect-too-large'
  | 'packet-too-large'
  | 'flags-invalid'
  | 'length-wrong'
  | 'packet-id-zero'
  | 'string-invalid'
  | 'topic-invalid'
  | 'filter-invalid'
  | 'filters-missing'
  | 'qos-invalid'
  | 'protocol-unknown'
  | 'protocol-version'
  | 'connect-flags-invalid'
  | 'client-id-missing';

/** The return codes of a CONNACK that says why; all else ends without a word. [MQTT-3.2.2-4] */
export const RETURN_CODES: Readonly<Partial<Record<Refusal, number>>> = {
  'protocol-version': 1,
  'client-id-missing': 2,
};
