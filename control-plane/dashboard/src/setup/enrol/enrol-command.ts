export interface EnrolCommand {
  /** Where the device finds the API: http://192.168.1.10:8080. */
  readonly server: string;
  /** Of the enrolment token. */
  readonly secret: string;
  /** Empty: as its agent.yaml says, or its host name. */
  readonly device: string;
}

/** What is pasted on a device that the Debian package was installed on. */
export function enrolCommand({ server, secret, device }: EnrolCommand): string {
  const who = device === '' ? '' : ` --device ${quoted(device)}`;
  return `sudo edgeloop-agent enrol ${quoted(server)} ${quoted(secret)}${who}`;
}

/** For a POSIX shell, where it needs it. */
const quoted = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Whether another machine can't mean this one by it. */
export function isLoopback(server: string): boolean {
  if (!URL.canParse(server)) return false;
  const { hostname } = new URL(server);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
