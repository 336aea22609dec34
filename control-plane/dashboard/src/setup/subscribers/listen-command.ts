/**
 * What listens in a terminal, once the password is in it.
 * @param url of the broker; of a cluster several, with commas between them
 * @returns null: over WebSocket `mosquitto_sub` may not be able to
 */
export function listenCommand(url: string, name: string, topic: string): string | null {
  const { protocol, hostname, port } = new URL(url.split(',')[0] as string);
  const host = hostname.replace(/^\[|\]$/g, '');
  const at: Readonly<Record<string, string>> = {
    'mqtt:': `-p ${port || 1883}`,
    'mqtts:': `-p ${port || 8883} --cafile ca.pem`,
  };
  if (at[protocol] === undefined) return null;
  return `mosquitto_sub -h ${host} ${at[protocol]} -u ${name} -P … -v -t '${topic}'`;
}
